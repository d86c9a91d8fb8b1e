package org.kochab.store.ignite.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.difference.Base;
import org.kochab.difference.Writing;

/** The values of a block that later ones of it are compared with, the one that served last first. */
final class Bases {
    /** Below, a difference is not worth its numbers. */
    private static final int SMALLEST = 128;

    /** A block has few kinds of values, but they may alternate. */
    private static final int MOST = 4;

    private record Candidate(int item, Base base) {}

    /**
     * What a value is stored as.
     *
     * @param base number of the item it differs from
     */
    record Found(int base, byte[] difference) {}

    private final List<Candidate> candidates = new ArrayList<>(MOST);
    private final Writing writing = new Writing();

    /**
     * The value as a difference, if it is at most half as long then; else it becomes a base itself.
     *
     * @param item its number in the block
     */
    @Nullable
    Found find(byte[] value, int item) {
        if (value.length < SMALLEST || value.length > Base.LARGEST) {
            return null;
        }
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            byte[] difference = candidate.base.difference(value, writing, value.length / 2);
            if (difference != null) {
                candidates.add(0, candidates.remove(i));
                return new Found(candidate.item, difference);
            }
        }
        if (candidates.size() == MOST) {
            candidates.remove(MOST - 1);
        }
        candidates.add(0, new Candidate(item, new Base(value)));
        return null;
    }
}
