package org.kochab.spi.admission;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Requester;

/**
 * A write that is about to be done.
 *
 * @param tenant {@link TenantId#SYSTEM} for kinds of the platform
 * @param namespace null for kinds that do not live in a namespace
 * @param name null if it will be generated
 * @param object what is to be stored; null for a deletion
 * @param old what is there; null for a creation
 * @param requester who asks
 * @param dryRun whether nothing will be stored; the answer should be the same
 */
public record AdmissionRequest(
        TenantId tenant,
        Operation operation,
        Kind kind,
        @Nullable String namespace,
        @Nullable String name,
        @Nullable Resource object,
        @Nullable Resource old,
        Requester requester,
        boolean dryRun) {
    public enum Operation {
        CREATE,
        /** Also an apply of what is there. */
        UPDATE,
        DELETE
    }

    /** The same about another object. */
    public AdmissionRequest withObject(Resource value) {
        return new AdmissionRequest(tenant, operation, kind, namespace, name, value, old, requester, dryRun);
    }

    /** As messages name it. */
    @Override
    public String toString() {
        String shown = name == null ? "of a new name" : "'" + name + "'";
        return kind.name() + " " + shown;
    }
}
