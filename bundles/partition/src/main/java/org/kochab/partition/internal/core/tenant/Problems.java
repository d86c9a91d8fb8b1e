package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with an object: the field's path and a sentence with the remedy. Keeps the first twenty. */
public final class Problems {
    /** Ten years. */
    static final long MOST_SECONDS = 315_360_000;

    private static final int MOST = 20;
    private static final int LONGEST_PATH = 500;

    private final List<String> found = new ArrayList<>();
    private int count;

    public void add(String path, String sentence) {
        if (++count <= MOST) {
            found.add(brief(path) + ": " + sentence);
        }
    }

    /** A path has keys of the object, which may be of any length. */
    private static String brief(String path) {
        return path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path;
    }

    public void require(boolean holds, String path, String sentence) {
        if (!holds) {
            add(path, sentence);
        }
    }

    public void oneOf(@Nullable String value, String path, String... allowed) {
        if (value != null && !List.of(allowed).contains(value)) {
            add(path, quoted(value) + " is not supported; use one of " + String.join(", ", allowed));
        }
    }

    public void atLeast(@Nullable Number value, long least, String path) {
        if (value != null && value.longValue() < least) {
            add(path, value + " is too small; the least is " + least);
        }
    }

    /** A length of time in whole seconds: so long that nobody waits for its end, but not too long to be reckoned with. */
    void seconds(@Nullable Long value, long least, String path) {
        atLeast(value, least, path);
        require(value == null || value <= MOST_SECONDS, path, value + " is too large; the most is " + MOST_SECONDS);
    }

    int count() {
        return count;
    }

    public boolean none() {
        return count == 0;
    }

    /** All in one line. */
    public String summary() {
        return String.join("; ", found) + (count > MOST ? "; and " + (count - MOST) + " more" : "");
    }

    /** A value as it may be shown: short, and on one line. */
    public static String quoted(String value) {
        String shown = value.length() > 80 ? value.substring(0, 77) + "..." : value;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
