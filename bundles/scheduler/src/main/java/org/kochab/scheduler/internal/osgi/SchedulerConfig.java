package org.kochab.scheduler.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** How vendors' placement plugins are treated. */
@ObjectClassDefinition(
        name = "Placement plugins",
        description = "How the default schedulers treat placement plugins of other bundles")
@interface SchedulerConfig {
    @AttributeDefinition(
            name = "Slow after",
            description = "Milliseconds that a plugin may take for one group of equal pods before it counts as slow",
            min = "1")
    long slow_millis() default 50;

    @AttributeDefinition(
            name = "Slow groups before quarantine",
            description = "After this many slow groups in a row a scorer is left out",
            min = "1")
    int slow_groups() default 3;

    @AttributeDefinition(
            name = "Quarantine",
            description = "Number of batches that a slow scorer is left out before it may try again",
            min = "1")
    int quarantine_batches() default 100;
}
