package org.kochab.runtime.wasm.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.testkit.runtime.Abilities;
import org.kochab.testkit.runtime.Chore;
import org.kochab.testkit.runtime.RuntimeDriverContractTest;

/** Public, for the process that starts a task and is killed. */
public final class WasmDriverContractTest extends RuntimeDriverContractTest {
    private static final String SAY = "(call $say (i32.const 1) (i32.const %d) (i32.const %d))";
    private static final String FOREVER = "(loop $again (br $again))";
    private static final String SECOND = "(call $wait (i64.const 1000000000))";

    static Settings settings(Path state) {
        return new Settings(state, 64 << 20, 4 << 20, 16, 1 << 20, 64 * 1024, false);
    }

    @Override
    public RuntimeDriver open(Path state) throws IOException {
        return new WasmDriver(settings(state));
    }

    @Override
    public void close(RuntimeDriver driver) {
        ((WasmDriver) driver).close();
    }

    @Override
    public Path home() {
        return Path.of("target/wasm-contract").toAbsolutePath();
    }

    @Override
    public Abilities abilities() {
        return new Abilities(false, false, false, false, 134, false, false, false);
    }

    @Override
    public Container container(Chore chore) {
        Path module = home().resolve("modules").resolve(chore.name() + ".wasm");
        return Modules.container(
                Modules.write(module, Modules.command(body(chore))).toString(), List.of());
    }

    private static String body(Chore chore) {
        return switch (chore) {
            case NOTHING -> "";
            case EXIT_42 -> "(call $exit (i32.const 42))";
            case CRASH -> "unreachable";
            // The one variable there is, from behind its name and '=', with a line feed instead of the zero.
            case SPEAK ->
                "(local $size i32) (drop (call $environ_sizes_get (i32.const 16) (i32.const 20)))"
                        + "(drop (call $environ_get (i32.const 32) (i32.const 2048)))"
                        + "(local.set $size (i32.sub (i32.load (i32.const 20)) (i32.const 9)))"
                        + "(i32.store8 (i32.add (i32.const 2056) (local.get $size)) (i32.const 10))"
                        + "(call $say (i32.const 1) (i32.const 2057) (local.get $size))"
                        + "(call $say (i32.const 2) (i32.const 1040) (i32.const 4))" + SAY.formatted(1056, 6);
            case ONE -> SAY.formatted(1088, 4);
            case TWO -> SAY.formatted(1040, 4);
            case FIRST_AND_LAST -> SAY.formatted(1104, 6) + SECOND + SAY.formatted(1120, 5);
            case STAY -> SAY.formatted(1024, 5) + "(loop $again " + SECOND + "(br $again))";
            case HEED, IGNORE -> SAY.formatted(1072, 6) + FOREVER;
            case DEVOUR ->
                "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))"
                        + "(call $exit (i32.const 9))";
            case COMPUTE -> FOREVER;
            case EXIT_LATE -> SECOND + "(call $exit (i32.const 9))";
        };
    }

    @Override
    public Container unknownCommand() {
        Path library = home().resolve("modules/library.wasm");
        return Modules.container(
                Modules.write(library, Modules.bytes("(module (func (export \"other\")))"))
                        .toString(),
                List.of());
    }
}
