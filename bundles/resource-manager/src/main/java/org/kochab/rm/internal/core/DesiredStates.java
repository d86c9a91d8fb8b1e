package org.kochab.rm.internal.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Announce;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Request;
import org.kochab.api.link.Topics;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodValues;
import org.kochab.spi.secret.SealException;

/** Tells each node what should run on it: only what is durable, and always everything, so that no message is missed for good. */
final class DesiredStates implements ClaimDesk.Desk {
    private static final int MOST_SPECS_A_REQUEST = 256;
    private static final int MOST_A_ROUND = 2_000;
    private static final int MOST_SAID = 100;

    /** Commits that follow each other faster are told together: a node's list is as long as all its pods. */
    private static final long BETWEEN_ROUNDS_MILLIS = 50;

    private final Ledger state;
    private List<NodeSlot> changing = new ArrayList<>();
    private long changingNumber;
    private long nextRound = Long.MIN_VALUE;
    private boolean deferred;
    private final Deque<NodeSlot> waiting = new ArrayDeque<>();
    private final Set<String> unopened = new HashSet<>();

    DesiredStates(Ledger state) {
        this.state = state;
    }

    @Override
    public void changes(NodeSlot node) {
        if (changingNumber != state.journal.openNumber()) {
            changingNumber = state.journal.openNumber();
            List<NodeSlot> nodes = new ArrayList<>();
            changing = nodes;
            state.journal.whenDurable(new Journal.Waiter() {
                @Override
                public void durable(long revision) {
                    changed(nodes, revision);
                }

                @Override
                public void failed(String reason) {
                    // The state is read anew, and published from there.
                }
            });
        }
        changing.add(node);
    }

    @Override
    public void granted(ClaimSlot slot, Claim claim) {
        byte[] document = document(claim);
        slot.specDigest = document == null ? null : HexFormat.of().parseHex(Digests.of(document));
        changes(slot.node);
    }

    private void changed(List<NodeSlot> nodes, long revision) {
        for (NodeSlot node : nodes) {
            node.generation = Math.max(node.generation, revision);
            enqueue(node);
        }
        if (state.now() >= nextRound) {
            publish();
        } else {
            deferred = true;
        }
    }

    /** The node may not have its desired state (any more). */
    void publishAgain(NodeSlot node) {
        enqueue(node);
        publish();
    }

    /** Everything that the broker is to keep for the nodes: it may have forgotten it. */
    void publishAllAgain() {
        state.table.eachNode(node -> {
            node.announce = node.registered;
            enqueue(node);
        });
    }

    private void enqueue(NodeSlot node) {
        if (!node.publish) {
            node.publish = true;
            waiting.add(node);
        }
    }

    /** The nodes are others now: the state was read anew. */
    void reset() {
        waiting.clear();
        changing = new ArrayList<>();
        changingNumber = 0;
    }

    /** Whether the next tick has something to tell. */
    boolean isDeferred() {
        return deferred;
    }

    /** Publishes until all is said, the link is full or the round is long enough. */
    void publish() {
        nextRound = state.now() + BETWEEN_ROUNDS_MILLIS;
        deferred = false;
        for (int i = 0; i < MOST_A_ROUND && !waiting.isEmpty(); i++) {
            NodeSlot node = waiting.peek();
            if (state.table.node(node.name) == node && node.registered) {
                if (node.announce && !announce(node)) {
                    return;
                }
                node.announce = false;
                Desired desired = desired(node);
                if (desired != null
                        && !state.outside
                                .link()
                                .publish(Link.Outgoing.retained(
                                        Topics.of(state.manager, node.name).desired(), state.encode(desired)))) {
                    return;
                }
            }
            waiting.remove();
            node.publish = false;
        }
    }

