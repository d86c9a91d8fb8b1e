package org.kochab.partition.internal.core.tenant;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.KindDefinition;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;

/**
 * Where objects are kept: {@code PLURAL/TENANT/NAMESPACE/NAME} and {@code PLURAL/TENANT/NAME} in the tenant partition, {@code
 * tenants/NAME} in the directory.
 *
 * <p>For kinds that are not built in, {@code PLURAL} is {@code shared:PLURAL.GROUP}, or {@code own:PLURAL.GROUP} for a tenant's own: so what a tenant has of its own
 * kind is never taken for objects of another one's, nor of a shared kind that came later. What there is can be found without knowing the definitions.
 *
 * <p>{@code open-namespace/TENANT/NAME}, {@code open-kind/TENANT/PLURAL.GROUP} for a tenant's own kind, and {@code open-tenant/TENANT} are there as long as new objects are welcome. Every creation
 * requires the one above it, so a namespace, kind or tenant under deletion gets nothing new however many creations are under way.
 */
public final class ObjectKeys {
    private static final String SHARED = "shared:";
    private static final String OWN = "own:";

    /** What keys of kinds that are not built in begin with. */
    public static final List<String> CUSTOM = List.of(OWN, SHARED);

    private ObjectKeys() {}

    /** The first word of the keys of a kind. */
    private static String head(Kind kind) {
        return kind.isCustom()
                ? (kind.isOfTenant() ? OWN : SHARED) + kind.plural() + "." + kind.group()
                : kind.plural();
    }

    public static boolean isCustom(String key) {
        return key.startsWith(SHARED) || key.startsWith(OWN);
    }

    /**
     * The kind of an object that is not of a built-in one, as far as the object and its key tell it; empty if they do not belong together.
     *
     * @param key as {@link #key} makes it
     */
    public static Optional<Kind> kind(String key, CustomObject object) {
        String[] parts = key.split("/", -1);
        String group =
                object.apiVersion().substring(0, Math.max(0, object.apiVersion().indexOf('/')));
        String name = parts[0].substring(parts[0].indexOf(':') + 1);
        if (parts.length < 3 || !name.endsWith("." + group)) {
            return Optional.empty();
        }
        boolean own = key.startsWith(OWN);
        return Optional.of(new Kind(
                object.apiVersion(),
                object.kind(),
                name.substring(0, name.length() - group.length() - 1),
                List.of(),
                parts.length == 3 ? Kind.Scope.TENANT : Kind.Scope.NAMESPACE,
                CustomObject.class,
                own ? named(object) : null));
    }

    /** A tenant's own kind of which no more is known. */
    private static KindDefinition named(CustomObject object) {
        return new KindDefinition(
                KindDefinition.Origin.TENANT,
                object.kind().toLowerCase(Locale.ROOT),
                object.kind() + "List",
                List.of(),
                Collections.emptyMap(),
                List.of(),
                false,
                object.apiVersion());
    }

    public static String key(ResourceRef ref) {
        String head = head(ref.kind());
        return switch (ref.kind().scope()) {
            case PLATFORM -> head + "/" + ref.name();
            case TENANT -> head + "/" + ref.tenant() + "/" + ref.name();
            case NAMESPACE -> head + "/" + ref.tenant() + "/" + ref.namespace() + "/" + ref.name();
        };
    }

    /** Prefix of all objects of a kind in a tenant, or in one of its namespaces. */
    public static String prefix(TenantId tenant, Kind kind, @Nullable String namespace) {
        return switch (kind.scope()) {
            case PLATFORM -> all(kind);
            case TENANT -> all(kind) + tenant + "/";
            case NAMESPACE -> all(kind) + tenant + "/" + (namespace == null ? "" : namespace + "/");
        };
    }

    /** Prefix of a kind over all tenants. */
    public static String all(Kind kind) {
        return head(kind) + "/";
    }

    /** The object a key names, for kinds that live in a tenant. */
    public static ResourceRef parse(Kind kind, String key) {
        String[] parts = key.split("/", -1);
        return kind.scope() == Kind.Scope.NAMESPACE
                ? new ResourceRef(new TenantId(parts[1]), kind, parts[2], parts[3])
                : new ResourceRef(new TenantId(parts[1]), kind, null, parts[2]);
    }

    /** The tenant that a key has behind its first word. */
    public static String tenantOf(String key) {
        return key.split("/", 3)[1];
    }

    public static String pod(String tenant, String namespace, String name) {
        return Kind.POD.plural() + "/" + tenant + "/" + namespace + "/" + name;
    }

    public static String tenant(TenantId tenant) {
        return Kind.TENANT.plural() + "/" + tenant;
    }

    public static String openTenant(TenantId tenant) {
        return "open-tenant/" + tenant;
    }

    public static String openNamespaces(TenantId tenant) {
        return "open-namespace/" + tenant + "/";
    }

    /** @param name of the definition */
    public static String openKind(TenantId tenant, String name) {
        return "open-kind/" + tenant + "/" + name;
    }

    public static String openNamespace(TenantId tenant, String namespace) {
        return openNamespaces(tenant) + namespace;
    }
}
