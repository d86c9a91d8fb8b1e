package org.kochab.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

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
