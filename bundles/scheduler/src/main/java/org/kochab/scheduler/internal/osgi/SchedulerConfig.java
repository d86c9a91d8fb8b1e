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
            description = "After this many slow groups in a row a scorer is left alone for a while",
            min = "1")
    int slow_groups() default 3;

    @AttributeDefinition(
            name = "Failures before quarantine",
            description = "After this many groups in a row in which it failed a plugin is left alone for a while",
            min = "1")
    int failure_groups() default 3;

    @AttributeDefinition(
            name = "Quarantine (s)",
            description = "How long a plugin is left alone at first; twice as long each time that it fails again",
            min = "1")
    int quarantine_seconds() default 10;

    @AttributeDefinition(
            name = "Longest quarantine (s)",
            description = "A plugin that goes on failing is tried again so often",
            min = "1")
    int quarantine_longest_seconds() default 600;

    @AttributeDefinition(
            name = "Failure of a filter",
            description =
                    "refuse: pods that a failing filter or rule has a say in wait; ignore: they are placed as if it were not there")
    String filter_failure() default "refuse";

    @AttributeDefinition(
            name = "Filters that may be ignored",
            description = "Names of filters and rules whose failures are ignored in any case")
    String[] filter_ignored() default {};
}
