package org.kochab.chaos.load.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.chaos.updates}; without one nothing is updated. */
@ObjectClassDefinition(name = "Kochab chaos updates of the store's bundle")
public @interface StoreUpdatesConfig {
    @AttributeDefinition(description = "Where the log goes; outside the member")
    String directory();

    @AttributeDefinition(description = "Symbolic name of the store's bundle")
    String bundle() default "org.kochab.store-ignite";

    @AttributeDefinition(description = "Jars of the bundle that take each other's place in turn")
    String[] jars();

    @AttributeDefinition(description = "How many updates")
    int updates();

    @AttributeDefinition(description = "Keys that the partition tp-1 has beside those of its writers")
    int keys();

    @AttributeDefinition(description = "Seed of the pauses between updates")
    long seed() default 1;
}
