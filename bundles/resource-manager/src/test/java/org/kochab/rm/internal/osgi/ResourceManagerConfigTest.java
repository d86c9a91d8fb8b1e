package org.kochab.rm.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kochab.rm.LinkedResourceManager;

class ResourceManagerConfigTest {
    /** As DS makes it: the key is the method's name with dots, and what is missing has its default. */
    private static LinkedResourceManager.Config config(Map<String, Object> values) {
        ResourceManagerConfig config = (ResourceManagerConfig) Proxy.newProxyInstance(
                ResourceManagerConfig.class.getClassLoader(),
                new Class<?>[] {ResourceManagerConfig.class},
                (proxy, method, args) ->
                        values.getOrDefault(method.getName().replace('_', '.'), method.getDefaultValue()));
        return ResourceManagerConfig.Values.of(config);
    }

    @Test
    void defaults() {
        LinkedResourceManager.Config config = config(Map.of());
        assertThat(config).isEqualTo(LinkedResourceManager.Config.of("tcp://127.0.0.1:1883"));
        assertThat(config.notReadySeconds()).isEqualTo(15);
        assertThat(config.lostSeconds()).isEqualTo(40);
        assertThat(config.heartbeatSeconds()).isEqualTo(5);
    }

    @Test
    void everyKeyIsRead() {
        TreeSet<String> keys = new TreeSet<>();
        Arrays.stream(ResourceManagerConfig.class.getDeclaredMethods())
                .forEach(m -> keys.add(m.getName().replace('_', '.')));
        assertThat(keys)
                .containsExactly(
                        "broker.every",
                        "broker.uris",
                        "heartbeat.seconds",
                        "lease.lost.seconds",
                        "lease.notready.seconds");
        LinkedResourceManager.Config config = config(Map.of(
                "broker.uris",
                new String[] {"ssl://a.example.org:8883, tcp://127.0.0.1:1 "},
                "broker.every",
                true,
                "lease.notready.seconds",
                20,
                "lease.lost.seconds",
                30,
                "heartbeat.seconds",
                10));
        assertThat(config)
                .isEqualTo(new LinkedResourceManager.Config(
                        List.of("ssl://a.example.org:8883", "tcp://127.0.0.1:1"), true, 20, 30, 10));
    }

    @Test
    void wrongValuesNameTheirKeyAndTheRemedy() {
        assertThatThrownBy(() -> config(Map.of("broker.uris", new String[0])))
                .hasMessageContaining("broker.uris is empty");
        for (String uri : List.of("127.0.0.1:1883", "http://127.0.0.1:80", "tcp://127.0.0.1", "tcp://a b:1")) {
            assertThatThrownBy(() -> config(Map.of("broker.uris", new String[] {uri})))
                    .hasMessageContaining("broker.uris has '" + uri);
        }
        assertThatThrownBy(() -> config(Map.of("heartbeat.seconds", 0))).hasMessageContaining("heartbeat.seconds");
        assertThatThrownBy(() -> config(Map.of("heartbeat.seconds", 10)))
                .hasMessageContaining("lease.notready.seconds is 15.0: use at least twice");
        assertThatThrownBy(() -> config(Map.of("lease.lost.seconds", 10)))
                .hasMessageContaining("lease.lost.seconds is 10.0: use at least lease.notready.seconds");
    }
}
