package org.kochab.runtime.vm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One conversation with a machine's monitor, all of it within a limit of time. One thread. */
final class Qmp implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_LINE = 64 * 1024;
    private static final int BLOCK = 4 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long end;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK).limit(0);

    /** @throws IOException if the monitor does not answer in time; it has one conversation at a time */
    Qmp(Path socket, Duration limit) throws IOException {
        end = System.nanoTime() + limit.toNanos();
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        selector = Selector.open();
        try {
            channel.configureBlocking(false);
            key = channel.register(selector, 0);
            if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                throw new IOException("the machine's monitor is busy");
            }
            if (!line().has("QMP")) {
                throw new IOException("there is no QEMU at " + socket);
            }
            call("qmp_capabilities");
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** @return what the command returns */
    JsonNode call(String command) throws IOException {
        return call(command, Map.of());
    }

    /** @return what the command returns */
    JsonNode call(String command, Map<String, ?> arguments) throws IOException {
        String line = JSON.writeValueAsString(Map.of("execute", command, "arguments", arguments)) + "\n";
        ByteBuffer words = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (words.hasRemaining()) {
            if (channel.write(words) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
        // Events come between.
        for (JsonNode answer = line(); ; answer = line()) {
            if (answer.has("return")) {
                return answer.get("return");
            }
            if (answer.has("error")) {
                throw new IOException(
                        command + ": " + answer.get("error").path("desc").asText());
            }
        }
    }

    private JsonNode line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < MOST_LINE) {
            while (block.hasRemaining()) {
                byte b = block.get();
                if (b == '\n') {
                    return JSON.readTree(line.toByteArray());
                }
                line.write(b);
            }
            int count = channel.read(block.clear());
            block.flip();
            if (count < 0) {
                throw new IOException("QEMU has closed its monitor");
            }
            if (count == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        throw new IOException("QEMU's monitor answers with more than " + MOST_LINE + " bytes");
    }

    private void await(int operation) throws IOException {
        key.interestOps(operation);
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || selector.select(left) == 0) {
            throw new IOException("the machine's monitor does not answer");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        try {
            selector.close();
        } finally {
            channel.close();
        }
    }
}
