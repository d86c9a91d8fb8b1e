package org.kochab.api.link;

import org.jspecify.annotations.Nullable;

/**
 * {@code down/enrol}: a certificate, or why there is none.
 *
 * @param certificate PEM
 * @param authority of the platform, PEM
 * @param renewAfterSeconds when to ask for the next one, from now
 * @param reason null if there is a certificate
 * @param waiting whether to ask again later, for an operator is to approve of the node or the platform is busy; else asking again is of no use
 */
public record Enrolled(
        @Nullable String certificate,
        @Nullable String authority,
        @Nullable Long renewAfterSeconds,
        @Nullable String reason,
        boolean waiting) {
    public static Enrolled with(String certificate, String authority, long renewAfterSeconds) {
        return new Enrolled(certificate, authority, renewAfterSeconds, null, false);
    }

    public static Enrolled waits(String reason) {
        return new Enrolled(null, null, null, reason, true);
    }

    public static Enrolled refused(String reason) {
        return new Enrolled(null, null, null, reason, false);
    }
}
