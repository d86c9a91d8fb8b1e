package org.kochab.api.identity;

import java.time.Duration;
import java.util.List;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/** Issues certificates to people and programs that use the HTTP API. Safe for any thread. */
@ProviderType
public interface UserIdentities {
    /** Begins the first organisation in a user's certificate; the tenant follows. Further organisations are groups. */
    String TENANT = "tenant:";

    /** The group of those who may do everything in their tenant, whatever its roles say; in tenant {@link TenantId#SYSTEM}, on the whole platform. */
    String ADMINISTRATORS = "system:masters";

    /** Begins the URI among the alternative names of every user's certificate, and of nobody else's; the user's name follows. */
    String URI = "kochab:user:";

    /**
     * Makes a key and a certificate for it. Neither is kept: nobody can be told them again, and a certificate cannot be taken back before it ends.
     * Blocks at most 30 seconds; fails with {@link ResourceException}, {@code INVALID} if a name or the lifetime is not valid.
     *
     * @param tenant the user's; {@link TenantId#SYSTEM} for an operator of the platform. Whether there is such a tenant is not looked at
     * @param user at most 64 letters, digits and {@code . _ @ -}, beginning with a letter or digit
     * @param groups named like users, or {@link #ADMINISTRATORS}; at most 16. Without a group, a user has the rights that roles give to the user's name
     * @param lifetime an hour to 366 days
     */
    UserCertificate issue(TenantId tenant, String user, List<String> groups, Duration lifetime);
}
