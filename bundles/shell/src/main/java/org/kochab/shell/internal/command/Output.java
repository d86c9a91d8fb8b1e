package org.kochab.shell.internal.command;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.shell.internal.core.Failure;

/** The forms in which commands print. */
enum Output {
    TABLE,
    WIDE,
    JSON,
    YAML,
    NAME;

    static Output of(@Nullable String text) {
        if (text == null) {
            return TABLE;
        }
        for (Output o : values()) {
            if (o.name().equalsIgnoreCase(text)) {
                return o;
            }
        }
        throw new Failure("Output '" + text + "' is not known: use table, wide, json, yaml or name");
    }

    /**
     * Several things as one document.
     *
     * @param metadata says whether there is more
     */
    record Document(String apiVersion, String kind, @Nullable ListFacts metadata, List<?> items) {
        static Document of(List<?> items, @Nullable ListFacts facts) {
            return new Document("v1", "List", facts, items);
        }
    }

    /** @param truncated whether only the first part is shown */
    record ListFacts(@Nullable String resourceVersion, @Nullable Boolean truncated, List<String> unreachable) {}
}
