package org.kochab.benchmarks.agents;

import java.util.Set;
import java.util.TreeSet;

/** What a process of hollow agents has to tell, on its loop's thread. */
final class Counts {
    /** The columns of the line that says it. */
    enum Column {
        CONNECTED,
        LOST,
        RUNNING,
        ASKED,
        FAILED
    }

    private static final int MOST_CAUSES = 20;

    int connected;
    int lost;
    int running;
    /** How often the manager asked for a birth or a report, because it had missed something. */
    int asked;

    private int failed;
    private final Set<String> causes = new TreeSet<>();

    /** An attempt to connect came to nothing; each cause is told once. */
    void failed(String agent, Throwable cause) {
        failed++;
        if (causes.size() < MOST_CAUSES && causes.add(String.valueOf(cause))) {
            System.err.println("kochab: " + agent + " is not connected: " + cause);
        }
    }

    String line() {
        return connected + " " + lost + " " + running + " " + asked + " " + failed;
    }

    static int of(String line, Column column) {
        return Integer.parseInt(line.split(" ")[column.ordinal()]);
    }
}
