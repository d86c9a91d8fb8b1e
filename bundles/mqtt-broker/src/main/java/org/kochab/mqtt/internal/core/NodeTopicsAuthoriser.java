package org.kochab.mqtt.internal.core;

import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * The published protocol's rules. A node publishes below {@code kochab/1/{rm}/{node}/up/} and subscribes below
 * {@code kochab/1/{rm}/{node}/down/}, with wildcards only there; trusted clients do as they like; others do nothing.
 */
public final class NodeTopicsAuthoriser implements MqttAuthoriser {
    private static final String ROOT = "kochab/1/";

    @Override
    public boolean allows(MqttPrincipal principal, MqttAction action, String topic) {
        if (principal instanceof MqttPrincipal.Node node) {
            String branch =
                    switch (action) {
                        case PUBLISH -> "/up/";
                        case SUBSCRIBE -> "/down/";
                    };
            String root = ROOT + node.resourceManager() + "/" + node.node() + branch;
            return topic.startsWith(root) && topic.length() > root.length();
        }
        return principal instanceof MqttPrincipal.Trusted;
    }
}
