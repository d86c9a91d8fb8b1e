package org.kochab.api.identity;

import java.time.Instant;
import java.util.List;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;

/**
 * What a token says of whoever shows it. That the account is still there, with this uid, is for its reader to look at.
 *
 * @param uid the account's when the token was made: one that was made again under its name is another
 * @param audiences for whom the token is; a reader takes only those that name it
 */
public record AccountClaims(
        TenantId tenant, String namespace, String name, String uid, List<String> audiences, Instant expires) {
    public AccountClaims {
        audiences = List.copyOf(audiences);
    }

    /** The account as a user. */
    public String user() {
        return ServiceAccount.USER + namespace + ":" + name;
    }
}
