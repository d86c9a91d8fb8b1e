package org.kochab.mqtt.internal.osgi;

import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.osgi.service.component.annotations.Component;

/** Offers the built-in authoriser; any other ranks higher. */
@Component(property = {"service.ranking:Integer=-1000", "name=node-topics"})
public final class NodeTopicsAuthoriserComponent implements MqttAuthoriser {
    private final NodeTopicsAuthoriser rules = new NodeTopicsAuthoriser();

    public NodeTopicsAuthoriserComponent() {}

    @Override
    public boolean allows(MqttPrincipal principal, MqttAction action, String topic) {
        return rules.allows(principal, action, topic);
    }
}
