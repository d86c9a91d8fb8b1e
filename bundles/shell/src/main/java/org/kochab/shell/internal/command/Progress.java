package org.kochab.shell.internal.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** One line on the terminal that says how far a long command is; nothing at all where there is no terminal. */
final class Progress implements AutoCloseable {
    private final @Nullable PrintStream terminal;
    private final int width;
    private String shown = "";

    Progress(Session session) {
        var t = session.getTerminal();
        boolean shows = t != null && t.getWidth() > 0 && t.isAnsiSupported();
        this.terminal = shows ? session.getConsole() : null;
        this.width = shows ? t.getWidth() - 1 : 0;
    }

    void show(String text) {
        if (terminal == null || text.equals(shown)) {
            return;
        }
        String cut = text.length() > width ? text.substring(0, width) : text;
        terminal.print("\r" + cut + " ".repeat(Math.max(0, shown.length() - cut.length())));
        terminal.flush();
        shown = cut;
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (terminal != null && !shown.isEmpty()) {
            terminal.print("\r" + " ".repeat(shown.length()) + "\r");
            terminal.flush();
        }
    }
}
