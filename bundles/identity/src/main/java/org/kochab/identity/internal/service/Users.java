package org.kochab.identity.internal.service;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.kochab.api.identity.UserCertificate;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.Pem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificates of users, with keys that are made for them. */
final class Users implements UserIdentities {
    private static final Logger LOG = LoggerFactory.getLogger(Users.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Duration SHORTEST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int MOST_GROUPS = 16;

    private final Records records;
    private final Supplier<Instant> clock;

    Users(Records records, Supplier<Instant> clock) {
        this.records = records;
        this.clock = clock;
    }

    @Override
    public UserCertificate issue(TenantId tenant, String user, List<String> groups, Duration lifetime) {
        check(user, "user");
        groups.stream().filter(g -> !g.equals(ADMINISTRATORS)).forEach(g -> check(g, "group"));
        if (groups.size() > MOST_GROUPS) {
            throw invalid("there are " + groups.size() + " groups: use at most " + MOST_GROUPS);
        }
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            throw invalid("lifetime is " + lifetime + ": use an hour to 366 days");
        }
        Authority authority = records.authority();
        KeyPair pair = Authority.keyPair();
        X509Certificate own = authority.user(tenant.value(), user, groups, pair.getPublic(), clock.get(), lifetime);
        Instant end = own.getNotAfter().toInstant();
        LOG.info("user {} of tenant {} has a certificate until {}", user, tenant, end);
        return new UserCertificate(Pem.of(own), Pem.of(pair), Pem.of(authority.certificate()), end);
    }

    private static void check(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw invalid(what + " '" + name
                    + "' is not valid: use at most 64 letters, digits and . _ @ -, beginning with a letter or digit");
        }
    }

    private static ResourceException invalid(String sentence) {
        return new ResourceException(Reason.INVALID, sentence);
    }
}
