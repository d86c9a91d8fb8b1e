package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimAnswer.Code;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.Reading;

/** Grants and refuses claims. What it grants is reserved at once, and told once it is durable. */
final class ClaimDesk {
    /** What fits into one desired-state message of 256 KB. */
    static final int MOST_CLAIMS_A_NODE = 1_200;

    /** A node gets the spec in one message of 256 KB. */
    static final int LARGEST_CLAIM = 200_000;

    /** A group is one transaction, and a partition takes 8 MiB. */
    static final int LARGEST_GROUP = 6 << 20;

    private static final long TOKENS_A_RESERVATION = 10_000;
    private static final Node.Taint CORDONED =
            new Node.Taint("node.kubernetes.io/unschedulable", null, "NoSchedule", null);

    private final Ledger state;
    private final Desk desk;

    /** Told which nodes' desired states change with the open batch. */
    interface Desk {
        void changes(NodeSlot node);

        void granted(ClaimSlot slot, Claim claim);
    }

    ClaimDesk(Ledger state, Desk desk) {
        this.state = state;
        this.desk = desk;
    }

    /** A decision: granted on a slot, with what is to be written if it is fresh; or refused. */
    private record Decision(
            ClaimRequest request,
            @Nullable ClaimSlot slot,
            byte @Nullable [] json,
            @Nullable Before before,
            @Nullable Code code,
            String message) {
        static Decision refuse(ClaimRequest r, Code code, String message) {
            return new Decision(r, null, null, null, code, message);
        }
    }

    /** What a slot was before it was claimed for a newer generation. */
    private record Before(long generation, long token, Capacity.Amounts amounts, long grantedAt) {}

