package org.kochab.agent.internal.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts brokers with a certificate of one authority, which they show too. That a broker's certificate is for its name is checked around this class. A clock
 * that lies before a certificate's first moment is taken for wrong: boxes without a battery start in 1970.
 */
final class PlatformTrust implements X509TrustManager {
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";

    private final Predicate<X509Certificate> isAuthority;

    PlatformTrust(Predicate<X509Certificate> isAuthority) {
        this.isAuthority = isAuthority;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        X509Certificate own = chain[0];
        X509Certificate authority = Arrays.stream(chain)
                .filter(isAuthority)
                .findFirst()
                .orElseThrow(
                        () -> new CertificateException("the broker is none of the platform that this node is to join"));
        Date now = Date.from(Instant.now());
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(now.before(own.getNotBefore()) ? own.getNotBefore() : now);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(own)), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the broker's certificate is not good: " + e.getMessage(), e);
        }
        if (own.getExtendedKeyUsage() == null || !own.getExtendedKeyUsage().contains(SERVER)) {
            throw new CertificateException("the broker's certificate is none for servers");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
