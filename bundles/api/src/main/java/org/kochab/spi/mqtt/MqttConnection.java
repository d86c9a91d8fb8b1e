package org.kochab.spi.mqtt;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a connection when its client asks to be let in.
 *
 * @param clientId as sent, or as assigned by the broker when the client sent none
 * @param userName as sent, or null
 * @param password as sent; empty when none was
 * @param remote the peer's address
 * @param loopback whether the connection came in over a loopback address on both ends, and not by the listener for other machines
 * @param secure whether it came over TLS
 * @param certificates the client's verified TLS certificate chain, its own first; empty without TLS or without one
 */
public record MqttConnection(
        String clientId,
        @Nullable String userName,
        byte[] password,
        InetSocketAddress remote,
        boolean loopback,
        boolean secure,
        List<X509Certificate> certificates) {
    public MqttConnection {
        password = password.clone();
        certificates = List.copyOf(certificates);
    }

    @Override
    public byte[] password() {
        return password.clone();
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "MqttConnection[clientId=" + clientId + ", userName=" + userName + ", remote=" + remote + ", loopback="
                + loopback + ", secure=" + secure + ", certificates=" + certificates.size() + "]";
    }
}
