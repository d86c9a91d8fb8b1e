package org.kochab.mqtt;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.kochab.mqtt.internal.core.Limits;

/**
 * Where a broker listens, and what it allows.
 *
 * @param port 0 for any free one
 * @param tls required unless {@code host} is a loopback address
 */
public record BrokerConfig(String host, int port, Optional<TlsFiles> tls, Limits limits) {
    public BrokerConfig {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("host '" + host + "' is unknown: give an address of this machine");
        }
        if (tls.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("host '" + host + "' can be reached from other machines, and the broker"
                    + " does not offer that without TLS: set 'tls.keystore' and 'tls.keystore.password', or keep host"
                    + " at 127.0.0.1");
        }
    }

    /** Any free port of 127.0.0.1 with the default limits. */
    public static BrokerConfig loopback() {
        return loopback(0);
    }

    public static BrokerConfig loopback(int port) {
        return new BrokerConfig("127.0.0.1", port, Optional.empty(), Limits.defaults());
    }

    public BrokerConfig with(Limits changed) {
        return new BrokerConfig(host, port, tls, changed);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }
}
