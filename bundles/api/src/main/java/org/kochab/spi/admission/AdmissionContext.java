package org.kochab.spi.admission;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What else there is in the tenant of a request, as its partition's leader has it now; other writers go on meanwhile. A request about a tenant or a node has nothing to read. Only
 * for the duration of the call, on its thread. Reads block for a round trip at most, and fail with {@link org.kochab.api.resource.ResourceException}: let it
 * through, it is then not the rule's failure.
 */
@ProviderType
public interface AdmissionContext {
    /** @param namespace null for kinds that do not live in a namespace */
    Optional<Resource> get(Kind kind, @Nullable String namespace, String name);

    /**
     * The first 1,000 in the order of their names.
     *
     * @param namespace null for all
     */
    List<Resource> list(Kind kind, @Nullable String namespace);
}
