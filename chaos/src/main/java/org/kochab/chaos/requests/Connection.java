package org.kochab.chaos.requests;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection for one request after the other, made anew when it has ended. It does as little as it can: what a client's machine has to do is done by the server's
 * here. Not thread-safe.
 */
final class Connection implements Closeable {
    private static final int PATIENCE_MILLIS = 40_000;
    private static final int LONGEST_LINE = 16_384;
    private static final int OK = 200;
    private static final int REDIRECTED = 300;

    private final Server server;
    private @Nullable SSLSocket socket;
    private @Nullable InputStream in;

    /** @param retryAfter whether it says when to try again */
    record Answer(int code, boolean retryAfter, byte[] body) {
        boolean isSuccess() {
            return code >= OK && code < REDIRECTED;
        }
    }

    Connection(Server server) {
        this.server = server;
    }

    Answer ask(String method, String path, String body) throws IOException {
        return ask(method, path, "application/json", body);
    }

    Answer ask(String method, String path, String type, String body) throws IOException {
        try {
            SSLSocket to = socket == null ? connect() : socket;
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            String head = method + " " + path + " HTTP/1.1\r\nHost: kochab\r\nContent-Type: " + type
                    + "\r\nAccept: application/json\r\nContent-Length: " + content.length + "\r\n\r\n";
            byte[] request = (head + body).getBytes(StandardCharsets.UTF_8);
            to.getOutputStream().write(request);
            return answer();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private SSLSocket connect() throws IOException {
        SSLSocket made = (SSLSocket) server.sockets()
                .createSocket(server.address().getAddress(), server.address().getPort());
        socket = made;
        made.setTcpNoDelay(true);
        made.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(made.getInputStream());
        return made;
    }

    private Answer answer() throws IOException {
        String status = line();
        int code = Integer.parseInt(status.substring(9, 12));
        int length = 0;
        boolean retryAfter = false;
        boolean last = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String known = header.toLowerCase(Locale.ROOT);
            String value = known.substring(known.indexOf(':') + 1).strip();
            if (known.startsWith("content-length:")) {
                length = Integer.parseInt(value);
            } else if (known.startsWith("retry-after:")) {
                retryAfter = Integer.parseInt(value) > 0;
            } else if (known.startsWith("connection:")) {
                last = value.equals("close");
            }
        }
        byte[] body = stream().readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer ended in its middle");
        }
        if (last) {
            close();
        }
        return new Answer(code, retryAfter, body);
    }

    private InputStream stream() throws IOException {
        if (in == null) {
            throw new IOException("not connected");
        }
        return in;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = stream().read(); c != '\n'; c = stream().read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new EOFException("the connection ended within a line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        socket = null;
        in = null;
    }
}
