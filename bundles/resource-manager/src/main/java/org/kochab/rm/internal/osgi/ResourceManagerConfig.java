package org.kochab.rm.internal.osgi;

import java.util.Arrays;
import org.kochab.rm.LinkedResourceManager;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of all resource managers of this member. */
@ObjectClassDefinition(name = "Kochab resource manager")
public @interface ResourceManagerConfig {
    @AttributeDefinition(name = "Brokers", description = "URIs of the MQTT 5 brokers, separated by commas")
    String[] broker_uris() default {"tcp://127.0.0.1:1883"};

    @AttributeDefinition(
            name = "Every broker",
            description = "Whether to connect to each broker, because nodes may be at any; else to one, tried in turn")
    boolean broker_every() default false;

    @AttributeDefinition(name = "Not ready after", description = "Seconds of silence after which a node is NotReady")
    int lease_notready_seconds() default 15;

    @AttributeDefinition(name = "Lost after", description = "Seconds of silence after which a node is Lost")
    int lease_lost_seconds() default 40;

    @AttributeDefinition(name = "Heartbeat", description = "Seconds between the heartbeats that nodes are asked for")
    int heartbeat_seconds() default 5;

    /** The same as a value. */
    final class Values {
        private Values() {}

        /** @throws IllegalArgumentException if a value is wrong; the message names the key and the remedy */
        static LinkedResourceManager.Config of(ResourceManagerConfig config) {
            return new LinkedResourceManager.Config(
                    Arrays.stream(config.broker_uris())
                            .flatMap(uris -> Arrays.stream(uris.split(",")))
                            .toList(),
                    config.broker_every(),
                    config.lease_notready_seconds(),
                    config.lease_lost_seconds(),
                    config.heartbeat_seconds());
        }
    }
}
