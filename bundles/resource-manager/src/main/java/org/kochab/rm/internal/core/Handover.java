package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.NodeStep.Done;
import org.kochab.api.node.NodeStep.Parcel;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.TenantOwner;

/**
 * Nodes that go to other managers or come from them. From {@code HOLD} on nothing of a node changes at its former manager, so that it can be copied as often
 * as it takes; only after it was decided elsewhere does the new manager take it, and only then is its agent sent there.
 */
final class Handover {
    private static final int PARCEL_BYTES = 1 << 20;

    /** Not now; it is to be asked again. */
    static final class Later extends Exception {
        private static final long serialVersionUID = 1L;

        Later(String message) {
            super(message);
        }
    }

    private final Ledger state;
    private final Nodes nodes;
    private final DesiredStates desired;
    private final Adoptions adoptions;

    Handover(Ledger state, Nodes nodes, DesiredStates desired, Adoptions adoptions) {
        this.state = state;
        this.nodes = nodes;
        this.desired = desired;
        this.adoptions = adoptions;
    }

    /** @return what holds once the open batch is durable */
    Done step(NodeStep s) throws Later {
        byte[] stored = state.journal.read(OwnKeys.MOVES + s.node());
        Hold last = stored == null ? null : Hold.of(Journal.text(stored));
        if (last != null && last.move() > s.move()) {
            return Done.refused("Node " + s.node() + " has made move " + last.move() + " since.");
        }
        Hold mine = last != null && last.move() == s.move() ? last : null;
        return switch (s.kind()) {
            case HOLD -> hold(s, mine);
            case KEEP -> keep(s, mine);
            case PACK -> pack(s, mine);
            case CHECK -> check(s);
            case TAKE -> take(s, mine);
            case LOOK -> look(s, mine);
            case LEAVE -> leave(s, mine);
            case FORGET -> forget(s, mine);
        };
    }

    private static Done done() {
        return new Done(null, 0, 0, 0, false, false, null);
    }

    private void write(String node, @Nullable NodeSlot slot, Hold hold) {
        state.journal.put(OwnKeys.MOVES + node, Journal.text(hold.text()));
        if (slot != null) {
            slot.hold = hold;
        }
    }

    private static Done over(NodeStep s, @Nullable Hold mine) {
        return Done.refused("Move " + s.move() + " of node " + s.node() + " is "
                + (mine == null ? "not known here." : mine.state() + " here."));
    }

    // ---- the former manager

    private Done hold(NodeStep s, @Nullable Hold mine) throws Later {
        if (mine != null) {
            return mine.isFrozen() ? done() : over(s, mine);
        }
        NodeSlot node = state.table.node(s.node());
        if (node == null || !node.registered) {
            return Done.refused("There is no node " + s.node() + " here.");
        }
        if (node.isAwaited()) {
            throw new Later("The agent of node " + s.node() + " has not come here yet from its last move.");
        }
        write(s.node(), node, new Hold(s.move(), Hold.State.HELD, s.manager(), 0, 0));
        return done();
    }

    /** Also if it was never held: a late word that it be held counts no more. */
    private Done keep(NodeStep s, @Nullable Hold mine) {
        if (mine != null && mine.state() != Hold.State.HELD) {
            return mine.state() == Hold.State.KEPT ? done() : over(s, mine);
        }
        NodeSlot node = state.table.node(s.node());
        write(s.node(), node, new Hold(s.move(), Hold.State.KEPT, s.manager(), 0, 0));
        if (node != null) {
            // What it said meanwhile was not heard.
            node.heardAt = state.now();
            nodes.askForReport(node);
        }
        return done();
    }