    private boolean announce(NodeSlot node) {
        Hold hold = node.hold;
        Announce.Move move = hold == null || hold.state() != Hold.State.LEFT
                ? null
                : new Announce.Move(hold.manager(), hold.move(), hold.epoch(), hold.generation());
        Announce announce = new Announce(Collections.emptyList(), state.settings.heartbeatSeconds(), move);
        return state.outside
                .link()
                .publish(Link.Outgoing.retained(
                        Topics.of(state.manager, node.name).announce(), state.encode(announce)));
    }

    /** @return null if not all is known just now: a claim is being replaced, the end of which publishes, or cannot be opened */
    private @Nullable Desired desired(NodeSlot node) {
        long durable = state.journal.durableNumber();
        List<Desired.Entry> pods = new ArrayList<>(node.claims);
        for (ClaimSlot c = node.first; c != null; c = c.next) {
            if (c.grantedAt > durable) {
                if (c.replacing) {
                    return null;
                }
                continue;
            }
            String digest = specDigest(c);
            if (digest == null && c.unopened) {
                // What is not in the list would be ended.
                return null;
            }
            if (digest != null) {
                boolean stop = c.isReleased() && c.releasedAt <= durable;
                pods.add(new Desired.Entry(c.uid, digest, c.token, stop ? c.grace : null));
            }
        }
        return new Desired(state.epoch(), node.generation, Digests.of(pods), pods);
    }

    private @Nullable String specDigest(ClaimSlot c) {
        if (c.specDigest == null) {
            byte[] json = state.journal.read(NodeKeys.claim(c.node.name, c.uid));
            byte[] document = json == null ? null : document(state.decode(json, Claim.class));
            c.unopened = json != null && document == null;
            if (document == null) {
                return null;
            }
            c.specDigest = HexFormat.of().parseHex(Digests.of(document));
        }
        return HexFormat.of().formatHex(c.specDigest);
    }

    private byte @Nullable [] document(ClaimSlot c) {
        byte[] json = state.journal.read(NodeKeys.claim(c.node.name, c.uid));
        if (json == null) {
            return null;
        }
        return document(state.decode(json, Claim.class));
    }

    /** @return null if what it takes from config maps and secrets cannot be opened here */
    private byte @Nullable [] document(Claim claim) {
        PodValues values = PodValues.NONE;
        if (claim.values() != null) {
            try {
                byte[] sealed = Base64.getDecoder().decode(claim.values());
                values = state.decode(state.outside.sealer().open(sealed, claim.sealedFor()), PodValues.class);
            } catch (SealException e) {
                if (unopened.add(claim.node()) && unopened.size() <= MOST_SAID) {
                    state.outside
                            .log()
                            .warn("node " + claim.node() + " is told nothing new, for the values of pod "
                                    + claim.namespace() + "/" + claim.pod() + " cannot be opened: " + e.getMessage());
                }
                return null;
            }
        }
        return state.encode(new PodDocument(
                claim.podUid(),
                claim.tenant(),
                claim.namespace(),
                claim.pod(),
                claim.labels(),
                values.into(claim.spec()),
                values.files()));
    }

    /** Sends the specs a node asks for: those of its own pods only. */
    void requested(NodeSlot node, Request request, String topic) {
        if (request.specs().size() > MOST_SPECS_A_REQUEST) {
            state.refusals.add(topic, "specs are more than " + MOST_SPECS_A_REQUEST + ": ask for the rest later");
            return;
        }
        Set<String> wanted = new HashSet<>();
        for (String digest : request.specs()) {
            if (!Names.isDigest(digest)) {
                state.refusals.add(topic, "specs has an entry that is no digest: send 64 lower-case hex digits");
                return;
            }
            wanted.add(digest);
        }
        Topics topics = Topics.of(state.manager, node.name);
        for (ClaimSlot c = node.first; c != null && !wanted.isEmpty(); c = c.next) {
            String digest = c.grantedAt > state.journal.durableNumber() ? null : specDigest(c);
            if (digest != null && wanted.remove(digest)) {
                byte[] document = document(c);
                if (document != null) {
                    state.outside.link().publish(Link.Outgoing.once(topics.spec(digest), document));
                }
            }
        }
    }
}
