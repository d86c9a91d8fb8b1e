package org.kochab.api.resource;

import org.kochab.api.model.Resource;

/** What an apply did. */
public record Applied(Resource resource, Change change) {
    public enum Change {
        CREATED,
        CONFIGURED,
        UNCHANGED
    }
}
