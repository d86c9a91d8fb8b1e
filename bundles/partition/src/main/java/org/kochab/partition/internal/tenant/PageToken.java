package org.kochab.partition.internal.tenant;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;

/**
 * How far lists and watches are, as text for callers: {@code REVISION} and {@code REVISION:KEY} for one partition, the same after {@code
 * PARTITION=} and joined by {@code ;} for several.
 */
final class PageToken {
    private PageToken() {}

    static String next(ListCursor cursor) {
        return cursor.revision() + ":" + cursor.afterKey();
    }

    static ListCursor cursor(String token) {
        int colon = token.indexOf(':');
        if (colon < 0) {
            throw invalid("continueFrom", token);
        }
        return new ListCursor(number(token.substring(0, colon), "continueFrom"), token.substring(colon + 1));
    }

    static long revision(String resourceVersion) {
        return number(resourceVersion, "resourceVersion");
    }

    private static long number(String text, String field) {
        if (!text.matches("[0-9]{1,18}")) {
            throw invalid(field, text);
        }
        return Long.parseLong(text);
    }

    private static ResourceException invalid(String field, String text) {
        return new ResourceException(
                Reason.INVALID,
                field + ": '" + (text.length() > 40 ? text.substring(0, 40) + "..." : text)
                        + "' is not one that a list gave; list again");
    }

    static String revisions(Map<String, Long> byPartition) {
        StringBuilder text = new StringBuilder();
        byPartition.forEach((partition, revision) -> text.append(text.length() == 0 ? "" : ";")
                .append(partition)
                .append('=')
                .append(revision));
        return text.toString();
    }

    static Map<String, Long> revisions(String resourceVersion) {
        Map<String, Long> result = new TreeMap<>();
        parts(resourceVersion, "resourceVersion")
                .forEach((partition, text) -> result.put(partition, number(text, "resourceVersion")));
        return result;
    }

    static String cursors(Map<String, ListCursor> byPartition) {
        StringBuilder text = new StringBuilder();
        byPartition.forEach((partition, cursor) -> text.append(text.length() == 0 ? "" : ";")
                .append(partition)
                .append('=')
                .append(next(cursor)));
        return text.toString();
    }

    static Map<String, ListCursor> cursors(Optional<String> token) {
        Map<String, ListCursor> result = new TreeMap<>();
        token.ifPresent(
                t -> parts(t, "continueFrom").forEach((partition, text) -> result.put(partition, cursor(text))));
        return result;
    }

    private static Map<String, String> parts(String token, String field) {
        Map<String, String> result = new TreeMap<>();
        if (token.isEmpty()) {
            return result;
        }
        for (String part : token.split(";")) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw invalid(field, token);
            }
            result.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return result;
    }
}
