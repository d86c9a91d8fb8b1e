package org.kochab.chaos.load.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.chaos.cluster}; without one there is no such load. */
@ObjectClassDefinition(name = "Kochab chaos load on several members")
public @interface ClusterLoadConfig {
    @AttributeDefinition(description = "Where the logs go; outside the member")
    String directory();

    @AttributeDefinition(description = "All members, separated by commas")
    String members();

    @AttributeDefinition(description = "The partitions to be loaded, separated by commas")
    String partitions() default "tp-1,tp-2";

    @AttributeDefinition(description = "Milliseconds between two calls of a client")
    int pauseMillis() default 40;

    @AttributeDefinition(
            description = "Writers of each partition, beside one that compares and sets, and one that reads")
    int writers() default 2;

    @AttributeDefinition(description = "Watchers of each partition, beside the first one that logs all it sees")
    int watchers() default 0;

    @AttributeDefinition(description = "Seed of what they do")
    long seed() default 1;
}
