package org.kochab.agent.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the agent, PID {@code org.kochab.agent}. */
@ObjectClassDefinition(name = "Kochab edge agent")
public @interface AgentConfig {
    @AttributeDefinition(name = "Node", description = "The node's name; empty takes the host's")
    String node() default "";

    @AttributeDefinition(name = "Resource manager", description = "The resource manager this node belongs to")
    String resource_manager() default "rm-1";

    @AttributeDefinition(name = "Brokers", description = "URIs of MQTT brokers, in order of preference")
    String[] brokers() default {"tcp://127.0.0.1:1883"};

    @AttributeDefinition(
            name = "Data directory",
            description = "Where the checkpoint, pods' directories and volumes are")
    String directory() default "data/agent";

    @AttributeDefinition(name = "Heartbeat", description = "Seconds between heartbeats", min = "1", max = "3600")
    int heartbeat_seconds() default 5;

    @AttributeDefinition(name = "Capacity", description = "NAME=QUANTITY each; overrides what was measured")
    String[] capacity() default {};

    @AttributeDefinition(name = "Reserve", description = "NAME=QUANTITY each; what pods may not have")
    String[] reserve() default {"cpu=100m", "memory=128Mi"};

    @AttributeDefinition(name = "Labels", description = "KEY=VALUE each; labels of the node")
    String[] labels() default {};

    @AttributeDefinition(
            name = "Wait for drivers",
            description = "Seconds to wait for drivers of pods that were here before, before connecting without them",
            min = "0",
            max = "600")
    int wait_for_drivers_seconds() default 60;

    @AttributeDefinition(
            name = "Longest reconnect",
            description =
                    "Seconds between two attempts to connect grow up to this; short only where few nodes share a broker",
            min = "1",
            max = "3600")
    int reconnect_seconds() default 300;

    @AttributeDefinition(
            name = "Join token",
            type = AttributeType.PASSWORD,
            description =
                    "What kochab:node-token-create printed, for brokers with the platform's certificates (ssl://)")
    String _join_token() default "";
}
