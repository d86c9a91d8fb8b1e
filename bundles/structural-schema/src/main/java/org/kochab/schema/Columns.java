package org.kochab.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;

/** The columns of a kind's lists. */
public final class Columns {
    /** What a column may show of the metadata. */
    public static final List<String> METADATA = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "labels",
            "annotations");

    private static final Column AGE = Column.of("Age", "date", ".metadata.creationTimestamp");

    private final List<Column> columns;
    private final List<JsonPath> paths;

    private Columns(List<Column> columns) {
        this.columns = columns;
        this.paths = columns.stream().map(c -> JsonPath.parse(c.jsonPath())).toList();
    }

    /** Those besides the name: the definition's, or the age if it has none. */
    public static Columns of(Kind kind) {
        List<Column> own =
                kind.definition() == null ? List.of() : kind.definition().columns();
        return new Columns(own.isEmpty() ? List.of(AGE) : own);
    }

    public List<Column> columns() {
        return columns;
    }

    /** The values of one row: strings, numbers, booleans, lists or maps; empty for what is not there. */
    public List<Optional<Object>> row(CustomObject object) {
        Map<String, @Nullable Object> tree = new TreeMap<>(object.fields());
        tree.put("metadata", metadata(object.metadata()));
        tree.put("kind", object.kind());
        tree.put("apiVersion", object.apiVersion());
        List<Optional<Object>> row = new ArrayList<>();
        paths.forEach(path -> row.add(path.first(tree)));
        return row;
    }

    private static Map<String, @Nullable Object> metadata(ObjectMeta m) {
        Map<String, @Nullable Object> tree = new TreeMap<>();
        tree.put("name", m.name());
        tree.put("generateName", m.generateName());
        tree.put("namespace", m.namespace());
        tree.put("uid", m.uid());
        tree.put("resourceVersion", m.resourceVersion());
        tree.put("generation", m.generation());
        tree.put("creationTimestamp", text(m.creationTimestamp()));
        tree.put("deletionTimestamp", text(m.deletionTimestamp()));
        tree.put("labels", m.labels());
        tree.put("annotations", m.annotations());
        return tree;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
