package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kochab.api.node.Claim;
import org.kochab.api.node.Release;

/** Claims that are to end, each until its manager shows that it ends. Not thread-safe. */
final class Wishes {
    private static final long ASK_AGAIN = 5_000_000_000L;

    private final Map<String, LinkedHashMap<String, Wish>> byManager = new HashMap<>();

    private static final class Wish {
        final Release release;
        long askedAt;

        Wish(Release release) {
            this.release = release;
        }
    }

    private LinkedHashMap<String, Wish> of(String manager) {
        return byManager.computeIfAbsent(manager, m -> new LinkedHashMap<>());
    }

    /** Unless as much is wished already. */
    void add(String manager, Release release) {
        Wish known = of(manager).get(release.podUid());
        if (known == null
                || known.release.graceSeconds() > release.graceSeconds()
                || release.force() && !known.release.force()
                || !known.release.node().equals(release.node())) {
            of(manager).put(release.podUid(), new Wish(release));
        }
    }

    /** A claim as its manager has it: it may show that a wish was heard. */
    void shown(String manager, Claim claim) {
        Wish wish = of(manager).get(claim.podUid());
        if (wish != null
                && claim.releaseGraceSeconds() != null
                && !wish.release.force()
                && claim.releaseGraceSeconds() <= wish.release.graceSeconds()) {
            of(manager).remove(claim.podUid());
        }
    }

    void drop(String manager, String uid) {
        of(manager).remove(uid);
    }

    void drop(String uid) {
        byManager.values().forEach(w -> w.remove(uid));
    }

    /** The manager has claims of these pods only. */
    void keepOnly(String manager, Set<String> uids) {
        of(manager).keySet().retainAll(uids);
    }

    /** What to ask of a manager now; asked again after 5 seconds. */
    List<Release> due(String manager, int most, long now) {
        List<Release> result = new ArrayList<>();
        for (Wish w : of(manager).values()) {
            if (result.size() == most) {
                break;
            }
            if (w.askedAt == 0 || now - w.askedAt > ASK_AGAIN) {
                w.askedAt = now;
                result.add(w.release);
            }
        }
        return result;
    }
}
