package org.kochab.chaos.cluster;

import java.util.ArrayList;
import java.util.List;

/** What one process says of the updates in it. Lines are as {@code StoreUpdates} in {@code org.kochab.chaos.load} writes them. */
final class Updates {
    /** An update that came to its end, from its beginning until the partition was served again. */
    record Done(long from, long to) {}

    /** @param loaders of former versions that are left */
    record Left(int loaders, int threadsBefore, int threadsAfter) {}

    private final List<Done> done = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private int begun;
    private long begunAt;
    private long wrongKeys;
    private Left left = new Left(-1, 0, 0);
    private boolean over;
    private String failure = "";

    void line(String line) {
        String[] w = line.split(" ");
        switch (w[0]) {
            case "P" -> wrongKeys += Long.parseLong(w[2]);
            case "B" -> {
                begun = Integer.parseInt(w[1]);
                begunAt = Long.parseLong(w[2]);
            }
            case "V" -> done.add(new Done(begunAt, Long.parseLong(w[2])));
            case "L" -> left = new Left(Integer.parseInt(w[2]), Integer.parseInt(w[3]), Integer.parseInt(w[4]));
            case "T" -> findings.add("a thread of a former version is left:" + line.substring(1));
            case "D" -> over = true;
            case "X" -> failure = line.substring(2);
            case "E" -> {}
            default -> throw new IllegalStateException("not a line of a log of updates: " + line);
        }
    }

    /** The number of the last one that was begun. */
    int begun() {
        return begun;
    }

    List<Done> done() {
        return List.copyOf(done);
    }

    /** Keys of the ballast that were not as they were written when the process began. */
    long wrongKeys() {
        return wrongKeys;
    }

    /** Whether all are done. */
    boolean isOver() {
        return over;
    }

    /** Whether it is known what they have left. */
    boolean isCounted() {
        return left.loaders() >= 0;
    }

    Left left() {
        return left;
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    /** Why it cannot go on; empty if it can. */
    String failure() {
        return failure;
    }
}
