package org.kochab.chaos.load.internal.swap;

import java.util.ArrayList;
import java.util.List;

/** What is wrong: all are counted, the first are kept. Thread-safe. */
final class Findings {
    private static final int MOST_KEPT = 50;

    private final List<String> kept = new ArrayList<>();
    private int count;

    synchronized void add(String finding) {
        count++;
        if (kept.size() < MOST_KEPT) {
            kept.add(finding);
        }
    }

    synchronized int count() {
        return count;
    }

    synchronized List<String> kept() {
        return List.copyOf(kept);
    }
}
