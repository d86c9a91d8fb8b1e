package org.kochab.api.identity;

import java.time.Instant;

/**
 * What a service account shows.
 *
 * @param text three parts in base64url with dots between them, a JSON Web Token (RFC 7519); whoever has it is the account
 * @param expires when it ends
 */
public record AccountToken(String text, Instant expires) {
    /** Leaves the token out. */
    @Override
    public String toString() {
        return "AccountToken[until " + expires + "]";
    }
}
