package org.kochab.rm.internal.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.State;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.node.NodeKeys;

/** Births, signs of life, and what silence means. Only transitions are written. */
final class Nodes {
    /** After a late tick it was the manager that slept, not the nodes. */
    static final long LATEST_TICK_MILLIS = 3_000;

    private static final int MOST_TRANSITIONS_A_TICK = 500;

    private static final long LATEST_LOOK_MILLIS = 1_000;
    private static final int MOST_REMOVED = 1_000;
    private static final int MOST_STRANGERS_A_TICK = 20;

    /** One manager's share; more nodes need more managers. */
    static final int MOST_NODES = 200_000;

    private final Ledger state;
    private final DesiredStates desired;
    private long lastTick;
    /** When silent nodes are looked for again. */
    private long lookAt;

    private int strangersLeft = MOST_STRANGERS_A_TICK;

    /** Births of nodes that were removed while they were still talking: only a new birth brings them back. */
    private final Map<String, Long> removed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMOVED;
        }
    };

    Nodes(Ledger state, DesiredStates desired) {
        this.state = state;
        this.desired = desired;
        this.lastTick = state.now();
        this.lookAt = lastTick;
    }

    void born(String name, Birth birth, String topic) {
        String wrong = BirthRules.wrong(birth);
        if (wrong == null && !state.table.capacity.accepts(birth.capacity().keySet())) {
            wrong = "capacity names resources beyond the " + Capacity.MOST_RESOURCES + " that one manager counts";
        }
        NodeSlot node = state.table.node(name);
        if (node != null && node.isFrozen()) {
            sendAway(node);
            return;
        }
        if (wrong == null && node == null && state.table.nodes() >= MOST_NODES) {
            wrong = "this manager has its most nodes, " + MOST_NODES + ": use another manager";
        }
        if (wrong != null) {
            state.refusals.add(topic, wrong);
            return;
        }
        if (node != null && node.registered && birth.birth() < node.birth && !isReset(node, birth)) {
            return;
        }
        if (birth.birth() <= removed.getOrDefault(name, 0L)) {
            return;
        }
        removed.remove(name);
        if (node == null) {
            node = state.table.add(name);
        }
        boolean again = node.registered && node.birth == birth.birth();
        byte[] key = state.journal.read(NodeKeys.node(name));
        Node before = key == null ? null : state.decode(key, Node.class);
        Node after = NodeRecords.born(
                before,
                name,
                state.outside.names().get(),
                birth,
                state.outside.wall().get());
        boolean wasReady = node.registered && node.phase == NodeSlot.Phase.READY;
        write(name, before, after);
        if (!again) {
            state.journal.put(OwnKeys.BIRTHS + name, Journal.text(birth.birth() + " " + birth.bootId()));
            node.heartbeatSequence = -1;
            node.toldGeneration = -1;
            node.reportSequence = 0;
        }
        node.birth = birth.birth();
        node.bootId = birth.bootId();
        node.registered = true;
        node.phase = NodeSlot.Phase.READY;
        node.cordoned = NodeRecords.isCordoned(after);
        node.heardAt = state.now();
        Node.Status status = after.status();
        state.table.capacity.allocatable(node.row, NodeRecords.amounts(status == null ? null : status.allocatable()));
        if (!wasReady) {
            state.outside.log().info("Node " + name + " is Ready (birth " + birth.birth() + ")");
        }
        if (node.isAwaited()) {
            arrived(node);
        }
        node.announce = true;
        desired.publishAgain(node);
    }

    /** Its agent follows this manager now: the former one can forget it. */
    private void arrived(NodeSlot node) {
        node.hold = java.util.Objects.requireNonNull(node.hold).in(Hold.State.HERE);
        state.journal.put(OwnKeys.MOVES + node.name, Journal.text(node.hold.text()));
    }

    /** Its agent still talks to this manager: it is told once more where to go, if that is decided. */
    private void sendAway(NodeSlot node) {
        if (node.hasLeft() && mayAsk(node)) {
            node.announce = true;
            desired.publishAgain(node);
        }
    }

    /** A node that lost its memory begins to count anew; it is believed once its old life is known to be over. */
    private static boolean isReset(NodeSlot node, Birth birth) {
        return node.phase == NodeSlot.Phase.LOST && !birth.bootId().equals(node.bootId);
    }

    /** @return the node, if the message is of its present life; else the node is asked to be born again if it may be a newer one */
    @Nullable
    NodeSlot alive(String name, long birth) {
        NodeSlot node = state.table.node(name);
        if (node != null && node.isFrozen()) {
            sendAway(node);
            return null;
        }
        if (node != null && node.registered && node.birth == birth && !node.isAwaited()) {
            return node;
        }
        boolean unknown = node == null || !node.registered;
        if (unknown && birth <= removed.getOrDefault(name, 0L)) {
            return null;
        }
        if (unknown || birth > node.birth || node.isAwaited()) {
            askForBirth(name, node);
        }
        return null;
    }

    private void askForBirth(String name, @Nullable NodeSlot node) {
        if (node != null ? mayAsk(node) : strangersLeft-- > 0) {
            send(name, "birth");
        }
    }

    void askForReport(NodeSlot node) {
        if (mayAsk(node)) {
            send(node.name, "report");
        }
    }

    /** Often enough to heal soon, seldom enough that a node that never answers rightly costs nothing. */
    private boolean mayAsk(NodeSlot node) {
        long now = state.now();
        if (now - node.askedAt < 1_000L * state.settings.heartbeatSeconds()) {
            return false;
        }
        node.askedAt = now;
        return true;
    }

    private void send(String name, String type) {
        Command command = new Command(
                type,
                state.epoch(),
                null,
                null,
                Collections.emptyList(),
                null,
                false,
                false,
                state.settings.heartbeatSeconds());
        state.outside
                .link()
                .publish(new Link.Outgoing(
                        Topics.of(state.manager, name)
                                .command(state.outside.names().get()),
                        state.encode(command),
                        false,
                        null,
                        null,
                        (long) state.settings.heartbeatSeconds()));
    }

    void heartbeat(String name, Heartbeat heartbeat, ReportedDigests digests) {
        NodeSlot node = alive(name, heartbeat.birth());
        if (node == null || heartbeat.sequence() <= node.heartbeatSequence) {
            return;
        }
        node.heartbeatSequence = heartbeat.sequence();
        heard(node);
        long told = node.toldGeneration;
        if (!node.publish) {
            node.toldGeneration = node.generation;
        }
        if (isBehind(heartbeat, told)) {
            if (mayAsk(node)) {
                desired.publishAgain(node);
            }
        } else if (heartbeat.reportedDigest() != null && !digests.matches(node, heartbeat.reportedDigest())) {
            askForReport(node);
        }
    }

    /** Whether what the node had been told by its last heartbeat got lost on the way, or the broker did not take it. */
    private boolean isBehind(Heartbeat heartbeat, long told) {
        if (told < 0 || heartbeat.epoch() == null || heartbeat.generation() == null) {
            return false;
        }
        return heartbeat.epoch() < state.epoch() || heartbeat.epoch() == state.epoch() && heartbeat.generation() < told;
    }

    /** Compares what a node says it has with what it is known to have. */
    interface ReportedDigests {
        boolean matches(NodeSlot node, String digest);
    }

    /** The node is there. */
    void heard(NodeSlot node) {
        node.heardAt = state.now();
        if (node.phase != NodeSlot.Phase.READY) {
            transition(node, NodeSlot.Phase.READY, "NodeReports", "The node reports.");
        }
    }

    void connection(String name, State connection) {
        NodeSlot node = state.table.node(name);
        if (node != null
                && node.registered
                && !node.isFrozen()
                && !connection.online()
                && node.birth == connection.birth()
                && node.phase == NodeSlot.Phase.READY) {
            transition(
                    node,
                    NodeSlot.Phase.NOT_READY,
                    "ConnectionEnded",
                    "The broker says that the node's connection ended.");
        }
    }

    /** Silence starts now for everybody: up to now it was this manager that could not hear. */
    void listenFromNow() {
        state.listeningSince = state.now();
    }

    void tick(boolean linked) {
        long now = state.now();
        if (!linked || now - lastTick > LATEST_TICK_MILLIS) {
            listenFromNow();
        }
        lastTick = now;
        strangersLeft = MOST_STRANGERS_A_TICK;
        if (now >= lookAt) {
            lookAt = look(now);
        }
    }

    /** Looks for silent nodes. @return when to look again: a tick comes far more often than a node falls silent, and there are many nodes */
    private long look(long now) {
        long next = now + LATEST_LOOK_MILLIS;
        int left = MOST_TRANSITIONS_A_TICK;
        Table table = state.table;
        for (int row = 0; row < table.rowCount() && left > 0; row++) {
            NodeSlot node = table.atRow(row);
            // The agent of one that moves may talk to the other manager: what is not heard here says nothing.
            if (node == null || !node.registered || node.isFrozen() || node.isAwaited()) {
                continue;
            }
            if (now >= silentAt(node)) {
                silence(node, now);
                left--;
            }
            next = Math.min(next, silentAt(node));
        }
        return left == 0 ? now : next;
    }

    private long heardAt(NodeSlot node) {
        return Math.max(node.heardAt, state.listeningSince);
    }

    /** When it is in its phase no longer, unless it is heard. */
    private long silentAt(NodeSlot node) {
        return switch (node.phase) {
            case LOST -> Long.MAX_VALUE;
            case READY -> heardAt(node) + Math.min(state.settings.notReadyMillis(), state.settings.lostMillis());
            case NOT_READY -> heardAt(node) + state.settings.lostMillis();
        };
    }

    private void silence(NodeSlot node, long now) {
        if (now - heardAt(node) >= state.settings.lostMillis()) {
            transition(
                    node,
                    NodeSlot.Phase.LOST,
                    "LeaseEnded",
                    "The node was silent for " + state.settings.lostMillis() / 1000 + " s.");
        } else {
            transition(
                    node,
                    NodeSlot.Phase.NOT_READY,
                    "NoHeartbeat",
                    "The node was silent for " + state.settings.notReadyMillis() / 1000 + " s.");
        }
    }

    private void transition(NodeSlot node, NodeSlot.Phase phase, String reason, String message) {
        byte[] json = state.journal.read(NodeKeys.node(node.name));
        if (json == null) {
            return;
        }
        node.phase = phase;
        Node before = state.decode(json, Node.class);
        write(
                node.name,
                before,
                NodeRecords.inPhase(
                        before, phase, reason, message, state.outside.wall().get()));
        state.outside.log().info("Node " + node.name + " is " + phase.text + ": " + message);
    }

    private void write(String name, @Nullable Node before, Node after) {
        if (!after.equals(before)) {
            state.journal.put(NodeKeys.node(name), state.encode(after));
            state.journal.step();
        }
    }

    /** @return the node as it will be stored; empty if it is not as the caller saw it */
    Optional<Node> update(Node wish) {
        String name = String.valueOf(wish.metadata().name());
        NodeSlot node = state.table.node(name);
        String key = NodeKeys.node(name);
        if (node == null || !node.registered || node.isFrozen() || state.journal.isPending(key)) {
            return Optional.empty();
        }
        var entry = state.outside.partition().get(key);
        if (entry.isEmpty()
                || !Long.toString(entry.get().revision()).equals(wish.metadata().resourceVersion())) {
            return Optional.empty();
        }
        Node before = state.decode(entry.get().value(), Node.class);
        Node after = NodeRecords.updated(before, wish);
        if (after.equals(before)) {
            return Optional.of(before.withMetadata(before.metadata()
                    .withResourceVersion(Long.toString(entry.get().revision()))));
        }
        node.cordoned = NodeRecords.isCordoned(after);
        state.journal.put(key, state.encode(after));
        return Optional.of(after);
    }

    /** @return why not; null if it goes with the open batch */
    @Nullable
    String remove(String name) {
        NodeSlot node = state.table.node(name);
        if (node == null || !node.registered) {
            return "There is no node " + name + " here.";
        }
        if (node.isFrozen()) {
            return "Node " + name + " goes to another resource manager: remove it there.";
        }
        if (node.phase != NodeSlot.Phase.LOST && !node.cordoned) {
            return "Node " + name + " is " + node.phase.text
                    + ": cordon and drain it first, or stop it and wait until it is Lost.";
        }
        if (node.claims > 0) {
            return "Node " + name + " still has " + node.claims
                    + " pods: drain it, or delete them with force if it is gone for good.";
        }
        if (node.isAwaited()) {
            arrived(node);
        }
        drop(node);
        return null;
    }

    /** The node goes with the open batch; it has no claims any more. */
    void drop(NodeSlot node) {
        removed.put(node.name, node.birth);
        state.table.remove(node);
        state.journal.delete(NodeKeys.node(node.name));
        state.journal.delete(OwnKeys.BIRTHS + node.name);
    }

    /** Takes the retained messages of a removed node away. */
    void forget(String name) {
        Topics topics = Topics.of(state.manager, name);
        state.outside.link().publish(Link.Outgoing.retained(topics.desired(), new byte[0]));
        state.outside.link().publish(Link.Outgoing.retained(topics.announce(), new byte[0]));
    }
}
