package org.kochab.agent.internal.update;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;

/**
 * Which versions there are, as {@code versions/state} has it: lines {@code KEY=VALUE}, because the launcher, a shell script, reads them too. Empty stands for the
 * version that was installed by hand.
 *
 * @param current the one to be started
 * @param former the one before it
 * @param candidate to be tried next, or being tried; empty for none
 * @param update the attempt that the candidate belongs to; empty for none
 * @param last what became of the last update; null if there was none
 */
record VersionState(String current, String former, String candidate, String update, Node.@Nullable AgentUpdate last) {
    static final VersionState NONE = new VersionState("", "", "", "", null);

    static VersionState read(byte[] text) {
        Map<String, String> values = new TreeMap<>();
        for (String line : new String(text, StandardCharsets.UTF_8).split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        String id = values.getOrDefault("last.id", "");
        String reason = values.getOrDefault("last.reason", "");
        return new VersionState(
                values.getOrDefault("current", ""),
                values.getOrDefault("former", ""),
                values.getOrDefault("candidate", ""),
                values.getOrDefault("update", ""),
                id.isEmpty()
                        ? null
                        : new Node.AgentUpdate(
                                id,
                                values.getOrDefault("last.version", ""),
                                values.getOrDefault("last.result", ""),
                                reason.isEmpty() ? null : reason));
    }

    byte[] text() {
        StringBuilder text = new StringBuilder();
        line(text, "current", current);
        line(text, "former", former);
        line(text, "candidate", candidate);
        line(text, "update", update);
        if (last != null) {
            line(text, "last.id", last.id());
            line(text, "last.version", last.version());
            line(text, "last.result", last.result());
            line(text, "last.reason", last.reason() == null ? "" : last.reason());
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append('=').append(value).append('\n');
    }

    /** Nothing is tried any more, and this is what became of it. */
    VersionState ended(Node.AgentUpdate outcome) {
        return new VersionState(current, former, "", "", outcome);
    }
}
