package org.kochab.spi.mqtt;

import org.osgi.annotation.versioning.ProviderType;

/** The running embedded broker. Registered once it accepts connections. Safe for use by several threads. */
@ProviderType
public interface MqttBroker {
    /** Never blocks. */
    MqttBrokerStatus status();

    /**
     * Closes the connection of a client and forgets its session. Takes effect within a second; does nothing if there is
     * no such client. Never blocks.
     */
    void disconnect(String clientId);

    /** The same for all clients of a principal, for instance because its identity was revoked. */
    void disconnect(MqttPrincipal principal);
}
