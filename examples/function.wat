;; Answers with its input in capital letters. Made a module with: wat2wasm function.wat -o function.wasm (apt-get install wabt).
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)

  (func (export "_start")
    (local $length i32)
    (local $at i32)
    (local $letter i32)
    (block $end
      (loop $more
        ;; One piece of input, at 0: where it goes and how long it may be; how long it was stands at 8 then.
        (i32.store (i32.const 0) (i32.const 256))
        (i32.store (i32.const 4) (i32.const 4096))
        (br_if $end (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (local.set $length (i32.load (i32.const 8)))
        (br_if $end (i32.eqz (local.get $length)))
        (local.set $at (i32.const 0))
        (loop $next
          (local.set $letter (i32.load8_u offset=256 (local.get $at)))
          (if (i32.lt_u (i32.sub (local.get $letter) (i32.const 97)) (i32.const 26))
            (then (i32.store8 offset=256 (local.get $at) (i32.sub (local.get $letter) (i32.const 32)))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $at) (local.get $length))))
        (i32.store (i32.const 4) (local.get $length))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
        (br $more)))))
