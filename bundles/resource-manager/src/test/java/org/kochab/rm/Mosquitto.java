package org.kochab.rm;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An external broker: Debian's mosquitto, as {@code ./kochab test} installs it. */
final class Mosquitto implements LinkTest.Broker {
    private static final int FIRST_PORT = 25_000;
    private static final int PORTS = 100;
    private static final int FORKS = 8;

    private final Path directory;
    private final int port;
    private Process process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    static Mosquitto start(Path directory) throws IOException {
        Mosquitto broker = new Mosquitto(directory, freePort());
        broker.restart();
        return broker;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void restart() throws IOException {
        Path config = directory.resolve("mosquitto.conf");
        Files.writeString(
                config,
                "listener " + port
                        + " 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 100000\n");
        try {
            process = new ProcessBuilder("mosquitto", "-c", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("mosquitto.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "mosquitto is missing: run ./kochab test as root, or apt-get install mosquitto mosquitto-clients jq",
                    e);
        }
        Awaitility.await("mosquitto listens on " + port)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From the range of this test process: another one beside it would find the same port free. Forks are numbered over all modules that are tested at a time. */
    static int freePort() throws IOException {
        int first = FIRST_PORT + Integer.getInteger("test.fork", 1) % FORKS * PORTS;
        for (int candidate = first; candidate < first + PORTS; candidate++) {
            try (ServerSocket probe = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IOException("no free port from " + first + " to " + (first + PORTS - 1));
    }

    @Override
    public void close() {
        kill();
    }
}
