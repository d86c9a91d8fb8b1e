package org.kochab.mqtt.internal.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.kochab.mqtt.internal.core.AccessGate;
import org.kochab.mqtt.internal.core.Broker;
import org.kochab.mqtt.internal.core.Budget;
import org.kochab.mqtt.internal.core.Counters;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * A broker with narrow limits and the real channels of four clients: a trusted one, a node, a machine that wants to be that node, and a stranger. A
 * script of bytes says what they do. Each step is a byte (the client, and what it does), for some a length or time, and what is sent.
 */
final class HostileNetwork {
    /** Sends bytes as they are. */
    static final int RAW = 0;
    /** Sends a first byte and a body, with the right length between them. */
    static final int PACKET = 1;

    static final int LOSE = 2;
    static final int GAIN = 3;
    /** Seconds go by. */
    static final int PASS = 4;

    private static final int STEPS = 5;
    private static final int CLIENTS = 4;
    private static final int FIRST_PORT = 40_000;
    private static final MqttPrincipal[] PRINCIPALS = {
        new MqttPrincipal.Trusted("operator"),
        new MqttPrincipal.Node("rm-1", "n"),
        new MqttPrincipal.Joining("rm-1", "n"),
        new MqttPrincipal.Client("stranger")
    };
    private static final Limits NARROW = new Limits(
            100, 100, 100, 10_000, 512, 300, 400, 20, 60, 8, 3, 3, 3, 100, 60, 4, 3_000, 6, 1_500, 4_000, 2, 4, 2_000);

    private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

    private final Counters counters = new Counters();
    private final Budget partial = new Budget(NARROW.partialBytes());
    private final Client[] clients = new Client[CLIENTS];
    private final Broker broker;
    private long now = 1_000_000;
    private int named;

    HostileNetwork() {
        broker = new Broker(
                NARROW,
                () -> now,
                () -> "auto-" + ++named,
                new AccessGate(
                        () -> connection -> CompletableFuture.completedStage(new MqttAuthentication.Accepted(
                                PRINCIPALS[connection.remote().getPort() - FIRST_PORT])),
                        NodeTopicsAuthoriser::new,
                        counters),
                counters);
    }

    /** Such a step as hex. */
    static String raw(int client, String hex) {
        return HexFormat.of().toHexDigits((byte) (client << 3 | RAW))
                + HexFormat.of().toHexDigits((byte) (hex.length() / 2))
                + hex;
    }

    void play(ByteBuffer script) {
        while (script.hasRemaining()) {
            int step = script.get() & 0xFF;
            int who = (step >> 3) % CLIENTS;
            switch ((step & 7) % STEPS) {
                case RAW -> client(who).send(Unpooled.wrappedBuffer(chunk(script)));
                case PACKET -> client(who).packet(chunk(script));
                case LOSE -> lose(who);
                case GAIN -> client(who);
                default -> pass(script.hasRemaining() ? script.get() & 0xFF : 1);
            }
            check();
        }
    }

    /** All clients go, and all time that a session may be kept goes by. */
    void end() {
        for (int who = 0; who < CLIENTS; who++) {
            lose(who);
        }
        assertThat(partial.used()).isZero();
        assertThat(broker.connecting()).isZero();
        pass(2 * NARROW.sessionExpirySeconds());
        var status = broker.status("", 0);
        assertThat(status.sessions()).isZero();
        assertThat(status.subscriptions()).isZero();
        assertThat(status.queuedMessages()).isZero();
        assertThat(status.queuedBytes()).isZero();
        clear();
        status = broker.status("", 0);
        assertThat(status.retainedMessages()).isZero();
        assertThat(status.retainedBytes()).isZero();
    }

    /** Deletes what is retained, as an operator would. */
    private void clear() {
        Client operator = client(0);
        operator.packet(HexFormat.of().parseHex("1000044d515454040200000001" + "79"));
        for (int most = NARROW.retainedMessages(); most > 0; most--) {
            operator.topics.clear();
            operator.packet(HexFormat.of().parseHex("82000100012300"));
            for (byte[] topic : List.copyOf(operator.topics)) {
                ByteBuffer empty = ByteBuffer.allocate(3 + topic.length);
                operator.packet(empty.put((byte) 0x31)
                        .putShort((short) topic.length)
                        .put(topic)
                        .array());
            }
        }
        lose(0);
        pass(1);
    }

