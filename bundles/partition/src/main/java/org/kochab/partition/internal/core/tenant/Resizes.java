package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.partition.internal.core.tenant.PodRecord.Resize;

/**
 * Bound pods whose spec is newer than their claim. Each is claimed again on its node, and runs on as it was until that is granted. One that was
 * refused is tried again when something changed on its node, and after a while in any case. Not thread-safe; times are nanoseconds of the
 * caller's monotonic clock.
 */
final class Resizes {
    private static final long MILLI = 1_000_000L;
    /** Before any time; the distance to any fits into a long. */
    private static final long AT_ONCE = Long.MIN_VALUE / 2;

    private static final long LONGEST = 60_000;
    private static final long LEAST = 5_000;
    private static final long UNANSWERED = 2_000;

    private record Due(PodRecord pod, long at) {}

    private final PodDesk desk;
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final Map<String, Set<PodRecord>> byNode = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    Resizes(PodDesk desk) {
        this.desk = desk;
    }

    /** Looks at a pod whose spec or claim may have changed. */
    void check(PodRecord r) {
        Resize z = r.resize;
        if (!isNeeded(r)) {
            if (z != null && z.asked == null) {
                forget(r);
                r.message = "";
                desk.dirty(r);
            } else if (z == null && r.saysPending && r.claimGeneration >= r.generation) {
                // A former leader wrote so, and did not come to take it back.
                desk.dirty(r);
            }
        } else if (z == null) {
            r.resize = new Resize(r.generation);
            byNode.computeIfAbsent(r.claimNode, n -> new LinkedHashSet<>()).add(r);
            schedule(r, r.resize, AT_ONCE);
        } else if (z.asked == null && z.generation != r.generation) {
            z.generation = r.generation;
            z.refusedInARow = 0;
            schedule(r, z, AT_ONCE);
        }
    }

    private static boolean isNeeded(PodRecord r) {
        return r.claimNode != null
                && r.claimNode.equals(r.node)
                && r.claimGrace == null
                && r.claimGeneration < r.generation
                && !r.deleting
                && !r.terminal;
    }

    void forget(PodRecord r) {
        r.resize = null;
        Set<PodRecord> there = byNode.get(String.valueOf(r.node));
        if (there != null && there.remove(r) && there.isEmpty()) {
            byNode.remove(r.node);
        }
    }

    private void schedule(PodRecord r, Resize z, long at) {
        z.at = at;
        due.add(new Due(r, at));
    }

    /** Something changed on a node that could help. */
    void wake(String node) {
        if (byNode.containsKey(node)) {
            changed.add(node);
        }
    }

    void wakeAll() {
        changed.addAll(byNode.keySet());
    }

    private static boolean isCurrent(Due d) {
        Resize z = d.pod.resize;
        return z != null && z.asked == null && z.at == d.at;
    }

    /** When the next is to be asked; {@code Long.MAX_VALUE} if none is. */
    long nextDue() {
        while (!due.isEmpty() && !isCurrent(due.peek())) {
            due.remove();
        }
        return due.isEmpty() ? Long.MAX_VALUE : due.peek().at;
    }

    /** Pods to be asked for now, up to {@code most}; the caller says what came of it. */
    List<PodRecord> take(int most, long now) {
        for (String node : changed) {
            for (PodRecord r : byNode.getOrDefault(node, Collections.emptySet())) {
                Resize z = r.resize;
                if (z != null && z.asked == null && z.at > Math.max(now, z.notBefore)) {
                    schedule(r, z, Math.max(now, z.notBefore));
                }
            }
        }
        changed.clear();
        List<PodRecord> taken = new ArrayList<>();
        while (taken.size() < most && nextDue() <= now) {
            taken.add(due.remove().pod);
        }
        return taken;
    }

    /** No call can be made now, or it gave no answer. */
    void unanswered(PodRecord r, Resize z, long now) {
        z.asked = null;
        z.refusedInARow++;
        schedule(r, z, now + Backoff.after(20, UNANSWERED, z.refusedInARow - 1) * MILLI);
        check(r);
    }

    void answered(PodRecord r, Resize z, Claim claim, ClaimAnswer answer, long now) {
        if (answer instanceof ClaimAnswer.Refused no) {
            refused(r, z, no, now);
            return;
        }
        z.asked = null;
        if (r.claimNode != null) {
            desk.claimed(r, claim.generation());
        }
        desk.check(r);
    }

    private void refused(PodRecord r, Resize z, ClaimAnswer.Refused no, long now) {
        if (no.code() == ClaimAnswer.Code.BUSY || no.code() == ClaimAnswer.Code.STALE_EPOCH) {
            // A stale epoch means that another leads already: this leader is about to learn it.
            unanswered(r, z, now);
            return;
        }
        z.asked = null;
        z.refusedInARow++;
        z.reason = isMoreThanTheNodeHas(r) ? "Infeasible" : "Deferred";
        z.message = no.message();
        r.message = no.message();
        z.notBefore = now + Backoff.after(20, LEAST, z.refusedInARow - 1) * MILLI;
        schedule(r, z, now + Backoff.after(1_000, LONGEST, z.refusedInARow - 1) * MILLI);
        desk.dirty(r);
        check(r);
    }

    private boolean isMoreThanTheNodeHas(PodRecord r) {
        Map<String, String> has = desk.model
                .node(String.valueOf(r.node))
                .flatMap(n -> java.util.Optional.ofNullable(n.status()))
                .map(s -> s.allocatable())
                .orElse(Collections.emptyMap());
        return PodChange.SIZES.stream()
                .filter(has::containsKey)
                .anyMatch(name -> r.shared.requests.getOrDefault(name, 0L) > PodRequests.amount(name, has.get(name)));
    }
}
