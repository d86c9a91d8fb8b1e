package org.kochab.mqtt.internal.core;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.packet.Acknowledgement;
import org.kochab.mqtt.internal.core.packet.Message;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;

/**
 * What one session still has to be sent: first retained messages that a new subscription asked for, then messages in
 * their order of arrival. Bounded in count and bytes. When it is full a QoS 0 message is dropped, and one of a higher
 * QoS takes the place of the oldest that wait: what a level-triggered protocol wants to keep is the newest.
 */
final class Outbox {
    private static final int MOST_PACKET_IDS = 65_535;

    private final Limits limits;
    private final Budget budget;
    private final Counters counters;
    private final int maxMessages;
    private final long maxBytes;

    private @Nullable ArrayDeque<Delivery> waiting;
    private @Nullable ArrayDeque<Replay> replays;
    private @Nullable LinkedHashMap<Integer, Inflight> inflight;
    private long bytes;
    private int lastPacketId;
    private int window;
    private int version;
    private long maximumPacketSize;

    /** A retained message to be looked up when its turn comes, so that waiting pins no payload and is never stale. */
    private record Replay(String topic, int qos, int[] identifiers) {}

    /** @param released whether the receiver has it (PUBREC) and only the end of the exchange is open */
    private record Inflight(Delivery delivery, boolean released) {}

    Outbox(Limits limits, Budget budget, Counters counters, int maxMessages, long maxBytes) {
        this.limits = limits;
        this.budget = budget;
        this.counters = counters;
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** A client came (back): what it said it can take holds from now on. */
    void attach(int clientVersion, int receiveMaximum, long clientMaximumPacketSize) {
        version = clientVersion;
        window = Math.min(receiveMaximum, limits.inflight());
        maximumPacketSize = clientMaximumPacketSize;
    }

    /** Sends again what the client had not acknowledged when it left, in the original order. */
    void resend(Link link, long now) {
        if (inflight == null) {
            return;
        }
        for (Map.Entry<Integer, Inflight> entry : inflight.entrySet()) {
            Inflight open = entry.getValue();
            if (open.released()) {
                link.send(new Outbound.Acknowledge(Acknowledgement.PUBREL, entry.getKey(), Reason.SUCCESS));
            } else {
                link.send(publish(open.delivery(), entry.getKey(), true, now));
            }
        }
    }

    void offer(Delivery delivery) {
        int charge = delivery.charge();
        while (full(charge)) {
            if (delivery.qos() == 0 || waiting == null || waiting.isEmpty()) {
                counters.countDropped(1);
                return;
            }
            release(waiting.pollFirst());
            counters.countDropped(1);
        }
        if (!budget.take(charge)) {
            counters.countDropped(1);
            return;
        }
        bytes += charge;
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        waiting.addLast(delivery);
    }

    /** Queues the retained messages of these topics; more than a session may hold at once are cut off. */
    void replay(List<String> topics, int qos, int[] identifiers) {
        for (String topic : topics) {
            if (replays == null) {
                replays = new ArrayDeque<>(Math.min(topics.size() + 1, limits.retainedMessages()));
            }
            if (replays.size() >= limits.retainedMessages()) {
                counters.countDropped(1);
            } else {
                replays.addLast(new Replay(topic, qos, identifiers));
            }
        }
    }

    /** Sends as much as the client's window and the connection take now. */
    void drain(Link link, RetainedMessages retained, long now) {
        while (link.writable() && replays != null) {
            Replay next = replays.peekFirst();
            if (next == null) {
                replays = null;
                break;
            }
            Message message = retained.get(next.topic());
            int qos = message == null ? 0 : Math.min(next.qos(), message.qos());
            if (qos > 0 && windowFull()) {
                return;
            }
            replays.removeFirst();
            if (message != null && !message.expired(now)) {
                Delivery delivery = new Delivery(message, qos, true, next.identifiers());
                if (qos > 0) {
                    bytes += delivery.charge();
                    budget.force(delivery.charge());
                }
                send(link, delivery, now);
            }
        }
        while (link.writable() && waiting != null && replays == null) {
            Delivery next = waiting.peekFirst();
            if (next == null) {
                waiting = null;
                break;
            }
            if (next.qos() > 0 && windowFull()) {
                return;
            }
            waiting.removeFirst();
            if (next.message().expired(now)) {
                release(next);
                counters.countDropped(1);
            } else {
                if (next.qos() == 0) {
                    release(next);
                }
                send(link, next, now);
            }
        }
    }

    /** PUBACK, or a PUBREC that refuses, or PUBCOMP: the exchange is over. */
    void complete(int packetId) {
        Inflight open = inflight == null ? null : inflight.remove(packetId);
        if (open != null) {
            release(open.delivery());
            if (inflight != null && inflight.isEmpty()) {
                inflight = null;
            }
        }
    }

    /** PUBREC: the client has the message. False if it was never sent. */
    boolean received(int packetId) {
        Inflight open = inflight == null ? null : inflight.get(packetId);
        if (open == null || inflight == null || open.delivery().qos() != 2) {
            return false;
        }
        inflight.put(packetId, new Inflight(open.delivery(), true));
        return true;
    }

    /** The session is over. */
    void clear() {
        if (waiting != null) {
            waiting.forEach(this::release);
        }
        if (inflight != null) {
            inflight.values().forEach(open -> release(open.delivery()));
        }
        waiting = null;
        inflight = null;
        replays = null;
    }

    int size() {
        return (waiting == null ? 0 : waiting.size())
                + (inflight == null ? 0 : inflight.size())
                + (replays == null ? 0 : replays.size());
    }

    boolean idle() {
        return waiting == null || waiting.isEmpty();
    }

    private void send(Link link, Delivery delivery, long now) {
        Outbound.Publish packet = publish(delivery, delivery.qos() == 0 ? 0 : nextPacketId(), false, now);
        int length = packet.remainingLength(version);
        if (1 + Outbound.variableLength(length) + length > maximumPacketSize) {
            if (delivery.qos() > 0) {
                release(delivery);
            }
            counters.countDropped(1);
            return;
        }
        if (delivery.qos() > 0) {
            if (inflight == null) {
                inflight = new LinkedHashMap<>(4);
            }
            inflight.put(packet.packetId(), new Inflight(delivery, false));
        }
        link.send(packet);
        counters.countDelivered();
    }

    private Outbound.Publish publish(Delivery delivery, int packetId, boolean duplicate, long now) {
        long expiresAt = delivery.message().expiresAt();
        long expiry = expiresAt == Message.NEVER ? Outbound.ABSENT : Math.max(0, expiresAt - now + 999) / 1_000;
        return new Outbound.Publish(
                delivery.message(),
                packetId,
                delivery.qos(),
                duplicate,
                delivery.retain(),
                expiry,
                delivery.identifiers());
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId == MOST_PACKET_IDS ? 1 : lastPacketId + 1;
        } while (inflight != null && inflight.containsKey(lastPacketId));
        return lastPacketId;
    }

    private boolean windowFull() {
        return inflight != null && inflight.size() >= window;
    }

    private boolean full(int charge) {
        return waiting != null && waiting.size() >= maxMessages || bytes + charge > maxBytes;
    }

    private void release(Delivery delivery) {
        bytes -= delivery.charge();
        budget.giveBack(delivery.charge());
    }
}
