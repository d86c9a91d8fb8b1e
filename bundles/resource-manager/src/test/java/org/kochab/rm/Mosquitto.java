package org.kochab.rm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.kochab.testkit.process.TestProcess;

/** An external broker: Debian's mosquitto, as {@code ./kochab test} installs it. */
final class Mosquitto implements LinkTest.Broker {
    private static final int FIRST_PORT = 25_000;

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

    static int freePort() throws IOException {
        return TestProcess.freePort(FIRST_PORT);
    }

    @Override
    public void close() {
        kill();
    }
}
