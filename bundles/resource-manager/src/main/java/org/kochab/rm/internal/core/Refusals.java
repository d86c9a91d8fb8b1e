package org.kochab.rm.internal.core;

import java.util.HashSet;
import java.util.Set;

/** Counts what nodes sent that cannot be right, and says each topic once, within limits: a node must not be able to fill the log. */
final class Refusals {
    private static final int TOPICS_A_PERIOD = 100;
    private static final long PERIOD_MILLIS = 60_000;
    private static final int LONGEST = 300;

    private final Outside outside;
    private final Set<String> said = new HashSet<>();
    private long count;
    private long unsaid;
    private long periodEnd = Long.MIN_VALUE;

    Refusals(Outside outside) {
        this.outside = outside;
    }

    long count() {
        return count;
    }

    void add(String topic, String reason) {
        count++;
        long now = outside.millis().getAsLong();
        if (now >= periodEnd) {
            if (unsaid > 0) {
                outside.log().warn(unsaid + " more messages from nodes were refused in the last minute");
            }
            unsaid = 0;
            said.clear();
            periodEnd = now + PERIOD_MILLIS;
        }
        if (said.size() < TOPICS_A_PERIOD && said.add(printable(topic))) {
            outside.log()
                    .warn("Refused message " + count + " on " + printable(topic) + ", nothing changed: "
                            + printable(reason));
        } else {
            unsaid++;
        }
    }

    /** Nodes choose topics and parts of error messages: they must not be able to forge lines. */
    private static String printable(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length() && out.length() < LONGEST; i++) {
            char c = text.charAt(i);
            out.append(
                    Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029' ? '?' : c);
        }
        return out.toString();
    }
}
