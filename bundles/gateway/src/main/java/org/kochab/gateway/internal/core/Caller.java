package org.kochab.gateway.internal.core;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;
import org.kochab.api.identity.AccountClaims;
import org.kochab.api.identity.UserIdentities;
import org.kochab.api.model.ServiceAccount;
import org.kochab.api.model.TenantId;

/**
 * Who asks.
 *
 * @param tenant the user's; {@link TenantId#SYSTEM} for those who work for the platform
 * @param account what the token says that was shown; null for users, who have certificates
 */
public record Caller(TenantId tenant, String user, List<String> groups, @Nullable AccountClaims account) {
    private static final int URI = 6;

    public Caller {
        groups = List.copyOf(groups);
    }

    public Caller(TenantId tenant, String user, List<String> groups) {
        this(tenant, user, groups, null);
    }

    /** Whom a token of the platform is for. Whether there still is such an account is not looked at. */
    public static Caller of(AccountClaims account) {
        return new Caller(
                account.tenant(),
                account.user(),
                List.of(ServiceAccount.GROUP, ServiceAccount.GROUP + ":" + account.namespace()),
                account);
    }

    /** Of the platform: may do everything in every tenant. */
    public boolean isOperator() {
        return tenant.equals(TenantId.SYSTEM) && isAdministrator();
    }

    /** May do everything in the own tenant. */
    public boolean isAdministrator() {
        return groups.contains(UserIdentities.ADMINISTRATORS);
    }

    /**
     * Whom a certificate of the platform's authority is for; empty if it is for no user (nodes and members have certificates, too) or has ended, which a
     * connection may outlive.
     */
    public static Optional<Caller> of(X509Certificate certificate, Instant now) {
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.empty();
        }
        String user = null;
        List<String> organisations = new ArrayList<>();
        try {
            List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
            for (Rdn part : parts) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    user = String.valueOf(part.getValue());
                } else if (part.getType().equalsIgnoreCase("O")) {
                    organisations.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        if (user == null || !isFor(certificate, user)) {
            return Optional.empty();
        }
        List<String> tenants = organisations.stream()
                .filter(o -> o.startsWith(UserIdentities.TENANT))
                .map(o -> o.substring(UserIdentities.TENANT.length()))
                .toList();
        if (tenants.size() != 1) {
            return Optional.empty();
        }
        List<String> groups = organisations.stream()
                .filter(o -> !o.startsWith(UserIdentities.TENANT))
                .toList();
        return tenant(tenants.get(0)).map(t -> new Caller(t, String.valueOf(userOf(certificate)), groups));
    }

    private static Optional<TenantId> tenant(String name) {
        try {
            return Optional.of(new TenantId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isFor(X509Certificate certificate, String user) {
        return user.equals(userOf(certificate));
    }

    private static @Nullable String userOf(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? null
                    : names.stream()
                            .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .filter(uri -> uri.startsWith(UserIdentities.URI))
                            .map(uri -> uri.substring(UserIdentities.URI.length()))
                            .findFirst()
                            .orElse(null);
        } catch (CertificateParsingException e) {
            return null;
        }
    }
}
