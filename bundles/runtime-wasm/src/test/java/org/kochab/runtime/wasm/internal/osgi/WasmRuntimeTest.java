package org.kochab.runtime.wasm.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.runtime.wasm.internal.Settings;

final class WasmRuntimeTest {
    private static final long HEAP = 64 << 20;

    /** The defaults of the annotation, but for these. */
    private static WasmRuntime.Config config(Map<String, Object> values) {
        return (WasmRuntime.Config) Proxy.newProxyInstance(
                WasmRuntime.class.getClassLoader(),
                new Class<?>[] {WasmRuntime.Config.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void defaultsAreOfTheHeap() {
        assertThat(WasmRuntime.settings(config(Map.of()), HEAP))
                .isEqualTo(new Settings(
                        Path.of("data/runtime-wasm").toAbsolutePath(),
                        16 << 20,
                        4 << 20,
                        64,
                        64 << 20,
                        10 << 20,
                        false));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        for (Map<String, Object> wrong : java.util.List.<Map<String, Object>>of(
                Map.of("memory_bytes", HEAP),
                Map.of("memory_bytes", 1L),
                Map.of("task_memory_bytes", 1L),
                Map.of("cache_bytes", 0L),
                Map.of("tasks", 0),
                Map.of("log_bytes", 1L))) {
            assertThatThrownBy(() -> WasmRuntime.settings(config(wrong), HEAP))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.keySet().iterator().next().replace('_', '.'));
        }
    }
}
