package org.kochab.resourcetext;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Any value on one line. */
public final class Values {
    private Values() {}

    /** Lists with commas, maps as {@code a=1,b=2}; empty for null and for numbers below zero, which are not known. */
    public static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        } else if (value instanceof Optional<?> o) {
            return o.map(Values::text).orElse("");
        } else if (value instanceof Collection<?> c) {
            return String.join(",", c.stream().map(Values::text).toList());
        } else if (value instanceof Map<?, ?> m) {
            List<String> parts = new ArrayList<>();
            m.forEach((k, v) -> parts.add(k + "=" + text(v)));
            return String.join(",", parts);
        } else if (value instanceof Long n && n < 0) {
            return "";
        }
        return value.toString();
    }
}
