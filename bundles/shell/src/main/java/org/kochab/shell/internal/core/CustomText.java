package org.kochab.shell.internal.core;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Condition;
import org.kochab.api.model.CustomObject;
import org.kochab.resourcetext.Values;

/** Objects of kinds that are not built in, for people to read. */
final class CustomText {
    private static final int MOST_LINES = 500;

    private CustomText() {}

    /** The fields as indented lines; conditions have a table of their own. */
    static List<String> fields(CustomObject object) {
        List<String> lines = new ArrayList<>();
        boolean table = !conditions(object).isEmpty();
        object.fields().forEach((name, value) -> put(lines, "", capital(name), value, table && name.equals("status")));
        if (lines.size() > MOST_LINES) {
            lines.subList(MOST_LINES, lines.size()).clear();
            lines.add("… and more: kochab:get -o yaml shows everything");
        }
        return lines;
    }

    private static void put(
            List<String> lines, String indent, String name, @Nullable Object value, boolean withoutConditions) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            lines.add(indent + name + ":");
            map.forEach((key, inner) -> {
                if (!withoutConditions || !"conditions".equals(key)) {
                    put(lines, indent + "  ", capital(String.valueOf(key)), inner, false);
                }
            });
        } else if (value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
            lines.add(indent + name + ":");
            for (int i = 0; i < list.size(); i++) {
                put(lines, indent + "  ", "[" + i + "]", list.get(i), false);
            }
        } else {
            lines.add(indent + Facts.line(name, Values.text(value).replace('\n', ' ')));
        }
    }

    private static String capital(String name) {
        return name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** {@code status.conditions}, if they are as Kubernetes has them. */
    static List<Condition> conditions(CustomObject object) {
        List<Condition> conditions = new ArrayList<>();
        if (object.status().get("conditions") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> c && c.get("type") instanceof String type && c.get("status") != null) {
                    conditions.add(new Condition(
                            type,
                            String.valueOf(c.get("status")),
                            text(c.get("reason")),
                            text(c.get("message")),
                            time(c.get("lastTransitionTime"))));
                }
            }
        }
        return conditions;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable Instant time(@Nullable Object value) {
        try {
            return value == null ? null : OffsetDateTime.parse(value.toString()).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
