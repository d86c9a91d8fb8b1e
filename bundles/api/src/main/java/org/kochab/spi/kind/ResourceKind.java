package org.kochab.spi.kind;

import java.util.List;
import java.util.Set;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A kind of resource that a bundle offers. Registered as a service; as long as it is there, tenants have the kind as if it was built in: it is applied, validated,
 * listed, watched and explained, and controllers reconcile it. No tenant can replace it by a definition of its own. Its objects are {@link
 * org.kochab.api.model.CustomObject}s.
 *
 * <p>Every member that serves requests for the kind needs the bundle. When the service goes, the objects stay stored and are not served until it comes back.
 *
 * <p>Each method is called once, when the service comes, on any thread, and must return at once. An offer that is not right is refused with a warning in the log,
 * and {@code kochab:plugin-list} says why.
 */
@ConsumerType
public interface ResourceKind {
    /** A domain that the vendor owns, for example {@code example.com}. */
    String group();

    /** For example {@code v1}. Objects that were stored in another version are shown in this one as they are: a version may only add fields that need not be there. */
    String version();

    /** As manifests have it, for example {@code Widget}. */
    String kind();

    /** In lower case, for example {@code widgets}. */
    String plural();

    /** For the shell, for example {@code wd}. */
    default List<String> shortNames() {
        return List.of();
    }

    /** {@link Kind.Scope#NAMESPACE} or {@link Kind.Scope#TENANT}. */
    default Kind.Scope scope() {
        return Kind.Scope.NAMESPACE;
    }

    /**
     * JSON text of an OpenAPI v3 schema, structural as in Kubernetes' CustomResourceDefinitions: what stands there under {@code openAPIV3Schema}. At most 1 MB.
     */
    String schema();

    /** Columns of lists besides the name and, if there are none, the age. */
    default List<Column> columns() {
        return List.of();
    }

    /** Whether the status is written apart from the rest, and only by {@code updateStatus}. */
    default boolean hasStatus() {
        return true;
    }

    /** The tenants that have it; empty for all. */
    default Set<TenantId> tenants() {
        return Set.of();
    }
}
