package org.kochab.partition.internal.tenant;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.admission}; changes count from the next call on. */
@ObjectClassDefinition(name = "Kochab admission", description = "How admission rules are called")
public @interface AdmissionConfig {
    @AttributeDefinition(
            name = "Failure",
            description =
                    "What becomes of a write if a rule has failed or is left alone: refuse, or ignore the rule meanwhile")
    String failure() default "refuse";

    @AttributeDefinition(
            name = "Ignored",
            description = "Names of rules that are ignored when they have failed, separated by commas")
    String ignored() default "";

    @AttributeDefinition(
            name = "Required",
            description =
                    "Names of rules, separated by commas, without which no write is admitted that rules are asked about: not while a member starts, nor while their bundle is updated")
    String required() default "";

    @AttributeDefinition(name = "Deadline (ms)", description = "Of one call of a rule", min = "10", max = "30000")
    long deadline_millis() default 2_000;
}
