package org.kochab.api.identity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.resource.ResourceException;
import org.osgi.annotation.versioning.ProviderType;

/** Makes tokens of service accounts and reads them. All members have the same key, which is in the directory. Safe for any thread. */
@ProviderType
public interface AccountTokens {
    /** The audience of tokens for the platform's own API. */
    String API = "kochab";

    /** How long a token is good for if nobody says how long. */
    Duration USUAL = Duration.ofHours(1);

    /**
     * Makes a token, which is not kept. It is good until it ends, or until the account is deleted. Blocks at most 30 seconds; fails with {@link ResourceException},
     * {@code INVALID} if lifetime or audiences are not valid.
     *
     * @param account as it is stored, with its tenant, namespace and uid
     * @param audiences for whom it is: at most 16, each of 1 to 253 printable ASCII characters; empty for {@link #API}
     * @param lifetime ten minutes to 366 days
     */
    AccountToken issue(ServiceAccount account, List<String> audiences, Duration lifetime);

    /**
     * What a token says, if this platform has signed it and it has not ended. Does not block.
     *
     * @param token whatever somebody has sent
     * @throws ResourceException {@code UNAVAILABLE} as long as this member does not know the key
     */
    Optional<AccountClaims> read(String token);
}
