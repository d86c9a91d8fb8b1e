package org.kochab.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends the bytes it is told to. */
public final class RawClient implements AutoCloseable {
    /** A packet as it came in. */
    public record Frame(int header, byte[] body) {
        public int type() {
            return header >> 4;
        }
    }

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;

    public RawClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    public RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends what the broker may refuse to read to the end. */
    public RawClient sendAsFarAsPossible(byte[] bytes) throws IOException {
        try {
            return send(bytes);
        } catch (SocketException closed) {
            return this;
        }
    }

    /** Null when the broker has closed the connection. */
    public Frame read() throws IOException {
        try {
            int header = in.readUnsignedByte();
            int length = 0;
            int digit;
            int shift = 0;
            do {
                digit = in.readUnsignedByte();
                length |= (digit & 0x7F) << shift;
                shift += 7;
            } while (digit > 0x7F);
            byte[] body = new byte[length];
            in.readFully(body);
            return new Frame(header, body);
        } catch (EOFException | SocketException closed) {
            return null;
        }
    }

    /** Reads until the broker closes; returns the last packet before, or null if there was none. */
    public Frame readToTheEnd() throws IOException {
        Frame last = null;
        for (Frame next = read(); next != null; next = read()) {
            last = next;
        }
        return last;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    public static byte[] connect(int version, String clientId) {
        byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 4, 'M', 'Q', 'T', 'T', (byte) version, 2, 0, 60});
        if (version == 5) {
            body.write(0);
        }
        body.write(id.length >> 8);
        body.write(id.length);
        body.writeBytes(id);
        return frame(0x10, body.toByteArray());
    }

    public static byte[] frame(int header, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(header);
        int rest = body.length;
        while (rest > 0x7F) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        out.writeBytes(body);
        return out.toByteArray();
    }
}
