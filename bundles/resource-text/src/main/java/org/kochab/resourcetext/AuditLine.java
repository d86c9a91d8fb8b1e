package org.kochab.resourcetext;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said of one change, or of one that was refused, for those who want to know later: a JSON object in one line. For one thread. */
public final class AuditLine {
    /** The logger that takes such lines; what it does with them is configured where logging is. */
    public static final String LOGGER = "audit.kochab";

    private static final int LONGEST = 500;

    private final Map<String, String> fields = new LinkedHashMap<>();

    /** @param via by which way it came, for example {@code http} */
    public AuditLine(Instant time, String via) {
        fields.put("time", quoted(time.truncatedTo(ChronoUnit.MILLIS).toString()));
        with("via", via);
    }

    /** What is null or empty is left out. */
    public AuditLine with(String field, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            fields.put(field, quoted(value));
        }
        return this;
    }

    public AuditLine with(String field, List<String> values) {
        if (!values.isEmpty()) {
            fields.put(field, values.stream().map(AuditLine::quoted).collect(Collectors.joining(",", "[", "]")));
        }
        return this;
    }

    public AuditLine with(String field, int value) {
        fields.put(field, Integer.toString(value));
        return this;
    }

    /** Nothing in it can end the line or the text. */
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        String shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        for (char c : shown.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    @Override
    public String toString() {
        return fields.entrySet().stream()
                .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
