package org.kochab.rm.internal.osgi;

import java.util.List;
import org.kochab.rm.LinkedResourceManager;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of all resource managers of this member. */
@ObjectClassDefinition(name = "Kochab resource manager")
public @interface ResourceManagerConfig {
    @AttributeDefinition(name = "Brokers", description = "URIs of the MQTT 5 brokers, tried in turn")
    String[] broker_uris() default {"tcp://127.0.0.1:1883"};

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
                    List.of(config.broker_uris()),
                    config.lease_notready_seconds(),
                    config.lease_lost_seconds(),
                    config.heartbeat_seconds());
        }
    }
}
