package org.kochab.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Loopback ports for what a test starts. All lie below those that the system gives to outgoing connections and to listeners that ask for any
 * port: one of these, once freed, can be somebody else's before the container that was told to use it starts, or while it restarts.
 */
final class Ports {
    /** More than there are at a time: they are numbered over all modules, and these two may be the first and the third. */
    private static final int FORKS = 8;

    private static final int COUNT = 750;
    /** Test processes side by side have a part of them each, or both would find the same one. */
    private static final int FIRST = 26_000 + Integer.getInteger("test.fork", 1) % FORKS * COUNT;

    /** Tests of another checkout that run at the same time begin elsewhere. */
    private static int next = (int) (ProcessHandle.current().pid() * 100 % COUNT);

    private Ports() {}

    /** A free port that was given to nobody yet. */
    static int free() {
        return free(1);
    }

    /** The first of so many free ports in a row. */
    static synchronized int free(int count) {
        for (int attempt = 0; attempt < COUNT; attempt++) {
            int first = FIRST + next;
            next = (next + count) % (COUNT - count);
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " free ports in a row from " + FIRST + " on");
    }

    private static boolean areFree(int first, int count) {
        List<ServerSocket> taken = new ArrayList<>();
        try {
            for (int port = first; port < first + count; port++) {
                taken.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
            }
            return true;
        } catch (IOException inUse) {
            return false;
        } finally {
            taken.forEach(Ports::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