    private Done pack(NodeStep s, @Nullable Hold mine) {
        NodeSlot node = state.table.node(s.node());
        if (mine == null || !mine.isFrozen() || node == null) {
            return over(s, mine);
        }
        List<Claim> claims = new ArrayList<>();
        List<PodReport> reports = new ArrayList<>();
        long bytes = 0;
        boolean whole = true;
        for (ClaimSlot c = node.first; c != null; c = c.next) {
            if (c.uid.compareTo(s.after()) <= 0) {
                continue;
            }
            if (bytes > PARCEL_BYTES) {
                whole = false;
                break;
            }
            byte[] claim = state.journal.read(NodeKeys.claim(s.node(), c.uid));
            byte[] report = state.journal.read(NodeKeys.report(c.partition, c.uid));
            if (claim != null) {
                claims.add(state.decode(claim, Claim.class));
                bytes += claim.length;
            }
            if (report != null) {
                reports.add(state.decode(report, PodReport.class));
                bytes += report.length;
            }
        }
        byte[] json = state.journal.read(NodeKeys.node(s.node()));
        Parcel parcel = new Parcel(
                whole && json != null ? state.decode(json, Node.class) : null,
                node.birth + " " + node.bootId,
                claims,
                reports,
                state.reservedTokens,
                state.readings,
                new ArrayList<>(state.owners.values()));
        return new Done(null, 0, 0, 0, false, false, parcel);
    }

    private Done leave(NodeStep s, @Nullable Hold mine) {
        if (mine != null && (mine.state() == Hold.State.LEFT || mine.state() == Hold.State.GONE)) {
            return done();
        }
        NodeSlot node = state.table.node(s.node());
        byte[] json = state.journal.read(NodeKeys.node(s.node()));
        if (mine == null || mine.state() != Hold.State.HELD || node == null || json == null) {
            return over(s, mine);
        }
        Node left = NodeRecords.left(state.decode(json, Node.class), s.manager());
        state.journal.put(NodeKeys.node(s.node()), state.encode(left));
        write(s.node(), node, new Hold(s.move(), Hold.State.LEFT, s.manager(), s.epoch(), s.generation()));
        return done();
    }

    private Done forget(NodeStep s, @Nullable Hold mine) {
        if (mine != null && mine.state() == Hold.State.GONE) {
            return done();
        }
        NodeSlot node = state.table.node(s.node());
        if (mine == null || mine.state() != Hold.State.LEFT || node == null) {
            return over(s, mine);
        }
        while (node.first != null) {
            ClaimSlot claim = node.first;
            state.table.remove(claim);
            state.journal.delete(NodeKeys.claim(s.node(), claim.uid));
            state.journal.delete(NodeKeys.report(claim.partition, claim.uid));
            state.journal.step();
        }
        nodes.drop(node);
        write(s.node(), null, mine.in(Hold.State.GONE));
        return done();
    }

    // ---- the new manager

    private Done check(NodeStep s) {
        Parcel parcel = java.util.Objects.requireNonNull(s.parcel(), "parcel");
        NodeSlot there = state.table.node(s.node());
        if (there != null && there.registered) {
            return Done.refused("Resource manager " + state.manager + " has a node " + s.node() + " already.");
        }
        if (state.table.nodes() >= Nodes.MOST_NODES) {
            return Done.refused("Resource manager " + state.manager + " has its most nodes.");
        }
        Node node = parcel.node();
        if (node != null
                && node.status() != null
                && !state.table.capacity.accepts(
                        NodeRecords.amounts(node.status().capacity()).keySet())) {
            return Done.refused("Resource manager " + state.manager + " counts too many kinds of resources.");
        }
        for (Claim c : parcel.claims()) {
            if (isElsewhere(c, s.node())) {
                return Done.refused(
                        "Pod " + c.podUid() + " has a claim at resource manager " + state.manager + " too.");
            }
        }
        return done();
    }

    private boolean isElsewhere(Claim claim, String node) {
        ClaimSlot known = state.table.claim(claim.podUid());
        return known != null && !known.node.name.equals(node);
    }

    private Done take(NodeStep s, @Nullable Hold mine) throws Later {
        if (mine != null) {
            return look(s, mine);
        }
        Parcel parcel = java.util.Objects.requireNonNull(s.parcel(), "parcel");
        NodeSlot known = state.table.node(s.node());
        if (known != null && known.registered) {
            throw new Later("Resource manager " + state.manager + " has a node " + s.node() + " already.");
        }
        for (Claim c : parcel.claims()) {
            if (isElsewhere(c, s.node())) {
                throw new Later("Pod " + c.podUid() + " has a claim at resource manager " + state.manager + " too.");
            }
        }
        learn(parcel);
        NodeSlot node = known == null ? state.table.add(s.node()) : known;
        for (Claim c : parcel.claims()) {
            take(node, c);
        }
        for (PodReport r : parcel.reports()) {
            take(node, r);
        }
        if (parcel.node() == null) {
            // Not in between: what comes with the node is seen with it.
            state.journal.step();
            return done();
        }
        register(s, node, parcel, parcel.node());
        return new Done(null, 0, state.epoch(), 0, true, false, null);
    }

