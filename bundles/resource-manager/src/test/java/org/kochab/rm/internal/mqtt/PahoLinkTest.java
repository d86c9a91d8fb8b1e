package org.kochab.rm.internal.mqtt;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
        await().until(PahoLinkTest::isWaiting);
        assertThatCode(link::close).doesNotThrowAnyException();
    }

    private static boolean isWaiting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(t -> t.getKey().getName().equals("kochab-rm-link-" + MANAGER))
                .anyMatch(t ->
                        Stream.of(t.getValue()).noneMatch(f -> f.getClassName().startsWith("org.kochab.")));
    }
}
