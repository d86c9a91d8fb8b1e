package org.kochab.mqtt.internal.core;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.spi.mqtt.MqttPrincipal;

/** What the broker keeps for one client, connected or not. Small while idle: collections appear when they are needed. */
final class Session {
    final String clientId;
    final MqttPrincipal principal;
    final Outbox outbox;

    /** By the filter as the client sent it. */
    final Map<String, Subscription> subscriptions = new LinkedHashMap<>(2);

    @Nullable
    Link link;

    Inbound.@Nullable Will will;

    Deadlines.@Nullable Deadline<Session> deadline;

    /** Milliseconds the session outlives its connection. */
    long expiryMillis;

    /** Milliseconds without a packet after which the client counts as lost, 0 for never. */
    long patienceMillis;

    /** When the last packet came in; after the client has gone, when it went. */
    long lastSeen;

    /** When the will is due; only while the client is away. */
    long willAt;

    /** Collects the subscriptions that select the message being routed; null between messages. */
    Router.@Nullable Match match;

    private @Nullable Set<Integer> unreleased;

    Session(String clientId, MqttPrincipal principal, Outbox outbox) {
        this.clientId = clientId;
        this.principal = principal;
        this.outbox = outbox;
    }

    boolean connected() {
        return link != null;
    }

    /** Whether a message would leave at once. */
    boolean ready() {
        return link != null && link.writable() && outbox.idle();
    }

    /** QoS 2 messages received and not yet released, by packet identifier. */
    Set<Integer> unreleased() {
        if (unreleased == null) {
            unreleased = new LinkedHashSet<>(4);
        }
        return unreleased;
    }
}
