package org.kochab.schema.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.CustomResourceDefinition.Names;
import org.kochab.api.model.CustomResourceDefinition.Spec;
import org.kochab.api.model.CustomResourceDefinition.Version;
import org.kochab.schema.Columns;
import org.kochab.schema.JsonPath;

/** Whether the definition of a kind is right. What is not understood or not kept to is refused by name, never passed over. */
public final class Definitions {
    private static final int MOST_VERSIONS = 20;
    private static final int MOST_COLUMNS = 50;
    private static final int MOST_NAMES = 20;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern VERSION = Pattern.compile("[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");
    private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");
    private static final List<String> COLUMN_TYPES = List.of("string", "integer", "number", "boolean", "date");
    /** Groups whose kinds are built in. */
    private static final Set<String> TAKEN = new TreeSet<>(List.of("kochab.org", "apiextensions.k8s.io"));

    private final BiConsumer<String, String> problems;

    private Definitions(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    /** @param spec completed */
    public static void check(@Nullable Spec spec, BiConsumer<String, String> problems) {
        new Definitions(problems).spec(spec);
    }

    private void spec(@Nullable Spec spec) {
        if (spec == null) {
            problems.accept("spec", "is required");
            return;
        }
        if (required(spec.group(), "spec.group")) {
            matches(DOMAIN, spec.group(), "spec.group", "a domain that you own, such as example.com");
            if (TAKEN.contains(spec.group())) {
                problems.accept(
                        "spec.group",
                        Validation.shown(spec.group()) + " has the built-in kinds; use a domain of your own");
            }
        }
        if (required(spec.scope(), "spec.scope")
                && !List.of("Namespaced", "Cluster").contains(spec.scope())) {
            problems.accept(
                    "spec.scope",
                    Validation.shown(spec.scope()) + " is not supported; use Namespaced, or Cluster for the tenant");
        }
        if (spec.conversion() != null && !"None".equals(spec.conversion().strategy())) {
            problems.accept(
                    "spec.conversion.strategy",
                    "only None is supported: no service outside is called to convert objects");
        }
        if (Boolean.TRUE.equals(spec.preserveUnknownFields())) {
            problems.accept(
                    "spec.preserveUnknownFields",
                    "must not be true; put x-kubernetes-preserve-unknown-fields: true where the schema keeps unknown fields");
        }
        if (spec.names() == null) {
            problems.accept("spec.names", "is required");
        } else {
            names(spec.names());
        }
        versions(spec.versions());
    }

    private void names(Names names) {
        if (required(names.plural(), "spec.names.plural")) {
            matches(LABEL, names.plural(), "spec.names.plural", "lower-case letters and digits, such as widgets");
        }
        if (required(names.kind(), "spec.names.kind")) {
            matches(KIND, names.kind(), "spec.names.kind", "letters and digits, such as Widget");
        }
        if (names.singular() != null) {
            matches(LABEL, names.singular(), "spec.names.singular", "lower-case letters and digits, such as widget");
        }
        if (names.listKind() != null) {
            matches(KIND, names.listKind(), "spec.names.listKind", "letters and digits, such as WidgetList");
        }
        words(names.shortNames(), "spec.names.shortNames");
        words(names.categories(), "spec.names.categories");
    }

    private void words(List<String> words, String path) {
        if (words.size() > MOST_NAMES) {
            problems.accept(path, "has " + words.size() + " names; at most " + MOST_NAMES + " are allowed");
        }
        for (int i = 0; i < words.size(); i++) {
            matches(LABEL, words.get(i), path + "[" + i + "]", "lower-case letters and digits, such as wd");
        }
    }

    private void versions(List<Version> versions) {
        if (versions.isEmpty() || versions.size() > MOST_VERSIONS) {
            problems.accept("spec.versions", "must be 1 to " + MOST_VERSIONS + ", are " + versions.size());
        }
        List<Version> stored = versions.stream().filter(Version::storage).toList();
        if (stored.size() != 1) {
            problems.accept("spec.versions", "must have exactly one with storage: true, have " + stored.size());
        }
        if (versions.stream().noneMatch(Version::served)) {
            problems.accept("spec.versions", "must have one with served: true");
        }
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < versions.size(); i++) {
            Version v = versions.get(i);
            String at = "spec.versions[" + i + "]";
            if (required(v.name(), at + ".name")) {
                matches(VERSION, v.name(), at + ".name", "a version such as v1 or v1beta1");
                if (!names.add(v.name())) {
                    problems.accept(at + ".name", Validation.shown(v.name()) + " is there twice");
                }
            }
            if (v.schema() == null || v.schema().openAPIV3Schema().isEmpty()) {
                problems.accept(at + ".schema.openAPIV3Schema", "is required");
            } else if (i == 0 || !v.schema().equals(versions.get(0).schema())) {
                Schemas.check(v.schema().openAPIV3Schema(), at + ".schema.openAPIV3Schema", problems);
                if (i > 0) {
                    problems.accept(
                            at + ".schema",
                            "differs from that of " + versions.get(0).name()
                                    + ": objects are not converted between versions; give all the same schema");
                }
            }
            columns(v.additionalPrinterColumns(), at + ".additionalPrinterColumns");
        }
    }

    private void columns(List<Column> columns, String path) {
        if (columns.size() > MOST_COLUMNS) {
            problems.accept(path, "are " + columns.size() + "; at most " + MOST_COLUMNS + " are allowed");
        }
        for (int i = 0; i < columns.size(); i++) {
            Column c = columns.get(i);
            String at = path + "[" + i + "]";
            required(c.name(), at + ".name");
            if (required(c.type(), at + ".type") && !COLUMN_TYPES.contains(c.type())) {
                problems.accept(
                        at + ".type",
                        Validation.shown(c.type()) + " is not supported; use one of "
                                + String.join(", ", COLUMN_TYPES));
            }
            if (required(c.jsonPath(), at + ".jsonPath")) {
                path(c.jsonPath(), at + ".jsonPath");
            }
        }
    }

    private void path(String text, String at) {
        try {
            List<String> names = new ArrayList<>(JsonPath.parse(text).names());
            boolean metadata = !names.isEmpty() && names.get(0).equals("metadata");
            if (metadata && (names.size() < 2 || !Columns.METADATA.contains(names.get(1)))) {
                problems.accept(at, "can show only these of the metadata: " + String.join(", ", Columns.METADATA));
            }
        } catch (IllegalArgumentException e) {
            problems.accept(at, Validation.shown(text) + " " + e.getMessage());
        }
    }

    private boolean required(@Nullable String value, String path) {
        boolean there = value != null && !value.isEmpty();
        if (!there) {
            problems.accept(path, "is required");
        }
        return there;
    }

    private void matches(Pattern pattern, String value, String path, String example) {
        if (value.length() > 253 || !pattern.matcher(value).matches()) {
            problems.accept(path, Validation.shown(value) + " is not valid; use " + example);
        }
    }
}
