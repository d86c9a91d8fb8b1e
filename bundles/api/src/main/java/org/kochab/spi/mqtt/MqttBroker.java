package org.kochab.spi.mqtt;

import org.osgi.annotation.versioning.ProviderType;

/** The running embedded broker. Registered once it accepts connections. Safe for use by several threads. */
@ProviderType
public interface MqttBroker {
    /** Never blocks. */
    MqttBrokerStatus status();

    /**
     * Closes the connections of all clients of that id and forgets their sessions. Takes effect within a second; does
     * nothing if there is no such client. Never blocks.
     */
    void disconnect(String clientId);

    /** The same for all clients of a principal, for instance because its identity was revoked. */
    void disconnect(MqttPrincipal principal);
}
