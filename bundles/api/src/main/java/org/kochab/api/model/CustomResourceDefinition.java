package org.kochab.api.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind that a tenant makes for itself, as in Kubernetes. Made in the tenant {@link TenantId#SYSTEM} with the annotation {@link #SHARING} (or Arktos' {@link
 * #ARKTOS_SHARING}) {@value #FORCED}, all tenants have it.
 */
public record CustomResourceDefinition(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /** Annotation of a definition: {@value #FORCED} in the tenant {@code system} shares it with all tenants. */
    public static final String SHARING = "kochab.org/crd-sharing-policy";

    /** As Arktos calls it; taken for {@link #SHARING}. */
    public static final String ARKTOS_SHARING = "arktos.futurewei.com/crd-sharing-policy";

    public static final String FORCED = "forced";

    /**
     * @param scope {@code Namespaced} or {@code Cluster}, which here means the tenant
     * @param conversion none, or strategy {@code None}
     * @param preserveUnknownFields only false
     */
    public record Spec(
            String group,
            Names names,
            String scope,
            List<Version> versions,
            @Nullable Conversion conversion,
            @Nullable Boolean preserveUnknownFields) {
        public Spec {
            versions = Copies.list(versions);
        }
    }

    public record Names(
            String plural,
            @Nullable String singular,
            List<String> shortNames,
            String kind,
            @Nullable String listKind,
            List<String> categories) {
        public Names {
            shortNames = Copies.list(shortNames);
            categories = Copies.list(categories);
        }
    }

    /**
     * @param served whether manifests may use it
     * @param storage whether objects are kept in it: exactly one version is
     * @param subresources if one version has a status, all have it: their objects are the same
     */
    public record Version(
            String name,
            boolean served,
            boolean storage,
            @Nullable Boolean deprecated,
            @Nullable String deprecationWarning,
            @Nullable Schema schema,
            @Nullable Subresources subresources,
            List<Column> additionalPrinterColumns) {
        public Version {
            additionalPrinterColumns = Copies.list(additionalPrinterColumns);
        }

        private boolean hasStatus() {
            return subresources != null && subresources.status() != null;
        }
    }

    /** @param openAPIV3Schema structural; a tree like {@link CustomObject#fields} */
    public record Schema(Map<String, @Nullable Object> openAPIV3Schema) {
        public Schema {
            openAPIV3Schema = Trees.map(openAPIV3Schema);
        }
    }

    /**
     * @param status there if the status is written apart from the rest
     * @param scale kept, not used
     */
    public record Subresources(@Nullable StatusSubresource status, @Nullable Scale scale) {}

    /** Has no fields: it is there or not. */
    public record StatusSubresource() {}

    public record Scale(String specReplicasPath, String statusReplicasPath, @Nullable String labelSelectorPath) {}

    /**
     * A column of lists.
     *
     * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}, which is shown as an age
     * @param priority above 0 it is shown in wide lists only
     * @param jsonPath for example {@code .spec.size}, or {@code .status.conditions[?(@.type=="Ready")].status}
     */
    public record Column(
            String name,
            String type,
            @Nullable String format,
            @Nullable String description,
            @Nullable Integer priority,
            String jsonPath) {
        public static Column of(String name, String type, String jsonPath) {
            return new Column(name, type, null, null, null, jsonPath);
        }

        /** Only in wide lists. */
        public Column wide() {
            return new Column(name, type, format, description, 1, jsonPath);
        }
    }

    public record Conversion(String strategy) {}

    public record Status(List<Condition> conditions, @Nullable Names acceptedNames, List<String> storedVersions) {
        public Status {
            conditions = Copies.list(conditions);
            storedVersions = Copies.list(storedVersions);
        }
    }

    @Override
    public CustomResourceDefinition withMetadata(ObjectMeta value) {
        return new CustomResourceDefinition(apiVersion, kind, value, spec, status);
    }

    public CustomResourceDefinition withSpec(@Nullable Spec value) {
        return new CustomResourceDefinition(apiVersion, kind, metadata, value, status);
    }

    public CustomResourceDefinition withStatus(@Nullable Status value) {
        return new CustomResourceDefinition(apiVersion, kind, metadata, spec, value);
    }

    /** Whether it asks to be shared with all tenants; only one of the tenant {@code system} is. */
    public boolean isForced() {
        return FORCED.equals(metadata.annotations()
                .getOrDefault(SHARING, metadata.annotations().get(ARKTOS_SHARING)));
    }

    /** The kind in each of its served versions, the one that objects are kept in first; empty if it is not a right definition. */
    public List<Kind> kinds() {
        return TenantId.SYSTEM.value().equals(metadata.tenant()) && isForced()
                ? kinds(spec, KindDefinition.Origin.SHARED)
                : kinds(spec, KindDefinition.Origin.TENANT);
    }

    /** See {@link #kinds()}; for a definition that is not an object. */
    public static List<Kind> kinds(@Nullable Spec spec, KindDefinition.Origin origin) {
        if (spec == null || spec.names() == null || spec.names().kind() == null) {
            return List.of();
        }
        List<Kind> kinds = new ArrayList<>();
        Version stored =
                spec.versions().stream().filter(Version::storage).findFirst().orElse(null);
        if (stored == null) {
            return List.of();
        }
        for (Version v : spec.versions()) {
            if (v.served()) {
                kinds.add(v == stored ? 0 : kinds.size(), kind(spec, v, stored, origin));
            }
        }
        return Collections.unmodifiableList(kinds);
    }

    private static Kind kind(Spec spec, Version version, Version stored, KindDefinition.Origin origin) {
        Names n = spec.names();
        return new Kind(
                spec.group() + "/" + version.name(),
                n.kind(),
                n.plural(),
                n.shortNames(),
                "Cluster".equals(spec.scope()) ? Kind.Scope.TENANT : Kind.Scope.NAMESPACE,
                CustomObject.class,
                new KindDefinition(
                        origin,
                        n.singular() == null ? n.kind().toLowerCase(Locale.ROOT) : n.singular(),
                        n.listKind() == null ? n.kind() + "List" : n.listKind(),
                        n.categories(),
                        version.schema() == null ? Map.of() : version.schema().openAPIV3Schema(),
                        version.additionalPrinterColumns(),
                        spec.versions().stream().anyMatch(Version::hasStatus),
                        spec.group() + "/" + stored.name()));
    }
}
