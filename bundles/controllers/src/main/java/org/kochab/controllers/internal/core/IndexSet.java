package org.kochab.controllers.internal.core;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Indexes of a job as its status has them: {@code 0,2-5}. */
final class IndexSet {
    private IndexSet() {}

    /** What cannot be read, or is not below the size, is left out. */
    static BitSet parse(@Nullable String text, int size) {
        BitSet set = new BitSet();
        if (text == null || text.isEmpty()) {
            return set;
        }
        for (String part : text.split(",")) {
            int dash = part.indexOf('-');
            int from = number(dash < 0 ? part : part.substring(0, dash));
            int to = Math.min(number(dash < 0 ? part : part.substring(dash + 1)), size - 1);
            if (from >= 0 && to >= from) {
                set.set(from, to + 1);
            }
        }
        return set;
    }

    /** @return -1 if it is no index */
    static int number(@Nullable String text) {
        try {
            return text == null ? -1 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static String text(BitSet set) {
        StringBuilder text = new StringBuilder();
        for (int from = set.nextSetBit(0); from >= 0; from = set.nextSetBit(set.nextClearBit(from))) {
            int to = set.nextClearBit(from) - 1;
            text.append(text.length() == 0 ? "" : ",").append(from);
            if (to > from) {
                text.append(to == from + 1 ? "," : "-").append(to);
            }
        }
        return text.toString();
    }
}
