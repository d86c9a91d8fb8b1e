package org.kochab.testkit.admission;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Requester;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionRequest.Operation;

/** Requests as the platform makes them. */
public final class Requests {
    public static final TenantId TENANT = new TenantId("acme");

    private static final Requester REQUESTER = new Requester("alice", List.of("developers"));

    private Requests() {}

    public static AdmissionRequest create(Kind kind, Resource object) {
        return request(Operation.CREATE, kind, object, object, null);
    }

    public static AdmissionRequest update(Kind kind, Resource old, Resource object) {
        return request(Operation.UPDATE, kind, object, object, old);
    }

    public static AdmissionRequest delete(Kind kind, Resource old) {
        return request(Operation.DELETE, kind, old, null, old);
    }

    static AdmissionRequest dry(AdmissionRequest r) {
        return new AdmissionRequest(
                r.tenant(), r.operation(), r.kind(), r.namespace(), r.name(), r.object(), r.old(), r.requester(), true);
    }

    private static AdmissionRequest request(
            Operation operation, Kind kind, Resource named, @Nullable Resource object, @Nullable Resource old) {
        String namespace = kind.scope() == Kind.Scope.NAMESPACE
                ? named.metadata().namespace() == null
                        ? "default"
                        : named.metadata().namespace()
                : null;
        return new AdmissionRequest(
                TENANT, operation, kind, namespace, named.metadata().name(), object, old, REQUESTER, false);
    }
}
