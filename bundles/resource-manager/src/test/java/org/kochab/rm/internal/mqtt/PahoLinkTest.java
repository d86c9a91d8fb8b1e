package org.kochab.rm.internal.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;

class PahoLinkTest {
    private static final String MANAGER = "closed-while-waiting";

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void closesBetweenTwoTriesToConnect() throws Exception {
        PahoLink link;
        try (ServerSocket noBroker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            link = new PahoLink(
                    new LinkSettings(List.of("tcp://127.0.0.1:" + noBroker.getLocalPort())),
                    Optional::empty,
                    MANAGER,
                    "link",
                    new PahoLink.Receiver() {
                        @Override
                        public void up() {}

                        @Override
                        public void down() {}

                        @Override
                        public void received(String topic, byte[] payload, boolean retained) {}
                    });
            link.start();
            noBroker.accept().close();
        }
        await().atMost(Duration.ofSeconds(30)).until(PahoLinkTest::isWaiting);
        assertThatCode(link::close).doesNotThrowAnyException();
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void whoeverSeesThatItIsDownFindsItsReceiverTold() throws Exception {
        AtomicReference<PahoLink> link = new AtomicReference<>();
        CountDownLatch up = new CountDownLatch(1);
        CompletableFuture<Boolean> openWhenTold = new CompletableFuture<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.loopback())) {
            link.set(new PahoLink(
                    new LinkSettings(List.of("tcp://127.0.0.1:" + broker.port())),
                    Optional::empty,
                    "told",
                    "link",
                    new PahoLink.Receiver() {
                        @Override
                        public void up() {
                            up.countDown();
                        }

                        @Override
                        public void down() {
                            openWhenTold.complete(link.get().isOpen());
                        }

                        @Override
                        public void received(String topic, byte[] payload, boolean retained) {}
                    }));
            link.get().start();
            assertThat(up.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(openWhenTold.get(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> !link.get().isOpen());
        link.get().close();
    }

    private static boolean isWaiting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(t -> t.getKey().getName().equals("kochab-rm-link-" + MANAGER))
                .anyMatch(t ->
                        Stream.of(t.getValue()).noneMatch(f -> f.getClassName().startsWith("org.kochab.")));
    }
}
