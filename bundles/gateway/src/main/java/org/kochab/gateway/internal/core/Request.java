package org.kochab.gateway.internal.core;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came, whole.
 *
 * @param path its segments, without empty ones
 * @param query the values of each parameter, in order; none is without
 * @param accept the header, empty for none
 * @param contentType the header without parameters, lower case, empty for none
 * @param source the address it came from
 */
public record Request(
        String method,
        List<String> path,
        SortedMap<String, List<String>> query,
        String accept,
        String contentType,
        String source,
        byte[] body) {
    public Request {
        path = List.copyOf(path);
    }

    /** The first value of a parameter, if it is not empty. */
    public @Nullable String parameter(String name) {
        String value = text(name);
        return value.isEmpty() ? null : value;
    }

    /** The first value of a parameter, empty if there is none. */
    public String text(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? "" : values.get(0);
    }

    /** All values of a parameter. */
    public List<String> all(String name) {
        return query.getOrDefault(name, List.of());
    }

    public boolean flag(String name) {
        String value = text(name);
        return value.equals("true") || value.equals("1");
    }

    /** A parameter that is a number of at least {@code least}. */
    public @Nullable Long number(String name, long least) {
        String value = parameter(name);
        if (value == null) {
            return null;
        }
        if (!value.matches("-?[0-9]{1,18}") || Long.parseLong(value) < least) {
            throw ApiError.badRequest(name + " is '" + value + "': a whole number of at least " + least + " is needed");
        }
        return Long.parseLong(value);
    }

    /** Whether only what would be done is asked for. */
    public boolean dryRun() {
        String value = parameter("dryRun");
        if (value != null && !isDry()) {
            throw ApiError.badRequest("dryRun is '" + value + "': All is the only value");
        }
        return value != null;
    }

    /** As {@link #dryRun}, for what is to be said of a request that may have been refused for just this. */
    public boolean isDry() {
        return "All".equals(parameter("dryRun"));
    }
}
