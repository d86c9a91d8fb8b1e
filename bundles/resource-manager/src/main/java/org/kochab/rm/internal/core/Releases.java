package org.kochab.rm.internal.core;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;

/** Wishes that pods end. Their capacity comes back with the node's word, or by force from a node that is lost. */
final class Releases {
    private static final long LONGEST_GRACE_SECONDS = 30L * 24 * 3600;

    private final Ledger state;
    private final Reports reports;
    private final ClaimDesk.Desk desk;

    Releases(Ledger state, Reports reports, ClaimDesk.Desk desk) {
        this.state = state;
        this.reports = reports;
        this.desk = desk;
    }

    /** @return why nothing was done; null if all wishes are in the open batch */
    @Nullable
    String release(List<Release> releases) {
        for (Release r : releases) {
            long known = state.reading(r.partition()).epoch();
            if (r.partitionEpoch() < known) {
                return "Partition " + r.partition() + " releases with epoch " + r.partitionEpoch() + ", but epoch "
                        + known + " has already spoken: ask its present leader.";
            }
        }
        for (Release r : releases) {
            state.heard(r.partition(), new Reading(r.partitionEpoch(), 0));
            ClaimSlot claim = state.table.claim(r.podUid());
            if (claim != null
                    && claim.partition.equals(r.partition())
                    && claim.node.name.equals(r.node())
                    && !claim.node.isFrozen()) {
                release(claim, r);
                state.journal.step();
            }
        }
        return null;
    }

    private void release(ClaimSlot claim, Release r) {
        boolean lost = !claim.node.registered || claim.node.phase == NodeSlot.Phase.LOST;
        if (r.force() && lost) {
            reports.remove(claim);
            return;
        }
        // A node that is there confirms soon; giving its capacity away before would oversell it.
        long grace = r.force() ? 0 : Math.min(LONGEST_GRACE_SECONDS, Math.max(0, r.graceSeconds()));
        if (claim.isReleased() && claim.grace <= grace) {
            return;
        }
        String key = NodeKeys.claim(claim.node.name, claim.uid);
        byte[] json = state.journal.read(key);
        if (json == null) {
            return;
        }
        claim.grace = grace;
        claim.releasedAt = state.journal.openNumber();
        state.journal.put(key, state.encode(state.decode(json, Claim.class).withRelease(grace)));
        desk.changes(claim.node);
    }
}
