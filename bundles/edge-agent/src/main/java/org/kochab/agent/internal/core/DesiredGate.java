package org.kochab.agent.internal.core;

import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;

/** Decides which desired state counts: the highest epoch ever seen, and within it the highest generation. */
final class DesiredGate {
    /** What to do with a message. */
    sealed interface Verdict {
        /** It is newer. */
        record Newer() implements Verdict {}

        /** It is the one in force, said again. */
        record Same() implements Verdict {}

        /** It is older; nothing changes. */
        record Stale() implements Verdict {}

        /** It makes no sense; nothing changes. */
        record Malformed(String why) implements Verdict {}
    }

    private long epoch;
    private long generation;
    private @Nullable Desired current;

    DesiredGate(Checkpoint saved) {
        epoch = saved.epoch();
        generation = saved.generation();
        current = saved.desired();
    }

    long epoch() {
        return epoch;
    }

    long generation() {
        return generation;
    }

    @Nullable
    Desired current() {
        return current;
    }

    /** From now on the epochs are another manager's. What is in force stays so until that one says something else. */
    void follow(long otherEpoch, long otherGeneration) {
        epoch = otherEpoch;
        generation = otherGeneration;
    }

    Verdict offer(Desired desired) {
        if (desired.epoch() < 1 || desired.generation() < 0) {
            return new Verdict.Malformed("epoch must be at least 1 and generation not negative");
        }
        SortedSet<String> uids = new TreeSet<>();
        for (Desired.Entry entry : desired.pods()) {
            if (!PodRules.uid(entry.uid()) || entry.specDigest() == null || !uids.add(entry.uid())) {
                return new Verdict.Malformed(
                        "pods: '" + entry.uid() + "' has no valid uid or digest, or is there twice");
            }
        }
        if (!Digests.of(desired.pods()).equals(desired.digest())) {
            return new Verdict.Malformed("digest does not match pods");
        }
        if (desired.epoch() < epoch || desired.epoch() == epoch && desired.generation() < generation) {
            return new Verdict.Stale();
        }
        if (desired.epoch() == epoch && desired.generation() == generation && current != null) {
            return desired.digest().equals(current.digest()) ? new Verdict.Same() : new Verdict.Stale();
        }
        epoch = desired.epoch();
        generation = desired.generation();
        current = desired;
        return new Verdict.Newer();
    }
}
