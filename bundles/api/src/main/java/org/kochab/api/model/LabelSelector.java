package org.kochab.api.model;

import java.util.List;
import java.util.Map;

/** Selects by labels; all parts must hold. An empty selector matches everything. */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
    public LabelSelector {
        matchLabels = Copies.map(matchLabels);
        matchExpressions = Copies.list(matchExpressions);
    }

    /**
     * One expression.
     *
     * @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}, and for nodes also {@code Gt}, {@code Lt}
     */
    public record Requirement(String key, String operator, List<String> values) {
        public Requirement {
            values = Copies.list(values);
        }

        /** Whether labels satisfy this; an operator that is not one of the six never does. */
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                case "DoesNotExist" -> value == null;
                case "Gt" -> compares(value, 1);
                case "Lt" -> compares(value, -1);
                default -> false;
            };
        }

        private boolean compares(@org.jspecify.annotations.Nullable String value, int sign) {
            if (value == null || values.size() != 1) {
                return false;
            }
            try {
                return Long.compare(Long.parseLong(value), Long.parseLong(values.get(0))) == sign;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    public boolean matches(Map<String, String> labels) {
        for (var e : matchLabels.entrySet()) {
            if (!e.getValue().equals(labels.get(e.getKey()))) {
                return false;
            }
        }
        for (Requirement r : matchExpressions) {
            if (!r.matches(labels)) {
                return false;
            }
        }
        return true;
    }
}
