package org.kochab.mqtt.internal.netty;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what one authority issued to clients, whenever that was: an authenticator decides what a certificate is still good for. A node that was away for
 * longer than its certificate lasts can so ask for another one.
 */
final class IssuedCertificates extends X509ExtendedTrustManager {
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate authority;

    IssuedCertificates(X509Certificate authority) {
        this.authority = authority;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        X509Certificate own = chain[0];
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(own.getNotBefore());
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(own)), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the certificate is none of this platform's: " + e.getMessage(), e);
        }
        if (own.getExtendedKeyUsage() == null || !own.getExtendedKeyUsage().contains(CLIENT)) {
            throw new CertificateException("the certificate is none for clients");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {authority};
    }
}
