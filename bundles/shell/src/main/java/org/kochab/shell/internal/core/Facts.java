package org.kochab.shell.internal.core;

/** Lines of a name and a value, as in {@code describe}. */
public final class Facts {
    private static final int WIDTH = 15;

    private Facts() {}

    public static String line(String name, String value) {
        String start = name + ":";
        return start + " ".repeat(Math.max(1, WIDTH - start.length())) + value;
    }

    /** A further value below the first. */
    public static String more(String value) {
        return " ".repeat(WIDTH) + value;
    }
}
