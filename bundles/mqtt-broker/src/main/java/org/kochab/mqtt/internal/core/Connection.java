package org.kochab.mqtt.internal.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Acknowledgement;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.MalformedPacketException;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection's side of the protocol: what each packet means in the state the connection is in. */
public final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int MQTT_5 = 5;
    private static final int FAILURE_BEFORE_MQTT_5 = 0x80;

    /** Packets a client may send on before its CONNECT is answered. */
    private static final int MOST_EAGER_PACKETS = 64;

    private enum State {
        NEW,
        AUTHENTICATING,
        OPEN,
        CLOSED
    }

    private final Broker broker;
    private final Link link;
    private final Peer peer;
    private final Executor executor;
    private State state = State.NEW;
    private int version = 4;
    private Deadlines.@Nullable Deadline<Connection> connectDeadline;
    private @Nullable ArrayDeque<Inbound> eager;
    private String @Nullable [] aliases;
    private @Nullable Session session;

    /** @param executor runs tasks on the thread that calls everything here, at once if called from it */
    public Connection(Broker broker, Link link, Peer peer, Executor executor) {
        this.broker = broker;
        this.link = link;
        this.peer = peer;
        this.executor = executor;
    }

    /** The connection has been accepted; its client now has a limited time to be let in. */
    public void opened() {
        connectDeadline =
                broker.connecting.schedule(broker.clock.getAsLong() + broker.limits.connectTimeoutMillis(), this);
    }

    /** Protocol version, 4 or 5; 4 until the client has said. */
    public int version() {
        return version;
    }

    /** Whether the client has been let in. */
    public boolean established() {
        return state == State.OPEN;
    }

    public void receive(Inbound packet) {
        switch (state) {
            case NEW -> {
                if (packet instanceof Inbound.Connect connect) {
                    connect(connect);
                } else {
                    fail(Reason.PROTOCOL_ERROR, "the first packet is not CONNECT");
                }
            }
            case AUTHENTICATING -> keepForLater(packet);
            case OPEN -> {
                Session current = session;
                if (current != null && current.link == link) {
                    current.lastSeen = broker.clock.getAsLong();
                    handle(current, packet);
                }
            }
            case CLOSED -> {}
        }
    }

    /** The client sent what is no packet. */
    public void malformed(MalformedPacketException what) {
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.NEW && what.reason() == Reason.UNSUPPORTED_PROTOCOL_VERSION) {
            link.send(Outbound.ConnAck.refusal(what.reason(), null));
        }
        fail(what.reason(), what.getMessage());
    }

    /** The connection takes packets again. */
    public void writable() {
        if (session != null && session.link == link) {
            broker.router.drain(session);
        }
    }

    /** The connection is gone, for whatever reason. */
    public void closed() {
        boolean wasOpen = state == State.OPEN;
        state = State.CLOSED;
        eager = null;
        stopWaiting();
        if (wasOpen && session != null && session.link == link) {
            broker.sessions.leave(session, true);
        }
    }

    void timedOut() {
        connectDeadline = null;
        broker.counters.countRefused();
        state = State.CLOSED;
        link.close(null, null);
    }

    private void connect(Inbound.Connect connect) {
        version = connect.version();
        if (connect.authenticationMethod() != null) {
            refuse(Reason.BAD_AUTHENTICATION_METHOD, "Extended authentication is not offered.");
            return;
        }
        String clientId = connect.clientId();
        boolean assigned = clientId.isEmpty();
        if (assigned && version < MQTT_5 && !connect.cleanStart()) {
            refuse(Reason.CLIENT_ID_NOT_VALID, null);
            return;
        }
        if (clientId.length() > broker.limits.clientIdLength()
                || clientId.chars().anyMatch(Character::isISOControl)) {
            refuse(
                    Reason.CLIENT_ID_NOT_VALID,
                    "A client id has at most " + broker.limits.clientIdLength() + " characters, none of them control.");
            return;
        }
        String name = assigned ? broker.identifiers.get() : clientId;
        state = State.AUTHENTICATING;
        link.reading(false);
        broker.access
                .authenticate(peer.describe(name, connect.userName(), connect.password()))
                .thenAccept(answer -> executor.execute(() -> authenticated(connect, name, assigned, answer)));
    }

    private void authenticated(Inbound.Connect connect, String clientId, boolean assigned, MqttAuthentication answer) {
        if (state != State.AUTHENTICATING) {
            return;
        }
        if (answer instanceof MqttAuthentication.Accepted accepted) {
            open(connect, clientId, assigned, accepted.principal());
        } else if (answer instanceof MqttAuthentication.Refused refused) {
            Reason reason =
                    switch (refused.cause()) {
                        case BAD_CREDENTIALS -> Reason.BAD_CREDENTIALS;
                        case NOT_AUTHORISED -> Reason.NOT_AUTHORISED;
                        case BANNED -> Reason.BANNED;
                        case UNAVAILABLE -> Reason.SERVER_UNAVAILABLE;
                    };
            broker.tell(clientId, refused.explanation());
            refuse(reason, refused.explanation());
        } else {
            refuse(Reason.SERVER_UNAVAILABLE, null);
        }
    }

    private void open(Inbound.Connect connect, String clientId, boolean assigned, MqttPrincipal principal) {
        if (connect.will() != null) {
            Reason will = broker.router.mayPublish(
                    principal, connect.will().topic(), connect.will().retain());
            if (will.failed()) {
                refuse(will, "The will's topic is not one this client may publish to.");
                return;
            }
        }
        Sessions.Opened opened = broker.sessions.open(clientId, principal, link, connect);
        Session current = opened.session();
        if (current == null) {
            refuse(opened.reason(), null);
            return;
        }
        session = current;
        state = State.OPEN;
        stopWaiting();
        link.send(acknowledge(connect, current, opened.present(), assigned));
        broker.sessions.watch(current);
        link.reading(true);
        current.outbox.resend(link, broker.clock.getAsLong());
        broker.router.drain(current);
        while (eager != null && !eager.isEmpty()) {
            receive(eager.removeFirst());
        }
        eager = null;
    }

    /** Settles keep-alive and session expiry, and tells a version 5 client where they differ from what it asked for. */
    private Outbound.ConnAck acknowledge(Inbound.Connect connect, Session current, boolean present, boolean assigned) {
        int longestKeepAlive = broker.limits.keepAliveSeconds();
        int keepAlive = connect.keepAlive();
        long longestExpiry = broker.limits.sessionExpirySeconds();
        long wished = connect.cleanStart() ? 0 : longestExpiry;
        if (version == MQTT_5) {
            wished = Math.max(0, connect.sessionExpiry());
            keepAlive = keepAlive == 0 ? longestKeepAlive : Math.min(keepAlive, longestKeepAlive);
        }
        long expiry = Math.min(wished, longestExpiry);
        current.expiryMillis = expiry * 1_000;
        current.patienceMillis = keepAlive * 1_500L;
        return new Outbound.ConnAck(
                present,
                Reason.SUCCESS,
                assigned ? current.clientId : null,
                expiry == wished ? Outbound.ABSENT : expiry,
                keepAlive == connect.keepAlive() ? Outbound.ABSENT : keepAlive,
                broker.limits.inflight(),
                broker.limits.packetBytes(),
                broker.limits.aliases(),
                null);
    }

    private void handle(Session current, Inbound packet) {
        if (packet instanceof Inbound.Publish publish) {
            publish(current, publish);
        } else if (packet instanceof Inbound.Acknowledge acknowledge) {
            acknowledged(current, acknowledge);
        } else if (packet instanceof Inbound.Ping) {
            link.send(new Outbound.Pong());
        } else if (packet instanceof Inbound.Subscribe subscribe) {
            subscribe(current, subscribe);
        } else if (packet instanceof Inbound.Unsubscribe unsubscribe) {
            List<Reason> reasons = new ArrayList<>();
            for (String filter : unsubscribe.filters()) {
                boolean existed = broker.router.unsubscribe(current, filter);
                reasons.add(existed ? Reason.SUCCESS : Reason.NO_SUBSCRIPTION_EXISTED);
            }
            link.send(new Outbound.UnsubAck(unsubscribe.packetId(), reasons));
        } else if (packet instanceof Inbound.Disconnect disconnect) {
            disconnect(current, disconnect);
        } else {
            fail(Reason.PROTOCOL_ERROR, "a second CONNECT, or AUTH without extended authentication");
        }
    }

    private void publish(Session current, Inbound.Publish packet) {
        String topic = packet.topic();
        if (packet.alias() > 0) {
            topic = resolve(packet);
            if (topic == null) {
                return;
            }
        }
        if (packet.qos() < 2) {
            Reason reason = broker.router.publish(current, topic, packet);
            if (packet.qos() == 1) {
                link.send(new Outbound.Acknowledge(Acknowledgement.PUBACK, packet.packetId(), reason));
            }
            return;
        }
        Reason reason = Reason.SUCCESS;
        if (!current.unreleased().contains(packet.packetId())) {
            if (current.unreleased().size() >= broker.limits.inflight()) {
                fail(Reason.RECEIVE_MAXIMUM_EXCEEDED, "more than " + broker.limits.inflight() + " QoS 2 messages open");
                return;
            }
            reason = broker.router.publish(current, topic, packet);
            if (version < MQTT_5 || !reason.failed()) {
                current.unreleased().add(packet.packetId());
            }
        }
        link.send(new Outbound.Acknowledge(Acknowledgement.PUBREC, packet.packetId(), reason));
    }

    private @Nullable String resolve(Inbound.Publish packet) {
        if (packet.alias() > broker.limits.aliases()) {
            fail(Reason.TOPIC_ALIAS_INVALID, "topic alias above " + broker.limits.aliases());
            return null;
        }
        if (aliases == null) {
            aliases = new String[broker.limits.aliases() + 1];
        }
        if (!packet.topic().isEmpty()) {
            if (packet.topic().length() <= broker.limits.topicLength()) {
                aliases[packet.alias()] = packet.topic();
            }
            return packet.topic();
        }
        String topic = aliases[packet.alias()];
        if (topic == null) {
            fail(Reason.PROTOCOL_ERROR, "topic alias " + packet.alias() + " is not defined");
        }
        return topic;
    }

    private void acknowledged(Session current, Inbound.Acknowledge packet) {
        int id = packet.packetId();
        switch (packet.kind()) {
            case PUBACK, PUBCOMP -> current.outbox.complete(id);
            case PUBREC -> {
                if (packet.code() >= FAILURE_BEFORE_MQTT_5) {
                    current.outbox.complete(id);
                } else {
                    Reason reason = current.outbox.received(id) ? Reason.SUCCESS : Reason.PACKET_ID_NOT_FOUND;
                    link.send(new Outbound.Acknowledge(Acknowledgement.PUBREL, id, reason));
                }
            }
            case PUBREL -> {
                Reason reason = current.unreleased().remove(id) ? Reason.SUCCESS : Reason.PACKET_ID_NOT_FOUND;
                link.send(new Outbound.Acknowledge(Acknowledgement.PUBCOMP, id, reason));
            }
        }
        broker.router.drain(current);
    }

    private void subscribe(Session current, Inbound.Subscribe packet) {
        for (Inbound.Request request : packet.requests()) {
            if (request.noLocal() && request.filter().startsWith("$share/")) {
                fail(Reason.PROTOCOL_ERROR, "no-local on a shared subscription");
                return;
            }
        }
        List<Integer> codes = new ArrayList<>();
        for (Inbound.Request request : packet.requests()) {
            Reason reason = broker.router.subscribe(current, request, packet.identifier());
            int failure = version == MQTT_5 ? reason.code : FAILURE_BEFORE_MQTT_5;
            codes.add(reason.failed() ? failure : request.qos());
        }
        link.send(new Outbound.SubAck(packet.packetId(), codes));
        broker.router.drain(current);
    }

    private void disconnect(Session current, Inbound.Disconnect packet) {
        if (packet.sessionExpiry() > 0 && current.expiryMillis == 0) {
            fail(Reason.PROTOCOL_ERROR, "a session that was to end with its connection cannot be kept");
            return;
        }
        if (packet.sessionExpiry() != Inbound.ABSENT) {
            current.expiryMillis = Math.min(packet.sessionExpiry(), broker.limits.sessionExpirySeconds()) * 1_000;
        }
        state = State.CLOSED;
        broker.sessions.leave(current, packet.code() != 0);
        link.close(null, null);
    }

    private void keepForLater(Inbound packet) {
        if (eager == null) {
            eager = new ArrayDeque<>();
        }
        if (eager.size() == MOST_EAGER_PACKETS) {
            fail(Reason.QUOTA_EXCEEDED, "too many packets before CONNACK");
        } else {
            eager.addLast(packet);
        }
    }

    private void refuse(Reason reason, @Nullable String explanation) {
        state = State.CLOSED;
        eager = null;
        stopWaiting();
        broker.counters.countRefused();
        link.send(Outbound.ConnAck.refusal(reason, explanation));
        link.close(null, null);
    }

    /** The client broke the protocol: it is lost to us, and told so. */
    private void fail(Reason reason, @Nullable String what) {
        boolean wasOpen = state == State.OPEN;
        state = State.CLOSED;
        eager = null;
        stopWaiting();
        broker.counters.countMalformed();
        LOG.debug("MQTT connection closed, {}: {}", reason, what);
        if (wasOpen && session != null && session.link == link) {
            broker.sessions.leave(session, true);
        }
        link.close(wasOpen ? reason : null, what);
    }

    private void stopWaiting() {
        if (connectDeadline != null) {
            broker.connecting.cancel(connectDeadline);
            connectDeadline = null;
        }
    }
}
