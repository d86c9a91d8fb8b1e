package org.kochab.spi.mqtt;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Who this member is on the network. The broker shows it to clients on its secure listener and trusts the certificates of the same authority;
 * resource managers show it to brokers that are reached over TLS.
 */
@ConsumerType
public interface MqttCredentials {
    /** As they are now, which may be others later; empty as long as there are none. Asked with each connection; never blocks. Any thread. */
    Optional<Current> current();

    /**
     * A key with its certificate.
     *
     * @param chain the certificate first, the authority that both sides trust last
     */
    record Current(PrivateKey key, List<X509Certificate> chain) {
        public Current {
            chain = List.copyOf(chain);
            if (chain.size() < 2) {
                throw new IllegalArgumentException("chain needs at least a certificate and its authority");
            }
        }

        public X509Certificate authority() {
            return chain.get(chain.size() - 1);
        }

        /** Leaves the key out. */
        @Override
        public String toString() {
            return "Current[" + chain.get(0).getSubjectX500Principal() + "]";
        }
    }
}
