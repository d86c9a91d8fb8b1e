package org.kochab.mqtt.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.spi.mqtt.MqttConnection;

/** What the network knows about a client. */
@FunctionalInterface
public interface Peer {
    MqttConnection describe(String clientId, @Nullable String userName, byte[] password);
}
