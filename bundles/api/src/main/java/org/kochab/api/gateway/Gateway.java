package org.kochab.api.gateway;

import java.net.URI;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** This member's HTTP API, in Kubernetes' style. Registered while it listens. Any thread; answers from memory. */
@ProviderType
public interface Gateway {
    /** Where clients on this member's machine, or on others if it listens for them, reach it: {@code https://HOST:PORT}. */
    URI address();

    /** What tenants have asked of it, by tenant: of the 20,000 that asked last. */
    List<TenantUsage> usage();
}
