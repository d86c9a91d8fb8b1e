package org.kochab.mqtt;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.kochab.mqtt.internal.core.Limits;

/**
 * Where a broker listens, and what it allows.
 *
 * @param port 0 for any free one
 * @param tls required unless {@code host} is a loopback address
 * @param secure a second listener, for clients with certificates of the platform's authority
 */
public record BrokerConfig(
        String host, int port, Optional<TlsFiles> tls, Optional<SecureListener> secure, Limits limits) {
    public BrokerConfig {
        InetSocketAddress address = resolved("host", host, port);
        secure.ifPresent(s -> resolved("secure.host", s.host(), s.port()));
        if (tls.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("host '" + host + "' can be reached from other machines, and the broker"
                    + " does not offer that without TLS: keep host at 127.0.0.1 and set 'secure.host' for nodes with the"
                    + " platform's certificates, or set 'tls.keystore' and 'tls.keystore.password' for your own");
        }
    }

    /** Any free port of 127.0.0.1 with the default limits. */
    public static BrokerConfig loopback() {
        return loopback(0);
    }

    public static BrokerConfig loopback(int port) {
        return new BrokerConfig("127.0.0.1", port, Optional.empty(), Optional.empty(), Limits.defaults());
    }

    public BrokerConfig with(Limits changed) {
        return new BrokerConfig(host, port, tls, secure, changed);
    }

    public BrokerConfig with(SecureListener added) {
        return new BrokerConfig(host, port, tls, Optional.of(added), limits);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    private static InetSocketAddress resolved(String key, String host, int port) {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    key + " '" + host + "' is unknown: give an address of this machine, or 0.0.0.0 for all");
        }
        return address;
    }
}