    private void check() {
        var status = broker.status("", 0);
        assertThat(partial.used()).isBetween(0L, NARROW.partialBytes());
        assertThat(status.sessions()).isLessThanOrEqualTo(NARROW.sessions());
        assertThat(status.subscriptions()).isLessThanOrEqualTo(NARROW.sessions() * NARROW.subscriptions());
        assertThat(status.retainedMessages()).isLessThanOrEqualTo(NARROW.retainedMessages());
        assertThat(status.retainedBytes()).isBetween(0L, NARROW.retainedBytes());
        assertThat(status.queuedMessages())
                .isLessThanOrEqualTo((long) NARROW.sessions()
                        * (NARROW.trustedFactor() * NARROW.queuedMessages() + NARROW.inflight()));
        assertThat(status.queuedBytes()).isBetween(0L, 2 * NARROW.allQueuedBytes());
        for (Client client : clients) {
            if (client != null) {
                client.channel.checkException();
            }
        }
    }

    private Client client(int who) {
        if (clients[who] == null) {
            clients[who] = new Client(who);
        }
        return clients[who];
    }

    private void lose(int who) {
        if (clients[who] != null) {
            clients[who].lose();
            clients[who] = null;
        }
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += 1_000;
            broker.tick();
            for (Client client : clients) {
                if (client != null) {
                    client.turn();
                }
            }
        }
    }

    private static byte[] chunk(ByteBuffer script) {
        int length = script.hasRemaining() ? script.get() & 0xFF : 0;
        byte[] bytes = new byte[Math.min(length, script.remaining())];
        script.get(bytes);
        return bytes;
    }

    private final class Client {
        /** Of what was delivered. */
        final List<byte[]> topics = new ArrayList<>();

        private final ClientChannel handler;
        private final EmbeddedChannel channel;
        private final ByteBuf waiting = Unpooled.buffer();

        Client(int who) {
            channel = new EmbeddedChannel() {
                @Override
                public SocketAddress remoteAddress() {
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), FIRST_PORT + who);
                }

                @Override
                public SocketAddress localAddress() {
                    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1883);
                }
            };
            handler = new ClientChannel(
                    new SharedParts(broker, NARROW, partial, new PacketWriter(HEAP), new Flusher(channel.eventLoop())),
                    channel,
                    false);
            channel.pipeline().addLast(handler);
            channel.pipeline().fireChannelActive();
        }

        void packet(byte[] headerAndBody) {
            if (headerAndBody.length == 0) {
                return;
            }
            int length = headerAndBody.length - 1;
            ByteBuf packet = Unpooled.buffer();
            packet.writeByte(headerAndBody[0]);
            if (length > 0x7F) {
                packet.writeByte(length & 0x7F | 0x80).writeByte(length >> 7);
            } else {
                packet.writeByte(length);
            }
            send(packet.writeBytes(headerAndBody, 1, length));
        }

        /** Calls the decoder as Netty would, but lets its exceptions out. */
        void send(ByteBuf bytes) {
            if (!channel.isOpen()) {
                return;
            }
            waiting.writeBytes(bytes);
            List<Object> none = new ArrayList<>();
            int before;
            do {
                before = waiting.readableBytes();
                if (before > 0) {
                    handler.decode(channel.pipeline().context(handler), waiting, none);
                }
            } while (waiting.isReadable() && waiting.readableBytes() < before);
            waiting.discardReadBytes();
            assertThat(none).isEmpty();
            assertThat(waiting.readableBytes()).isLessThanOrEqualTo(NARROW.packetBytes());
            turn();
        }

        /** Does what the event loop has to do, and takes what was sent. */
        void turn() {
            channel.runPendingTasks();
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                if (out.isReadable()) {
                    note(out);
                }
                out.release();
            }
        }

        private void note(ByteBuf out) {
            int header = out.readUnsignedByte();
            int length = 0;
            int digit;
            int shift = 0;
            do {
                digit = out.readUnsignedByte();
                length |= (digit & 0x7F) << shift;
                shift += 7;
            } while (digit > 0x7F);
            assertThat(out.readableBytes()).as("remaining length").isEqualTo(length);
            if (header >> 4 == 3) {
                byte[] topic = new byte[out.readUnsignedShort()];
                out.readBytes(topic);
                topics.add(topic);
            }
        }

        void lose() {
            channel.close();
            channel.runPendingTasks();
            turn();
            waiting.release();
        }
    }
}
