package org.kochab.runtime.wasm.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.model.PodFunction;
import org.kochab.spi.runtime.CallResult;
import org.kochab.spi.runtime.TaskHandle;

/** What {@code examples/wasm.yaml} and {@code examples/function.yaml} run. */
final class ExampleTest {
    @Test
    void saysHelloWithinItsLimit(@TempDir Path directory) throws Exception {
        byte[] module = Modules.bytes(Files.readString(Path.of("../../examples/hello.wat")));
        try (Fixture fixture = new Fixture(directory, WasmDriverContractTest.settings(directory.resolve("state")))) {
            TaskHandle handle =
                    fixture.start(fixture.task(Modules.container(fixture.module(module), List.of()), 1L << 20));
            StringBuffer said = new StringBuffer();
            fixture.driver.logs(
                    handle,
                    -1,
                    true,
                    (error, bytes, offset, length) ->
                            said.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                    () -> said.length() > 0);
            assertThat(said.toString()).startsWith("hello from a module\n");
            fixture.stop(handle);
        }
    }

    @Test
    void theFunctionAnswersInCapitalLetters(@TempDir Path directory) throws Exception {
        byte[] module = Modules.bytes(Files.readString(Path.of("../../examples/function.wat")));
        try (Fixture fixture = new Fixture(directory, WasmDriverContractTest.settings(directory.resolve("state")))) {
            PodFunction shout =
                    new PodFunction("function", fixture.module(module), List.of(), List.of(), null, 2, 4, 20, 60);
            TaskHandle handle = fixture.start(fixture.function(shout, 1L << 20));
            byte[] input = "hello, 3 Nodes {}".repeat(1_000).getBytes(StandardCharsets.UTF_8);
            assertThat(fixture.driver.call(handle, input, Duration.ofSeconds(30), () -> false))
                    .isInstanceOfSatisfying(
                            CallResult.Exited.class,
                            e -> assertThat(e.output()).asString().isEqualTo("HELLO, 3 NODES {}".repeat(1_000)));
        }
    }
}
