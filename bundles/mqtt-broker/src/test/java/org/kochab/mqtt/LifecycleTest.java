package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthenticator;

class LifecycleTest {
    private static final int CONNACK = 2;
    private static final int DISCONNECT = 14;

    @Test
    void leavesNoThreadAndNoPortBehind() throws Exception {
        Set<Thread> before = threads();
        for (int round = 0; round < 10; round++) {
            EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.loopback());
            try (RawClient client = new RawClient(broker.port())) {
                client.send(RawClient.connect(5, "client"));
                assertThat(client.read().type()).isEqualTo(CONNACK);
                broker.close();
                RawClient.Frame farewell = client.readToTheEnd();
                assertThat(farewell.type()).isEqualTo(DISCONNECT);
                assertThat(farewell.body()[0] & 0xFF).isEqualTo(0x8B);
            }
            new ServerSocket(broker.port(), 1, InetAddress.getLoopbackAddress()).close();
            // The broker knows that its work has ended, a moment before the thread has.
            await().pollInSameThread().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(threads())
                    .isSubsetOf(before));
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (EmbeddedBroker first = EmbeddedBroker.start(BrokerConfig.loopback())) {
            assertThatThrownBy(() -> EmbeddedBroker.start(BrokerConfig.loopback(first.port())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + first.port())
                    .hasMessageContaining("org.kochab.mqtt.broker");
        }
    }

    @Test
    void refusesToListenForOtherMachinesWithoutTls() {
        assertThatThrownBy(() -> new BrokerConfig("0.0.0.0", 0, Optional.empty(), Optional.empty(), Limits.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls.keystore");
    }

    @Test
    void waitsForAnAuthenticatorThatTakesItsTime() throws Exception {
        CompletableFuture<MqttAuthentication> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        MqttAuthenticator slow = connection -> {
            asked.complete(null);
            return answer;
        };
        try (EmbeddedBroker broker = start(slow);
                RawClient client = new RawClient(broker.port())) {
            // SUBSCRIBE right behind CONNECT, as the protocol allows
            client.send(RawClient.connect(4, "eager"));
            client.send(RawClient.frame(0x82, new byte[] {0, 1, 0, 1, 'a', 1}));
            asked.join();
            new LoopbackAuthenticator()
                    .authenticate(new org.kochab.spi.mqtt.MqttConnection(
                            "eager",
                            null,
                            new byte[0],
                            new java.net.InetSocketAddress(1),
                            true,
                            false,
                            java.util.List.of()))
                    .thenAccept(answer::complete);
            assertThat(client.read().body()).containsExactly(0, 0);
            assertThat(client.read().body()).containsExactly(0, 1, 1);
        }
    }

    @Test
    void refusesWhenTheAuthenticatorFails() throws Exception {
        MqttAuthenticator broken = connection -> {
            throw new IllegalStateException("no directory");
        };
        try (EmbeddedBroker broker = start(broken)) {
            try (RawClient client = new RawClient(broker.port())) {
                client.send(RawClient.connect(5, "client"));
                assertThat(client.read().body()[1] & 0xFF).isEqualTo(0x88);
                assertThat(client.read()).isNull();
            }
            try (RawClient client = new RawClient(broker.port())) {
                client.send(RawClient.connect(4, "client"));
                assertThat(client.read().body()).containsExactly(0, 3);
            }
        }
    }

    private static EmbeddedBroker start(MqttAuthenticator authenticator) throws IOException {
        return EmbeddedBroker.start(
                BrokerConfig.loopback(), () -> authenticator, NodeTopicsAuthoriser::new, Optional::empty);
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }
}
