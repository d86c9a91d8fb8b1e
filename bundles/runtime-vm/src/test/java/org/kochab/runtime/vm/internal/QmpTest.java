package org.kochab.runtime.vm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class QmpTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private CompletableFuture<Void> monitor(String words) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("monitor")));
        return CompletableFuture.runAsync(() -> {
            try (server;
                    SocketChannel one = server.accept()) {
                one.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.UTF_8)));
                while (one.read(ByteBuffer.allocate(100)) >= 0) {
                    continue;
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private Qmp open(Duration limit) throws IOException {
        return new Qmp(directory.resolve("monitor"), limit);
    }

    @Test
    void eventsBetweenAnswersArePassedOver() throws Exception {
        CompletableFuture<Void> monitor = monitor(
                """
                {"QMP": {}}
                {"return": {}}
                {"event": "POWERDOWN"}
                {"return": {"status": "running"}}
                {"error": {"class": "GenericError", "desc": "not now"}}
                """);
        try (Qmp qmp = open(LONG)) {
            assertThat(qmp.call("query-status").path("status").asText()).isEqualTo("running");
            assertThatThrownBy(() -> qmp.call("stop")).hasMessage("stop: not now");
        }
        monitor.join();
    }

    @Test
    void aMonitorThatSaysNothingIsNotWaitedForLonger() throws Exception {
        CompletableFuture<Void> monitor = monitor("");
        assertThatThrownBy(() -> open(SHORT)).hasMessageContaining("does not answer");
        monitor.join();
    }

    @Test
    void nonsenseIsRefused() throws Exception {
        CompletableFuture<Void> monitor = monitor("x".repeat(70_000));
        assertThatThrownBy(() -> open(LONG)).isInstanceOf(IOException.class);
        monitor.exceptionally(e -> null).join();
    }
}
