package org.kochab.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JVM that these tests run in, one of several side by side. Thread-safe. */
public final class TestProcess {
    /** More than there are at a time: Surefire numbers them over all modules, and a module's two may be the first and the third. */
    private static final int MOST = 8;

    private static final int PORTS = 100;

    private TestProcess() {}

    /** What tells it from those beside it, from 0 to 7, by the system property {@code test.fork}; 1 without. */
    public static int number() {
        return Integer.getInteger("test.fork", 1) % MOST;
    }

    /**
     * The command that starts a JVM beside this one, with the same class path, up to where the main class has to follow. Such a JVM is over before a
     * second compiler, a collector's own threads, or a check of what javac wrote would pay.
     *
     * @param options more of the JVM's options
     * @return a new list, to be added to
     */
    public static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    /**
     * A free port on loopback, from this process' hundred: one beside it would find the same port free.
     *
     * @param first of the 800 that such tests use
     * @throws IOException if all hundred are taken
     */
    public static int freePort(int first) throws IOException {
        int own = first + number() * PORTS;
        for (int port = own; port < own + PORTS; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IOException("no free port from " + own + " to " + (own + PORTS - 1));
    }
}
