package org.kochab.agent.internal.link;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real mosquitto on loopback. */
public final class TestBroker {
    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");
    private static final int FIRST_PORT = 24_100;
    private static final int PORTS = 100;
    /** More than there are at a time: they are numbered over all modules, and a module's two may be the first and the third. */
    private static final int FORKS = 8;

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

    /** Within the range tests here may use; test processes side by side have a part of it each, or both would find the same one. */
    public static int freePort() throws IOException {
        int first = FIRST_PORT + Integer.getInteger("test.fork", 1) % FORKS * PORTS;
        for (int port = first; port < first + PORTS; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress("127.0.0.1", port));
                return port;
            } catch (IOException e) {
                continue;
            }
        }
        throw new IOException("no free port");
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
