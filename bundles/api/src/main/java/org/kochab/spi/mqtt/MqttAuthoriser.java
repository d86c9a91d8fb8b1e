package org.kochab.spi.mqtt;

import org.osgi.annotation.versioning.ConsumerType;

/** Decides what a principal may publish and subscribe to. */
@ConsumerType
public interface MqttAuthoriser {
    /**
     * Called on the broker's event loop for every message and subscription: answers from memory, never blocks. A throw
     * is a refusal. Answers may change; a subscription already granted stays granted until its client is disconnected.
     *
     * @param topic a topic name, or for {@link MqttAction#SUBSCRIBE} a filter as the client sent it, wildcards and
     *     {@code $share/group/} included
     */
    boolean allows(MqttPrincipal principal, MqttAction action, String topic);
}
