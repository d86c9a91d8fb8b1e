package org.kochab.partition.internal.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code org.kochab.secrets}. */
@ObjectClassDefinition(name = "Kochab secrets", description = "How secrets are encrypted before they are stored")
public @interface SecretsConfig {
    @AttributeDefinition(
            name = "Key file",
            description =
                    "Keys in base64, one a line: the first encrypts, all decrypt. Made if it is not there; must be the same on all members. Empty: secrets.key in Karaf's etc/")
    String key_file() default "";
}
