package org.kochab.spi.mqtt;

import java.util.regex.Pattern;

/** Who is behind a connection. Equal principals may take over each other's sessions; others have their own, whatever their client ids. */
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
        public Node {
            Level.require("resource manager", resourceManager);
            Level.require("node", node);
        }

        @Override
        public String name() {
            return "node:" + resourceManager + ":" + node;
        }
    }

    /**
     * A machine that may ask to become this node, or to be it again, and nothing else.
     *
     * @param resourceManager one topic level
     * @param node one topic level
     */
    record Joining(String resourceManager, String node) implements MqttPrincipal {
        public Joining {
            Level.require("resource manager", resourceManager);
            Level.require("node", node);
        }

        @Override
        public String name() {
            return "join:" + resourceManager + ":" + node;
        }
    }

    /** The platform itself or one of its operators: not limited to a node's topics, and given larger queues. */
    record Trusted(String name) implements MqttPrincipal {}

    /** Any other client; the built-in authoriser allows it nothing. */
    record Client(String name) implements MqttPrincipal {}

    /** What may stand between two slashes of a topic. */
    final class Level {
        private static final Pattern VALID = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

        private Level() {}

        private static void require(String field, String value) {
            if (!VALID.matcher(value).matches()) {
                throw new IllegalArgumentException(field + " name '" + value
                        + "' is not valid: use at most 253 letters, digits, '-', '_' and '.',"
                        + " beginning and ending with a letter or digit");
            }
        }
    }
}
