package org.kochab.spi.mqtt;

import java.util.regex.Pattern;

/** Who is behind a connection. Equal principals may take over each other's sessions, others may not. */
public sealed interface MqttPrincipal {
    /** A stable name for logs and listings, unique among all principals. */
    String name();

    /**
     * A node of a resource manager.
     *
     * @param resourceManager name of the resource manager's partition: one topic level
     * @param node the node's name: one topic level
     */
    record Node(String resourceManager, String node) implements MqttPrincipal {
        private static final Pattern LEVEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

        public Node {
            requireLevel("resource manager", resourceManager);
            requireLevel("node", node);
        }

        @Override
        public String name() {
            return "node:" + resourceManager + ":" + node;
        }

        private static void requireLevel(String field, String value) {
            if (!LEVEL.matcher(value).matches()) {
                throw new IllegalArgumentException(field + " name '" + value
                        + "' is not valid: use at most 253 letters, digits, '-', '_' and '.',"
                        + " beginning and ending with a letter or digit");
            }
        }
    }

    /** The platform itself or one of its operators: not limited to a node's topics, and given larger queues. */
    record Trusted(String name) implements MqttPrincipal {}

    /** Any other client; the built-in authoriser allows it nothing. */
    record Client(String name) implements MqttPrincipal {}
}
