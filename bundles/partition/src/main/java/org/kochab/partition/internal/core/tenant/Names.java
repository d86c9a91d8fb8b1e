package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;

/** Kubernetes' rules for names, labels, annotations and selectors. */
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern QUALIFIED = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");
    private static final int MOST_NAME = 253;
    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

    private Names() {}

    static boolean isLabel(String name) {
        return name.length() <= 63 && LABEL.matcher(name).matches();
    }

    static void label(@Nullable String name, String path, Problems problems) {
        if (name == null || name.isEmpty()) {
            problems.add(path, "is required");
        } else if (!isLabel(name)) {
            problems.add(
                    path,
                    Problems.quoted(name)
                            + " is not valid; use at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit");
        }
    }

    static void subdomain(@Nullable String name, String path, Problems problems) {
        if (name == null || name.isEmpty()) {
            problems.add(path, "is required");
        } else if (!isSubdomain(name)) {
            problems.add(
                    path,
                    Problems.quoted(name)
                            + " is not valid; use at most 253 lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit");
        }
    }

    private static boolean isSubdomain(String name) {
        return name.length() <= MOST_NAME && SUBDOMAIN.matcher(name).matches();
    }

    /** {@code name} or {@code domain/name}, as keys of labels, annotations and taints, and finalizers. */
    static void qualified(@Nullable String key, String path, Problems problems) {
        if (key == null || key.isEmpty()) {
            problems.add(path, "is required");
            return;
        }
        int slash = key.indexOf('/');
        boolean right = key.length() <= MOST_NAME + 64
                && (slash < 0 || isSubdomain(key.substring(0, slash)))
                && QUALIFIED.matcher(key.substring(slash + 1)).matches();
        problems.require(
                right,
                path,
                "key " + Problems.quoted(key)
                        + " is not valid; use at most 63 letters, digits, '-', '_' and '.', after an optional domain and '/'");
    }

    static void labelValue(@Nullable String value, String path, Problems problems) {
        problems.require(
                value != null && VALUE.matcher(value).matches(),
                path,
                "value " + Problems.quoted(String.valueOf(value))
                        + " is not valid; use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit");
    }

    static void labels(Map<String, String> labels, String path, Problems problems) {
        labels.forEach((key, value) -> {
            qualified(key, path, problems);
            labelValue(value, path + "[" + key + "]", problems);
        });
    }

    static void annotations(Map<String, String> annotations, String path, Problems problems) {
        long size = 0;
        for (var e : annotations.entrySet()) {
            qualified(e.getKey(), path, problems);
            if (e.getValue() == null) {
                problems.add(path + "[" + e.getKey() + "]", "has no value; write a string, \"\" for an empty one");
            } else {
                size += e.getKey().length() + e.getValue().length();
            }
        }
        problems.require(
                size <= MOST_ANNOTATION_BYTES, path, "are longer than 256 KiB together; keep large data elsewhere");
    }

    static void selector(LabelSelector selector, String path, Problems problems) {
        labels(selector.matchLabels(), path + ".matchLabels", problems);
        requirements(selector.matchExpressions(), path + ".matchExpressions", false, problems);
    }

    /** @param ordered whether {@code Gt} and {@code Lt} are known */
    static void requirements(
            List<LabelSelector.Requirement> requirements, String path, boolean ordered, Problems problems) {
        for (int i = 0; i < requirements.size(); i++) {
            LabelSelector.Requirement r = requirements.get(i);
            String at = path + "[" + i + "]";
            qualified(r.key(), at + ".key", problems);
            if (r.operator() == null) {
                problems.add(at + ".operator", "is required");
                continue;
            }
            if (ordered) {
                problems.oneOf(r.operator(), at + ".operator", "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt");
            } else {
                problems.oneOf(r.operator(), at + ".operator", "In", "NotIn", "Exists", "DoesNotExist");
            }
            switch (r.operator()) {
                case "In", "NotIn" ->
                    problems.require(
                            !r.values().isEmpty(),
                            at + ".values",
                            "needs at least one value for operator " + r.operator());
                case "Exists", "DoesNotExist" ->
                    problems.require(
                            r.values().isEmpty(), at + ".values", "must be empty for operator " + r.operator());
                case "Gt", "Lt" ->
                    problems.require(
                            r.values().size() == 1 && r.values().get(0).matches("-?[0-9]{1,18}"),
                            at + ".values",
                            "needs exactly one whole number for operator " + r.operator());
                default -> {
                    // Refused above.
                }
            }
        }
    }
}
