package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Reported;
import org.kochab.api.model.PodStatus;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodReport;

/**
 * What nodes say of their pods. A claim ends only by a node's positive word, and only after the stop was wished for: missing
 * information never ends anything.
 */
final class Reports {
    private static final int MOST_ENTRIES = 2 * ClaimDesk.MOST_CLAIMS_A_NODE;
    private static final int LARGEST_REPORT = 32 * 1024;

    private final Ledger state;
    private final Nodes nodes;
    private final ClaimDesk.Desk desk;

    Reports(Ledger state, Nodes nodes, ClaimDesk.Desk desk) {
        this.state = state;
        this.nodes = nodes;
        this.desk = desk;
    }

    void reported(String name, Reported report, String topic) {
        NodeSlot node = nodes.alive(name, report.birth());
        if (node == null || report.sequence() <= node.reportSequence) {
            return;
        }
        String wrong = wrong(report);
        if (wrong != null) {
            state.refusals.add(topic, wrong);
            return;
        }
        boolean gap = node.reportSequence < 0 || report.sequence() != node.reportSequence + 1;
        node.reportSequence = report.sequence();
        nodes.heard(node);
        Set<String> present = report.full() ? new HashSet<>() : Collections.emptySet();
        for (Reported.Entry entry : report.pods()) {
            ClaimSlot claim = state.table.claim(entry.uid());
            // Pods without a claim here are not in the node's desired state either: it will stop them.
            if (claim == null || claim.node != node) {
                continue;
            }
            if (report.full() && !entry.gone()) {
                present.add(entry.uid());
            }
            if (entry.token() == claim.token) {
                reported(claim, entry, topic);
                state.journal.step();
            }
        }
        if (report.full()) {
            missing(node, present, report.epoch() == state.epoch() && report.generation() == node.generation);
        } else if (gap) {
            nodes.askForReport(node);
        }
    }

    private void reported(ClaimSlot claim, Reported.Entry entry, String topic) {
        if (entry.gone() && claim.isReleased()) {
            remove(claim);
            return;
        }
        byte phase = ClaimSlot.phase(entry.status().phase());
        claim.node.reportedDigest = null;
        claim.reported = entry.gone() ? 0 : phase;
        // What has ended does not begin again: its capacity may be another's by now.
        if (claim.finished && !ClaimSlot.isTerminal(phase)) {
            return;
        }
        Claim stored = claim(claim);
        if (stored == null) {
            return;
        }
        if (ClaimSlot.isTerminal(phase) && !claim.finished) {
            state.table.finish(claim);
            state.journal.put(NodeKeys.claim(claim.node.name, claim.uid), state.encode(stored.withFinished()));
        }
        put(claim, stored, entry.status(), topic);
    }

    private void put(ClaimSlot claim, Claim stored, PodStatus status, String topic) {
        String key = NodeKeys.report(claim.partition, claim.uid);
        byte[] json = state.encode(new PodReport(
                claim.uid,
                stored.tenant(),
                stored.namespace(),
                stored.pod(),
                claim.node.name,
                claim.token,
                // It reports under the claim's token: so it knows the claim's generation.
                status.withObservedGeneration(claim.generation)));
        if (json.length > LARGEST_REPORT) {
            state.refusals.add(
                    topic,
                    "status of pod " + claim.uid + " is larger than " + LARGEST_REPORT
                            + " bytes: shorten its messages");
            return;
        }
        byte[] before = state.journal.read(key);
        if (before == null || !Arrays.equals(before, json)) {
            state.journal.put(key, json);
        }
    }

    /**
     * What a full report does not name. Under the desired state that is in force, a pod to be stopped is gone: the node knew the wish
     * and has nothing of the pod. Anything else that is missing is just not started yet, or was lost and will be started again.
     */
    private void missing(NodeSlot node, Set<String> present, boolean inForce) {
        List<ClaimSlot> gone = new ArrayList<>();
        for (ClaimSlot claim = node.first; claim != null; claim = claim.next) {
            if (present.contains(claim.uid)) {
                continue;
            }
            if (claim.isReleased() && inForce && claim.releasedAt <= state.journal.durableNumber()) {
                gone.add(claim);
            } else if (claim.reported != 0) {
                claim.reported = 0;
                node.reportedDigest = null;
                if (!claim.finished) {
                    Claim stored = claim(claim);
                    if (stored != null) {
                        put(claim, stored, notOnNode(), "");
                    }
                }
            }
        }
        gone.forEach(this::remove);
    }

    private static PodStatus notOnNode() {
        return new PodStatus(
                "Pending",
                "NotOnNode",
                "The node has nothing of this pod now; it is to start it again.",
                null,
                null,
                null,
                Collections.emptyList(),
                Collections.emptyList(),
                Collections.emptyList(),
                null);
    }

    /** Ends the claim and gives its capacity back. */
    void remove(ClaimSlot claim) {
        state.table.remove(claim);
        state.journal.delete(NodeKeys.claim(claim.node.name, claim.uid));
        state.journal.delete(NodeKeys.report(claim.partition, claim.uid));
        state.journal.step();
        desk.changes(claim.node);
    }

    private @Nullable Claim claim(ClaimSlot claim) {
        byte[] json = state.journal.read(NodeKeys.claim(claim.node.name, claim.uid));
        return json == null ? null : state.decode(json, Claim.class);
    }

    private static @Nullable String wrong(Reported report) {
        if (report.pods().size() > MOST_ENTRIES) {
            return "pods are more than " + MOST_ENTRIES + ": send them in several reports";
        }
        for (Reported.Entry e : report.pods()) {
            if (!Names.isUid(e.uid())) {
                return "pods has an entry without a valid uid";
            }
            if (e.status() == null || ClaimSlot.phase(e.status().phase()) == 0) {
                return "pods." + e.uid()
                        + ".status.phase is none of Pending, Running, Succeeded, Failed and Unknown: send one of them";
            }
        }
        return null;
    }

    /** Whether a node's digest of its pods is the one of what it is known to have. */
    boolean matches(NodeSlot node, String digest) {
        if (node.reportedDigest == null) {
            List<String> lines = new ArrayList<>();
            for (ClaimSlot c = node.first; c != null; c = c.next) {
                if (c.reported != 0) {
                    lines.add(c.uid + " " + c.token + " " + ClaimSlot.PHASES[c.reported] + "\n");
                }
            }
            Collections.sort(lines);
            node.reportedDigest = HexFormat.of().parseHex(Digests.of(Journal.text(String.join("", lines))));
        }
        return HexFormat.of().formatHex(node.reportedDigest).equals(digest);
    }
}
