package org.kochab.mqtt.internal.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.BrokerConfig;

class BrokerSettingsTest {
    @Test
    void defaultsAreTheBrokersOwn() {
        assertThat(BrokerSettings.Reader.read(settings(Map.of()))).isEqualTo(BrokerConfig.loopback(1883));
    }

    @Test
    void readsTlsFiles() {
        BrokerConfig config = BrokerSettings.Reader.read(settings(
                Map.of("host", "0.0.0.0", "tls_keystore", "etc/broker.p12", "_tls_keystore_password", "secret")));
        assertThat(config.tls()).hasValueSatisfying(tls -> {
            assertThat(tls.keystore()).hasToString("etc/broker.p12");
            assertThat(tls.truststore()).isEmpty();
            assertThat(tls.toString()).doesNotContain("secret");
        });
    }

    @Test
    void namesTheLimitThatMakesNoSense() {
        assertThatThrownBy(() -> BrokerSettings.Reader.read(settings(Map.of("limit_sessions", 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sessions");
    }

    private static BrokerSettings settings(Map<String, Object> given) {
        return (BrokerSettings) Proxy.newProxyInstance(
                BrokerSettings.class.getClassLoader(),
                new Class<?>[] {BrokerSettings.class},
                (proxy, method, arguments) -> value(method, given));
    }

    private static Object value(Method key, Map<String, Object> given) {
        return given.getOrDefault(key.getName(), key.getDefaultValue());
    }
}
