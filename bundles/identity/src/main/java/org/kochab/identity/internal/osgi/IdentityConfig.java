package org.kochab.identity.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.identity}. An underscore in a name is a dot in its key. */
@ObjectClassDefinition(name = "Kochab identities", description = "Certificates of nodes and of this member")
public @interface IdentityConfig {
    @AttributeDefinition(
            description = "Days that a node's certificate lasts; it is renewed after two thirds",
            min = "1",
            max = "365")
    int certificate_days() default 7;

    @AttributeDefinition(
            description = "DNS names and addresses by which nodes reach this member; empty for this machine's own")
    String[] member_names() default {};
}
