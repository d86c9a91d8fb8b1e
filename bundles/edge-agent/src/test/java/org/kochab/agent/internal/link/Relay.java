package org.kochab.agent.internal.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Stands between a client and a broker: passes everything on, but what the broker says can be held back, and all connections can be cut. */
final class Relay implements AutoCloseable {
    private final URI broker;
    private final ServerSocket server;
    private final List<Socket> open = new ArrayList<>();
    private volatile boolean silent;

    Relay(URI broker) throws IOException {
        this.broker = broker;
        server = new ServerSocket(TestBroker.freePort(), 8, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    URI uri() {
        return URI.create("tcp://127.0.0.1:" + server.getLocalPort());
    }

    /** From now on nothing that the broker says arrives. */
    void silence() {
        silent = true;
    }

    /** Ends all connections; new ones are passed on as a whole again. */
    synchronized void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
        silent = false;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket there = new Socket();
            there.connect(new InetSocketAddress(broker.getHost(), broker.getPort()));
            synchronized (this) {
                open.add(client);
                open.add(there);
            }
            run(() -> pass(client.getInputStream(), there.getOutputStream(), false));
            run(() -> pass(there.getInputStream(), client.getOutputStream(), true));
        }
    }

    private void pass(InputStream from, OutputStream to, boolean broker) throws IOException {
        byte[] buffer = new byte[8_192];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            if (!broker || !silent) {
                to.write(buffer, 0, n);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException cut) {
                // That is how it ends.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
            cut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
