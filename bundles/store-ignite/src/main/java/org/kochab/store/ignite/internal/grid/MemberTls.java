package org.kochab.store.ignite.internal.grid;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.ignite.ssl.SslContextFactory;
import org.kochab.spi.store.StoreException;
import org.kochab.store.ignite.internal.core.Settings;

/** TLS between members: both ends show a certificate, and both want one of the authorities they know. */
final class MemberTls {
    private MemberTls() {}

    /** @throws StoreException if a file cannot be read */
    static SslContextFactory of(Settings.Identity identity) {
        char[] password = password(identity);
        String store = identity.keyStore().toString();
        if (!Files.isReadable(identity.keyStore())) {
            throw new StoreException("cannot read keyStore " + store + ": check the path and the file's rights");
        }
        SslContextFactory factory = new SslContextFactory();
        factory.setProtocol("TLS");
        factory.setProtocols("TLSv1.3", "TLSv1.2");
        factory.setKeyStoreType("PKCS12");
        factory.setKeyStoreFilePath(store);
        factory.setKeyStorePassword(password);
        factory.setTrustStoreType("PKCS12");
        factory.setTrustStoreFilePath(store);
        factory.setTrustStorePassword(password);
        return factory;
    }

    private static char[] password(Settings.Identity identity) {
        try {
            List<String> lines = Files.readAllLines(identity.passwordFile());
            return lines.isEmpty() ? new char[0] : lines.get(0).toCharArray();
        } catch (IOException e) {
            throw new StoreException(
                    "cannot read keyStorePasswordFile " + identity.passwordFile() + ": check the path and its rights",
                    e);
        }
    }
}
