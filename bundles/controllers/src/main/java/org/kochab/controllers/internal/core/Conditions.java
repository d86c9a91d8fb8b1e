package org.kochab.controllers.internal.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Condition;

/** Conditions of a status, as immutable lists in a fixed order. */
final class Conditions {
    private Conditions() {}

    static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    static List<Condition> without(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> !c.type().equals(type)).toList();
    }

    /** With the condition set; its transition time moves only when the status does. */
    static List<Condition> with(
            List<Condition> conditions, String type, String status, String reason, String message, Instant now) {
        Instant since = find(conditions, type)
                .filter(c -> c.status().equals(status))
                .map(Condition::lastTransitionTime)
                .orElse(now);
        return replaced(conditions, new Condition(type, status, reason, message, since));
    }

    static List<Condition> replaced(List<Condition> conditions, Condition condition) {
        List<Condition> all = new ArrayList<>(conditions.size() + 1);
        boolean found = false;
        for (Condition c : conditions) {
            boolean same = c.type().equals(condition.type());
            found |= same;
            all.add(same ? condition : c);
        }
        if (!found) {
            all.add(condition);
        }
        return List.copyOf(all);
    }
}
