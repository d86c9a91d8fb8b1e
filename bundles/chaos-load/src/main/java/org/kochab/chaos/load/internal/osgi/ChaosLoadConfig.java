package org.kochab.chaos.load.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.chaos.load}; without one there is no load. */
@ObjectClassDefinition(name = "Kochab chaos load")
public @interface ChaosLoadConfig {
    @AttributeDefinition(description = "Where the logs go; outside the member")
    String directory();

    @AttributeDefinition(description = "Number of this round, in the names of the files")
    int round();

    @AttributeDefinition(description = "Writers at the same time")
    int writers() default 8;

    @AttributeDefinition(description = "Seed of what they write")
    long seed() default 1;
}
