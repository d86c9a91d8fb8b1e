package org.kochab.mqtt.internal.core;

import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * The published protocol's rules. A node publishes below {@code kochab/1/{rm}/{node}/up/} and subscribes below
 * {@code kochab/1/{rm}/{node}/down/}, with wildcards only there; who
 * joins has {@code enrol} below both; trusted clients do as they like; others do nothing. Of what nodes publish, the broker keeps their state only.
 */
public final class NodeTopicsAuthoriser implements MqttAuthoriser {
    private static final String ROOT = "kochab/1/";

    @Override
    public boolean allows(MqttPrincipal principal, MqttAction action, String topic) {
        String branch = action == MqttAction.PUBLISH ? "/up/" : "/down/";
        if (principal instanceof MqttPrincipal.Node node) {
            String root = ROOT + node.resourceManager() + "/" + node.node() + branch;
            return topic.startsWith(root) && topic.length() > root.length();
        }
        if (principal instanceof MqttPrincipal.Joining node) {
            return topic.equals(ROOT + node.resourceManager() + "/" + node.node() + branch + "enrol");
        }
        return principal instanceof MqttPrincipal.Trusted;
    }

    /**
     * Whether the broker may keep a message for later subscribers. All share the room for that, with what nodes are to do in it: a node has one place there, and who joins
     * has none.
     */
    static boolean mayRetain(MqttPrincipal principal, String topic) {
        return principal instanceof MqttPrincipal.Node node
                ? topic.equals(ROOT + node.resourceManager() + "/" + node.node() + "/up/state")
                : !(principal instanceof MqttPrincipal.Joining);
    }
}
