package org.kochab.rm.internal.mqtt;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.kochab.spi.mqtt.MqttCredentials;

/** TLS to the brokers of other members, as this member. */
final class MemberSockets {
    /** The store lives as long as this method; nobody else sees it. */
    private static final char[] NOBODY_ASKS = new char[0];

    private MemberSockets() {}

    /** @throws IllegalStateException if the credentials cannot be used */
    static SSLSocketFactory of(MqttCredentials.Current own) {
        try {
            KeyStore keys = empty();
            keys.setKeyEntry("own", own.key(), NOBODY_ASKS, own.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            identity.init(keys, NOBODY_ASKS);
            KeyStore authorities = empty();
            authorities.setCertificateEntry("authority", own.authority());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this member's certificate cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
