package org.kochab.chaos.load.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.chaos.swap}; without one nothing is swapped. */
@ObjectClassDefinition(name = "Kochab chaos swaps of schedulers")
public @interface SwapLoadConfig {
    @AttributeDefinition(description = "Where the result goes; outside the member")
    String directory();

    @AttributeDefinition(description = "URL of the jar of another bundle's scheduler")
    String engine();

    @AttributeDefinition(description = "Begins when so many nodes are ready, which have room for all pods")
    int nodes();

    @AttributeDefinition(description = "Pods to warm up, and again as many without a swap, to compare with")
    int idle();

    @AttributeDefinition(description = "Pods during the swaps")
    int pods();

    @AttributeDefinition(description = "Swaps")
    int swaps();

    @AttributeDefinition(description = "Pods a second, at most")
    int pace();

    @AttributeDefinition(description = "Whether the nodes report what they run")
    boolean running();

    @AttributeDefinition(description = "Seed of the swaps")
    long seed();
}
