package org.kochab.mqtt.internal.core;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Acknowledgement;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;

/** A broker on a virtual clock, and clients that are lists of what they were sent. */
final class BrokerFixture {
    static final byte[] NOTHING = {};

    final AtomicLong now = new AtomicLong(1_000_000);
    final Counters counters = new Counters();
    final AtomicLong ids = new AtomicLong();
    final Broker broker;
    MqttAuthenticator authenticator = new LoopbackAuthenticator();
    boolean loopback = true;

    BrokerFixture() {
        this(Limits.defaults());
    }

    BrokerFixture(Limits limits) {
        broker = new Broker(
                limits,
                now::get,
                () -> "auto-" + ids.incrementAndGet(),
                new AccessGate(() -> authenticator, NodeTopicsAuthoriser::new, counters),
                counters);
    }

    /** Lets time pass in the steps the network would tick in. */
    void pass(long millis) {
        for (long left = millis; left > 0; left -= 100) {
            now.addAndGet(Math.min(100, left));
            broker.tick();
        }
    }

    Client client() {
        return new Client();
    }

    /** A version 5 client with a clean session that ends with its connection. */
    Client connected(String id) {
        return client().connect(connect(id));
    }

    static Inbound.Connect connect(String id) {
        return connect(id, true, 0);
    }

    static Inbound.Connect connect(String id, boolean cleanStart, long expirySeconds) {
        return new Inbound.Connect(
                5, id, cleanStart, 60, null, null, NOTHING, expirySeconds, 65_535, 0xFFFF_FFFFL, null);
    }

    static Inbound.Connect withWill(Inbound.Connect c, Inbound.Will will) {
        return new Inbound.Connect(
                c.version(),
                c.clientId(),
                c.cleanStart(),
                c.keepAlive(),
                will,
                c.userName(),
                c.password(),
                c.sessionExpiry(),
                c.receiveMaximum(),
                c.maximumPacketSize(),
                c.authenticationMethod());
    }

    static Inbound.Will will(String topic, long delaySeconds) {
        return new Inbound.Will(topic, "gone".getBytes(), 1, false, NOTHING, Inbound.ABSENT, delaySeconds);
    }

    static Inbound.Publish publish(String topic, int qos, String payload) {
        return new Inbound.Publish(qos == 0 ? 0 : 7, qos, false, topic, 0, payload.getBytes(), NOTHING, Inbound.ABSENT);
    }

    static Inbound.Publish retained(String topic, String payload, long expirySeconds) {
        return new Inbound.Publish(0, 0, true, topic, 0, payload.getBytes(), NOTHING, expirySeconds);
    }

    final class Client implements Link {
        final List<Outbound> sent = new ArrayList<>();
        final Connection connection;
        boolean writable = true;
        boolean reading = true;
        boolean closed;

        @Nullable
        Reason closedFor;

        Client() {
            connection = new Connection(
                    broker,
                    this,
                    (id, user, password) -> new MqttConnection(
                            id, user, password, new InetSocketAddress(40_000), loopback, false, List.of()),
                    Runnable::run);
            connection.opened();
        }

        Client connect(Inbound.Connect packet) {
            connection.receive(packet);
            return this;
        }

        Client receive(Inbound packet) {
            connection.receive(packet);
            return this;
        }

        Client subscribe(String filter, int qos) {
            return receive(new Inbound.Subscribe(1, 0, List.of(new Inbound.Request(filter, qos, false, false, 0))));
        }

        Client subscribe(int identifier, UnaryOperator<Inbound.Request> change, String filter, int qos) {
            Inbound.Request plain = new Inbound.Request(filter, qos, false, false, 0);
            return receive(new Inbound.Subscribe(1, identifier, List.of(change.apply(plain))));
        }

        Client acknowledge(Acknowledgement kind, int packetId) {
            return receive(new Inbound.Acknowledge(kind, packetId, 0));
        }

        /** The network is gone without a word. */
        void lose() {
            closed = true;
            connection.closed();
        }

        Outbound.ConnAck connAck() {
            return (Outbound.ConnAck) sent.get(0);
        }

        List<Outbound.Publish> messages() {
            return sent.stream()
                    .filter(Outbound.Publish.class::isInstance)
                    .map(Outbound.Publish.class::cast)
                    .toList();
        }

        List<String> payloads() {
            return messages().stream()
                    .map(publish -> new String(publish.message().payload()))
                    .toList();
        }

        <T extends Outbound> T last(Class<T> type) {
            return sent.stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .reduce((first, second) -> second)
                    .orElseThrow();
        }

        @Override
        public boolean writable() {
            return writable && !closed;
        }

        @Override
        public void send(Outbound packet) {
            if (!closed) {
                sent.add(packet);
            }
        }

        @Override
        public void reading(boolean on) {
            reading = on;
        }

        @Override
        public void close(@Nullable Reason reason, @Nullable String explanation) {
            closed = true;
            closedFor = reason;
        }
    }
}