    /** Decides and writes; the answers hold once the journal's open batch is durable, and take its revision then. */
    List<ClaimAnswer> decide(List<ClaimRequest> batch) {
        ClaimAnswer[] answers = new ClaimAnswer[batch.size()];
        Set<String> uids = new HashSet<>();
        Map<String, List<Integer>> groups = groups(batch);
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] != null) {
                continue;
            }
            String group = batch.get(i).group();
            List<Integer> members = group == null ? List.of(i) : groups.get(group);
            List<Decision> decisions = new ArrayList<>(members.size());
            for (int m : members) {
                decisions.add(once(batch.get(m), uids));
            }
            if (group != null) {
                settle(group, decisions);
            }
            for (int m = 0; m < decisions.size(); m++) {
                Decision d = decisions.get(m);
                answers[members.get(m)] = d.slot() == null ? refusal(d) : grant(d, d.slot());
            }
            state.journal.step();
        }
        return List.of(answers);
    }

    private static Map<String, List<Integer>> groups(List<ClaimRequest> batch) {
        Map<String, List<Integer>> groups = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            String group = batch.get(i).group();
            if (group != null) {
                groups.computeIfAbsent(group, g -> new ArrayList<>()).add(i);
            }
        }
        return groups;
    }

    private Decision once(ClaimRequest request, Set<String> uids) {
        String uid = request.claim().podUid();
        return uids.add(uid)
                ? decide(request)
                : Decision.refuse(request, Code.BUSY, "Pod " + uid + " is in this batch twice: claim it once.");
    }

    private Decision decide(ClaimRequest request) {
        Claim claim = request.claim();
        String wrong = wrong(claim);
        if (wrong != null) {
            return Decision.refuse(request, Code.NODE_UNAVAILABLE, wrong);
        }
        if (!Adoptions.isOwner(state, claim.tenant(), claim.partition())) {
            return Decision.refuse(
                    request,
                    Code.STALE_EPOCH,
                    "Tenant " + claim.tenant() + " has moved from partition " + claim.partition() + " to "
                            + state.owners.get(claim.tenant()).partition() + ": that claims for it.");
        }
        Reading known = state.reading(claim.partition());
        if (request.reading().compareTo(known) < 0) {
            return Decision.refuse(
                    request,
                    Code.STALE_EPOCH,
                    "Partition " + claim.partition() + " claims as of " + request.reading() + " (epoch/revision), but "
                            + known + " has already spoken: ask its present leader.");
        }
        state.heard(claim.partition(), request.reading());
        ClaimSlot slot = state.table.claim(claim.podUid());
        return slot == null ? fresh(request) : again(request, slot);
    }

    private Decision fresh(ClaimRequest request) {
        Claim claim = request.claim();
        NodeSlot node = state.table.node(claim.node());
        String unavailable = unavailable(node, claim);
        if (node == null || unavailable != null) {
            return Decision.refuse(request, Code.NODE_UNAVAILABLE, String.valueOf(unavailable));
        }
        if (node.claims >= MOST_CLAIMS_A_NODE) {
            return Decision.refuse(
                    request,
                    Code.NO_CAPACITY,
                    "Node " + node.name + " holds " + node.claims + " pods, the most one node can: use another node.");
        }
        Capacity.Amounts amounts = state.table.capacity.amounts(claim.requests());
        String shortage = shortage(node, claim, amounts);
        if (amounts == null || shortage != null) {
            return Decision.refuse(request, Code.NO_CAPACITY, String.valueOf(shortage));
        }
        long token = state.lastToken + 1;
        byte[] json = json(claim, token);
        if (json.length > LARGEST_CLAIM) {
            return tooLarge(request, json.length);
        }
        nextToken();
        ClaimSlot slot = new ClaimSlot(claim.podUid(), node, claim.partition(), claim.generation(), token, amounts);
        slot.grantedAt = state.journal.openNumber();
        state.table.add(slot);
        return new Decision(request, slot, json, null, null, "");
    }

    /** The pod has a claim already. */
    private Decision again(ClaimRequest request, ClaimSlot slot) {
        Claim claim = request.claim();
        if (!slot.partition.equals(claim.partition())) {
            return elsewhere(request, "belongs to another partition: pod uids must be unique");
        }
        if (!slot.node.name.equals(claim.node())) {
            return elsewhere(request, "has a claim on node " + slot.node.name + ": release that first");
        }
        if (slot.node.isFrozen() && slot.generation != claim.generation()) {
            return Decision.refuse(
                    request,
                    Code.BUSY,
                    "Node " + slot.node.name + " goes to another resource manager: claim again shortly.");
        }
        if (slot.isReleased()) {
            return elsewhere(request, "is being stopped on node " + slot.node.name + ": wait until it has ended");
        }
        if (slot.generation > claim.generation()) {
            return elsewhere(request, "is claimed with the newer generation " + slot.generation);
        }
        if (slot.generation == claim.generation()) {
            return new Decision(request, slot, null, null, null, "");
        }
        if (slot.finished) {
            return elsewhere(request, "has ended on node " + slot.node.name + ": a new pod is needed");
        }
        Capacity.Amounts amounts = state.table.capacity.amounts(claim.requests());
        state.table.capacity.give(slot.node.row, slot.amounts);
        String shortage = shortage(slot.node, claim, amounts);
        if (amounts == null || shortage != null) {
            state.table.capacity.take(slot.node.row, slot.amounts);
            return Decision.refuse(request, Code.NO_CAPACITY, String.valueOf(shortage));
        }
        Claim whole = withFormerValues(claim, slot);
        byte[] json = json(whole, state.lastToken + 1);
        if (json.length > LARGEST_CLAIM) {
            state.table.capacity.take(slot.node.row, slot.amounts);
            return tooLarge(request, json.length);
        }
        Before before = new Before(slot.generation, slot.token, slot.amounts, slot.grantedAt);
        slot.generation = claim.generation();
        slot.token = nextToken();
        slot.amounts = amounts;
        slot.grantedAt = state.journal.openNumber();
        slot.replacing = true;
        state.table.capacity.take(slot.node.row, amounts);
        ClaimRequest kept = new ClaimRequest(whole, request.reading(), request.group());
        return new Decision(kept, slot, json, before, null, "");
    }

    private static Decision elsewhere(ClaimRequest request, String why) {
        return Decision.refuse(
                request, Code.CLAIMED_ELSEWHERE, "Pod " + request.claim().podUid() + " " + why + ".");
    }

    private static Decision tooLarge(ClaimRequest request, int bytes) {
        return Decision.refuse(
                request,
                Code.NO_CAPACITY,
                "The spec of pod " + request.claim().pod() + " has " + bytes + " bytes, more than the " + LARGEST_CLAIM
                        + " that the link to a node takes: make it smaller.");
    }

    /** Takes back what was granted to a group of which a member was refused. */
    private void settle(String group, List<Decision> decisions) {
        long bytes = 0;
        boolean whole = true;
        for (Decision d : decisions) {
            whole &= d.slot() != null;
            bytes += d.json() == null ? 0 : d.json().length;
        }
        if (whole && bytes <= LARGEST_GROUP) {
            return;
        }
        String why = whole
                ? "Group " + group + " has " + bytes + " bytes, more than the " + LARGEST_GROUP
                        + " that can be granted as a whole: make it smaller."
                : "Another pod of group " + group + " was refused, and groups are granted as a whole.";
        for (int i = 0; i < decisions.size(); i++) {
            Decision d = decisions.get(i);
            if (d.slot() != null) {
                undo(d);
                decisions.set(i, Decision.refuse(d.request(), Code.GROUP, why));
            }
        }
    }

    private void undo(Decision d) {
        ClaimSlot slot = d.slot();
        if (slot == null || d.json() == null) {
            return;
        }
        Before before = d.before();
        if (before == null) {
            state.table.remove(slot);
            return;
        }
        state.table.capacity.give(slot.node.row, slot.amounts);
        slot.generation = before.generation();
        slot.token = before.token();
        slot.amounts = before.amounts();
        slot.grantedAt = before.grantedAt();
        state.table.capacity.take(slot.node.row, slot.amounts);
    }

    private ClaimAnswer grant(Decision d, ClaimSlot slot) {
        byte[] json = d.json();
        if (json != null) {
            state.journal.put(NodeKeys.claim(slot.node.name, slot.uid), json);
            desk.granted(slot, d.request().claim());
        }
        return new ClaimAnswer.Granted(slot.uid, slot.token, 0);
    }

    private byte[] json(Claim c, long token) {
        return state.encode(c.withGrant(token));
    }

    /** A claim for a newer generation does not say again what its pod takes from config maps and secrets: it keeps what it has. */
    private Claim withFormerValues(Claim claim, ClaimSlot slot) {
        byte[] former = state.journal.read(NodeKeys.claim(slot.node.name, slot.uid));
        return former == null
                ? claim
                : claim.withValues(state.decode(former, Claim.class).values());
    }

    private ClaimAnswer refusal(Decision d) {
        NodeSlot node = state.table.node(d.request().claim().node());
        Code code = d.code();
        return new ClaimAnswer.Refused(
                d.request().claim().podUid(),
                code == null ? Code.BUSY : code,
                d.message(),
                node == null || !node.registered ? Collections.emptyMap() : state.table.capacity.free(node.row),
                0);
    }

    private long nextToken() {
        if (state.lastToken == state.reservedTokens) {
            state.reservedTokens += TOKENS_A_RESERVATION;
            state.journal.put(OwnKeys.TOKEN, Journal.text(Long.toString(state.reservedTokens)));
        }
        return ++state.lastToken;
    }

    private static @Nullable String wrong(Claim claim) {
        if (!Names.isUid(claim.podUid())) {
            return "podUid '" + claim.podUid() + "' is not valid: use at most 63 letters, digits and '-'.";
        }
        if (claim.spec() == null || claim.partition() == null || claim.node() == null) {
            return "The claim of pod " + claim.podUid() + " lacks its spec, partition or node: send all three.";
        }
        for (var e : claim.requests().entrySet()) {
            if (e.getValue() == null || e.getValue() < 0) {
                return "requests." + e.getKey() + " of pod " + claim.podUid() + " is negative: use 0 or more.";
            }
        }
        return null;
    }

    private static @Nullable String unavailable(@Nullable NodeSlot node, Claim claim) {
        if (node == null || !node.registered) {
            return "There is no node " + claim.node() + " here: it was removed, or never registered.";
        }
        if (node.hold != null && node.isFrozen()) {
            return "Node " + node.name + " goes to resource manager " + node.hold.manager()
                    + ": use another, or claim there.";
        }
        if (node.phase != NodeSlot.Phase.READY) {
            return "Node " + node.name + " is " + node.phase.text + ": use another, or wait until it is back.";
        }
        if (node.cordoned && claim.spec().tolerations().stream().noneMatch(t -> t.tolerates(CORDONED))) {
            return "Node " + node.name + " is cordoned: use another, or uncordon it.";
        }
        return null;
    }

    private @Nullable String shortage(NodeSlot node, Claim claim, Capacity.@Nullable Amounts amounts) {
        if (amounts == null) {
            return "Node " + node.name + " does not have all of the resources "
                    + claim.requests().keySet() + ".";
        }
        int column = state.table.capacity.shortage(node.row, amounts);
        if (column < 0) {
            return null;
        }
        String name = state.table.capacity.name(column);
        String unit = name.equals("cpu") ? "m" : "";
        return "Node " + node.name + " has "
                + Math.max(0, state.table.capacity.free(node.row, column)) + unit + " of " + name
                + " free, but pod " + claim.pod() + " asks for "
                + claim.requests().get(name) + unit + ".";
    }
}
