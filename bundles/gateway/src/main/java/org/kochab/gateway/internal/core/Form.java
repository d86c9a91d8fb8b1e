package org.kochab.gateway.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a client wants to be given: objects, or a table of them. */
public enum Form {
    OBJECTS,
    TABLE,
    /** As older clients ask for it. */
    TABLE_V1BETA1;

    private static final List<String> JSON = List.of("application/json", "application/*", "*/*");

    /** The first of the forms that a client accepts; {@code NotAcceptable} if there is none. */
    public static Form of(String accept) {
        if (accept.isBlank()) {
            return OBJECTS;
        }
        for (String range : accept.split(",")) {
            List<String> parts = new ArrayList<>();
            for (String part : range.split(";")) {
                parts.add(part.strip().toLowerCase(Locale.ROOT));
            }
            if (!JSON.contains(parts.get(0))) {
                continue;
            }
            if (parts.contains("as=table") && parts.contains("g=meta.k8s.io")) {
                if (parts.contains("v=v1")) {
                    return TABLE;
                } else if (parts.contains("v=v1beta1")) {
                    return TABLE_V1BETA1;
                }
            } else if (parts.stream().noneMatch(p -> p.startsWith("as="))) {
                return OBJECTS;
            }
        }
        throw ApiError.notAcceptable();
    }

    public boolean isTable() {
        return this != OBJECTS;
    }

    public String apiVersion() {
        return "meta.k8s.io/" + (this == TABLE_V1BETA1 ? "v1beta1" : "v1");
    }
}
