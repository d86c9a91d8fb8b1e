package org.kochab.shell.internal.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.KindDefinition;
import org.kochab.resourcetext.Values;
import org.kochab.schema.Node;

/** Describes the fields of a kind from its schema. */
public final class ExplainSchema {
    private ExplainSchema() {}

    /** @param path names of fields, outermost first; empty for the kind itself; elements of lists have no name */
    public static List<String> of(Kind kind, List<String> path) {
        KindDefinition definition = kind.definition();
        Node node = new Node(definition == null ? Collections.emptyMap() : definition.schema());
        String type = "Object";
        for (String field : path) {
            node = inner(node)
                    .field(field)
                    .orElseThrow(() -> new Failure("There is no field " + String.join(".", path) + " in kind "
                            + kind.name() + ": kochab:explain " + kind.name() + " lists the fields"));
            type = type(node);
        }
        List<String> lines = new ArrayList<>();
        lines.add(Facts.line("KIND", kind.name()));
        lines.add(Facts.line("VERSION", kind.apiVersion()));
        if (!path.isEmpty()) {
            lines.add(Facts.line("FIELD", String.join(".", path) + " <" + type + ">"));
        }
        String text = node.text("description");
        if (text != null) {
            lines.add(Facts.line("DESCRIPTION", text));
        }
        rules(node).ifPresent(r -> lines.add(Facts.line("ALLOWED", r)));
        Node inside = inner(node);
        if (!inside.properties().isEmpty()) {
            lines.add("FIELDS:");
            inside.properties().keySet().forEach(name -> lines.add(line(name, inside)));
        }
        return lines;
    }

    private static String line(String name, Node parent) {
        Node field = parent.property(name).orElseThrow();
        String start = "  " + name + " <" + type(field) + ">"
                + (parent.list("required").contains(name) ? " required" : "");
        String text = field.text("description");
        return text == null ? start : start + " ".repeat(Math.max(1, 40 - start.length())) + text;
    }

    /** What a list or map contains; else the place itself. */
    private static Node inner(Node node) {
        Optional<Node> items = node.items();
        if (items.isPresent()) {
            return inner(items.get());
        }
        Optional<Node> values = node.additional();
        return values.isPresent() ? inner(values.get()) : node;
    }

    private static String type(Node node) {
        if (node.is(Node.INT_OR_STRING)) {
            return "integer or string";
        }
        if (node.items().isPresent()) {
            return "list of " + type(node.items().get());
        }
        if (node.additional().isPresent()) {
            return "map of " + type(node.additional().get());
        }
        String type = node.type();
        return type == null ? "anything" : type.equals("object") ? "Object" : type;
    }

    private static Optional<String> rules(Node node) {
        List<String> rules = new ArrayList<>();
        for (String keyword : List.of(
                "enum",
                "default",
                "minimum",
                "maximum",
                "multipleOf",
                "minLength",
                "maxLength",
                "pattern",
                "format",
                "minItems",
                "maxItems")) {
            Object value = node.keywords().get(keyword);
            if (value != null) {
                rules.add(keyword + " " + Values.text(value));
            }
        }
        return rules.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", rules));
    }
}
