package org.kochab.mqtt.internal.core;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttBrokerStatus;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker's state as a whole. Connections are made with {@link Connection}; time passes with {@link #tick}. */
public final class Broker {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

    final Limits limits;
    final LongSupplier clock;
    final Supplier<String> identifiers;
    final AccessGate access;
    final Router router;
    final Sessions sessions;
    final Counters counters;

    /** Connections that have not been let in yet. */
    final Deadlines<Connection> connecting = new Deadlines<>();

    private final Budget queued;
    private final LogLimit turnedAway;

    /**
     * @param clock milliseconds that never go back
     * @param identifiers unique client ids for clients that bring none
     */
    public Broker(
            Limits limits, LongSupplier clock, Supplier<String> identifiers, AccessGate access, Counters counters) {
        this.limits = limits;
        this.clock = clock;
        this.identifiers = identifiers;
        this.access = access;
        this.counters = counters;
        turnedAway = new LogLimit(clock);
        queued = new Budget(limits.allQueuedBytes());
        router = new Router(limits, access, clock, counters);
        sessions = new Sessions(limits, queued, counters, router, clock);
    }

    /** Does what has fallen due: time-outs, wills, expiries. To be called several times a second. */
    public void tick() {
        long now = clock.getAsLong();
        connecting.expire(now, Connection::timedOut);
        sessions.expire(now);
        router.expire(now);
    }

    /** Says in the log, within bounds, who is not let in. */
    void tell(String client, @Nullable String why) {
        if (turnedAway.admits()) {
            LOG.info("MQTT client {} is not let in: {}", client, why);
        }
    }

    /** A client was turned away before it could say anything. */
    public void refused(String address, @Nullable String why) {
        counters.countRefused();
        tell(address, why);
    }

    /** Closes the connections of all clients of that id and forgets their sessions. */
    public void disconnect(String clientId) {
        sessions.drop(clientId, Reason.ADMINISTRATIVE_ACTION, "Closed by the operator.");
    }

    /** The same for all clients of a principal. */
    public void disconnect(MqttPrincipal principal) {
        sessions.drop(principal, Reason.ADMINISTRATIVE_ACTION, "What this client was known by is no longer good.");
    }

    /** Says goodbye to every client. */
    public void shutDown() {
        sessions.closeAll(Reason.SERVER_SHUTTING_DOWN, "The broker stops.");
    }

    public int connecting() {
        return connecting.size();
    }

    /** Costs a walk over all sessions. */
    public MqttBrokerStatus status(String host, int port) {
        RetainedMessages retained = router.retained();
        return new MqttBrokerStatus(
                host,
                port,
                sessions.connected(),
                sessions.size(),
                router.subscriptionCount(),
                retained.size(),
                retained.bytes(),
                sessions.queuedMessages(),
                queued.used(),
                counters.received(),
                counters.delivered(),
                counters.dropped(),
                counters.refused(),
                counters.malformed());
    }
}