    /** What the other manager knew of tokens, leaders and tenants holds for its node here, too. */
    private void learn(Parcel parcel) {
        if (parcel.tokens() > state.reservedTokens) {
            state.reservedTokens = parcel.tokens();
            state.journal.put(OwnKeys.TOKEN, Journal.text(Long.toString(parcel.tokens())));
        }
        state.lastToken = Math.max(state.lastToken, parcel.tokens());
        parcel.readings().forEach(state::heard);
        for (TenantOwner o : parcel.owners()) {
            TenantOwner known = state.owners.get(o.tenant());
            if (known == null || known.era() < o.era()) {
                adoptions.adopt(List.of(o));
            }
        }
    }

    private void take(NodeSlot node, Claim c) {
        if (state.table.claim(c.podUid()) != null) {
            return;
        }
        TenantOwner owner = state.owners.get(c.tenant());
        Claim claim = owner == null ? c : c.withPartition(owner.partition());
        ClaimSlot slot = new ClaimSlot(
                claim.podUid(),
                node,
                claim.partition(),
                claim.generation(),
                claim.token(),
                state.table.capacity.granted(claim.requests()));
        slot.finished = claim.finished();
        slot.grace = claim.releaseGraceSeconds() == null ? ClaimSlot.NOT_RELEASED : claim.releaseGraceSeconds();
        slot.grantedAt = state.journal.openNumber();
        slot.releasedAt = state.journal.openNumber();
        state.table.add(slot);
        state.journal.put(NodeKeys.claim(node.name, claim.podUid()), state.encode(claim));
    }

    private void take(NodeSlot node, PodReport report) {
        ClaimSlot claim = state.table.claim(report.podUid());
        if (claim == null || claim.node != node || claim.token != report.token()) {
            return;
        }
        claim.reported = "NotOnNode".equals(report.status().reason())
                ? 0
                : ClaimSlot.phase(report.status().phase());
        state.journal.put(NodeKeys.report(claim.partition, claim.uid), state.encode(report));
    }

    private void register(NodeStep s, NodeSlot node, Parcel parcel, Node packed) {
        Node came = NodeRecords.came(
                packed, s.move(), s.manager(), state.outside.wall().get());
        Node.Status status = came.status();
        node.registered = true;
        node.phase = NodeSlot.Phase.of(status == null ? null : status.phase());
        node.cordoned = NodeRecords.isCordoned(came);
        node.heardAt = state.now();
        node.reportedDigest = null;
        String[] birth = parcel.birth().split(" ", 2);
        node.birth = Long.parseLong(birth[0]);
        node.bootId = birth.length > 1 ? birth[1] : "";
        state.table.capacity.allocatable(node.row, NodeRecords.amounts(status == null ? null : status.allocatable()));
        state.journal.put(NodeKeys.node(node.name), state.encode(came));
        state.journal.put(OwnKeys.BIRTHS + node.name, Journal.text(parcel.birth()));
        write(node.name, node, new Hold(s.move(), Hold.State.AWAITED, s.manager(), 0, 0));
        desired.changes(node);
        state.outside.log().info("Node " + node.name + " comes from resource manager " + s.manager());
    }

    private Done look(NodeStep s, @Nullable Hold mine) {
        NodeSlot node = state.table.node(s.node());
        boolean taken = mine != null && (mine.state() == Hold.State.AWAITED || mine.state() == Hold.State.HERE);
        boolean arrived = taken && mine.state() == Hold.State.HERE;
        return new Done(null, 0, state.epoch(), node == null ? 0 : node.generation, taken, arrived, null);
    }

    /** What is told once a step is durable. */
    void told(NodeStep s) {
        NodeSlot node = state.table.node(s.node());
        if (s.kind() == NodeStep.Kind.LEAVE && node != null) {
            node.announce = true;
            desired.publishAgain(node);
        } else if (s.kind() == NodeStep.Kind.FORGET && node == null) {
            // Where the node went stays said, for an agent that has lost its memory.
            state.outside
                    .link()
                    .publish(Link.Outgoing.retained(
                            Topics.of(state.manager, s.node()).desired(), new byte[0]));
        }
    }
}
