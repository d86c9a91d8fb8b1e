package org.kochab.agent.internal.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kochab.testkit.process.TestProcess;

/** A real mosquitto on loopback. */
public final class TestBroker {
    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");
    private static final int FIRST_PORT = 24_100;

    private final int port;
    private final Path directory;
    private Process process;

    public TestBroker(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory);
        port = freePort();
        start();
    }

    public static boolean available() {
        return Files.isExecutable(PROGRAM);
    }

    public static int freePort() throws IOException {
        return TestProcess.freePort(FIRST_PORT);
    }

    public void start() throws Exception {
        Path config = directory.resolve("mosquitto.conf");
        Files.writeString(
                config, "listener " + port + " 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n");
        process = new ProcessBuilder(PROGRAM.toString(), "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("mosquitto.log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!answers()) {
            if (System.nanoTime() - end > 0 || !process.isAlive()) {
                throw new IOException(
                        "mosquitto did not start: " + Files.readString(directory.resolve("mosquitto.log")));
            }
            Thread.onSpinWait();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 100);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public List<URI> uris() {
        return List.of(URI.create("tcp://127.0.0.1:" + port));
    }

    public void stop() throws Exception {
        process.destroyForcibly().waitFor();
    }

    public void close() throws Exception {
        stop();
    }
}
