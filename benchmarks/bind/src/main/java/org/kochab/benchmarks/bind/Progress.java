package org.kochab.benchmarks.bind;

import java.util.Locale;

/** What a long benchmark says while it goes on. */
final class Progress {
    private Progress() {}

    static void say(String line, Object... values) {
        System.out.printf(Locale.ROOT, line + "%n", values);
    }

    /** Seconds since an instant of {@link System#nanoTime}. */
    static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }
}
