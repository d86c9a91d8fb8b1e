package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.StopSignal;

/** A connection to a port of a pod, as a command: its input is sent, what comes is its output. */
final class Forwarding {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int LOOK_EVERY_MILLIS = 500;
    private static final int BLOCK = 8 * 1024;

    private Forwarding() {}

    /**
     * Blocks until the pod's side ends.
     *
     * @throws IOException if there is no connection, or it broke
     */
    static void run(String address, int port, InputStream input, OutputSink sink, StopSignal stop) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(LOOK_EVERY_MILLIS);
            Thread feeder = new Thread(() -> feed(input, socket), "kochab-agent-forward");
            feeder.setDaemon(true);
            feeder.start();
            byte[] block = new byte[BLOCK];
            InputStream from = socket.getInputStream();
            while (!stop.stopped()) {
                try {
                    int count = from.read(block);
                    if (count < 0) {
                        return;
                    }
                    sink.output(false, block, 0, count);
                } catch (SocketTimeoutException e) {
                    // Nothing came: look whether anybody waits for it.
                    continue;
                }
            }
        }
    }

    private static void feed(InputStream input, Socket socket) {
        try {
            input.transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            // The connection or the command has ended.
            return;
        }
    }
}
