;; Says hello every three seconds, until it is stopped. Made a module with: wat2wasm hello.wat -o hello.wasm (apt-get install wabt).
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "hello from a module\n")

  (func (export "_start")
    ;; One piece of output, at 0: where it stands and how long it is.
    (i32.store (i32.const 0) (i32.const 256))
    (i32.store (i32.const 4) (i32.const 20))
    ;; One thing to wait for, at 16: a clock (all else is zero), the monotonic one, in nanoseconds from now.
    (i32.store (i32.const 32) (i32.const 1))
    (i64.store (i32.const 40) (i64.const 3000000000))
    (loop $again
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
      (drop (call $poll_oneoff (i32.const 16) (i32.const 64) (i32.const 1) (i32.const 8)))
      (br $again))))
