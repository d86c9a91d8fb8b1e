package org.kochab.api.model;

import org.osgi.annotation.versioning.ConsumerType;

/** Anything that can be applied, listed and watched. Immutable. */
@ConsumerType
public interface Resource {
    String apiVersion();

    String kind();

    ObjectMeta metadata();

    Resource withMetadata(ObjectMeta metadata);
}
