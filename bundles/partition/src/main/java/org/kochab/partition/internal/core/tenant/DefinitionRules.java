package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Condition;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.CustomResourceDefinition.Names;
import org.kochab.api.model.CustomResourceDefinition.Spec;
import org.kochab.api.model.CustomResourceDefinition.Version;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.schema.check.Definitions;

/** Definitions of tenants' own kinds. */
final class DefinitionRules implements KindRules<CustomResourceDefinition> {
    @Override
    public Kind kind() {
        return Kind.CUSTOM_RESOURCE_DEFINITION;
    }

    @Override
    public CustomResourceDefinition complete(CustomResourceDefinition wanted) {
        Spec s = wanted.spec();
        if (s == null || s.names() == null || s.names().kind() == null) {
            return wanted;
        }
        Names n = s.names();
        if (n.singular() != null && n.listKind() != null) {
            return wanted;
        }
        Names full = new Names(
                n.plural(),
                n.singular() == null ? n.kind().toLowerCase(Locale.ROOT) : n.singular(),
                n.shortNames(),
                n.kind(),
                n.listKind() == null ? n.kind() + "List" : n.listKind(),
                n.categories());
        return wanted.withSpec(
                new Spec(s.group(), full, s.scope(), s.versions(), s.conversion(), s.preserveUnknownFields()));
    }

    @Override
    public void check(CustomResourceDefinition object, Problems problems) {
        Spec s = object.spec();
        Definitions.check(s, problems::add);
        if (s != null && s.names() != null && object.metadata().name() != null) {
            String name = s.names().plural() + "." + s.group();
            problems.require(
                    name.equals(object.metadata().name()),
                    "metadata.name",
                    "must be spec.names.plural and spec.group, " + Problems.quoted(name) + ", is "
                            + Problems.quoted(object.metadata().name()));
        }
        problems.oneOf(sharing(object), "metadata.annotations", CustomResourceDefinition.FORCED);
        problems.require(
                !object.isForced()
                        || TenantId.SYSTEM.value().equals(object.metadata().tenant()),
                "metadata.annotations",
                "only a definition of tenant " + TenantId.SYSTEM + " can be shared with all tenants; leave "
                        + CustomResourceDefinition.SHARING + " out");
    }

    private static String sharing(CustomResourceDefinition object) {
        return object.metadata()
                .annotations()
                .getOrDefault(
                        CustomResourceDefinition.SHARING,
                        object.metadata()
                                .annotations()
                                .getOrDefault(
                                        CustomResourceDefinition.ARKTOS_SHARING, CustomResourceDefinition.FORCED));
    }

    @Override
    public void checkChange(CustomResourceDefinition current, CustomResourceDefinition wanted, Problems problems) {
        Spec a = current.spec();
        Spec b = wanted.spec();
        if (a == null || b == null || b.names() == null) {
            return;
        }
        problems.require(
                current.isForced() == wanted.isForced(),
                "metadata.annotations",
                "whether a kind is shared cannot be changed; make another definition");
        problems.require(a.group().equals(b.group()), "spec.group", "cannot be changed; make another definition");
        problems.require(
                a.names().plural().equals(b.names().plural())
                        && a.names().kind().equals(b.names().kind()),
                "spec.names",
                "kind and plural cannot be changed; make another definition");
        problems.require(a.scope().equals(b.scope()), "spec.scope", "cannot be changed; make another definition");
        List<String> left = b.versions().stream().map(Version::name).toList();
        List<String> stored =
                current.status() == null ? List.of() : current.status().storedVersions();
        stored.forEach(v -> problems.require(
                left.contains(v),
                "spec.versions",
                "must keep " + v + ": there may be objects that were stored in it; set served: false"));
    }

    @Override
    public CustomResourceDefinition merge(CustomResourceDefinition current, CustomResourceDefinition wanted) {
        return wanted.withStatus(accepted(wanted, current.status()));
    }

    /** What is said of it: that it is served, and in which versions objects were stored. */
    private static CustomResourceDefinition.Status accepted(
            CustomResourceDefinition wanted, CustomResourceDefinition.@Nullable Status before) {
        TreeSet<String> stored = new TreeSet<>(before == null ? List.of() : before.storedVersions());
        Spec spec = wanted.spec();
        if (spec != null) {
            spec.versions().stream()
                    .filter(Version::storage)
                    .map(Version::name)
                    .filter(java.util.Objects::nonNull)
                    .forEach(stored::add);
        }
        return new CustomResourceDefinition.Status(
                List.of(
                        new Condition("NamesAccepted", "True", "NoConflicts", "no other kind has these names", null),
                        new Condition("Established", "True", "Established", "objects of this kind are served", null)),
                spec == null ? null : spec.names(),
                List.copyOf(stored));
    }

    @Override
    public CustomResourceDefinition withStatusOf(CustomResourceDefinition current, CustomResourceDefinition other) {
        return current.withStatus(other.status());
    }

    @Override
    public CustomResourceDefinition fresh(CustomResourceDefinition wanted) {
        return wanted.withStatus(accepted(wanted, null));
    }

    @Override
    public boolean sameSpec(CustomResourceDefinition a, CustomResourceDefinition b) {
        return (a.spec() == null ? b.spec() == null : a.spec().equals(b.spec())) && a.isForced() == b.isForced();
    }

    @Override
    public boolean owner() {
        return false;
    }
}
