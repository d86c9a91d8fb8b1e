package org.kochab.controllers.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Resource;

/** What status says of which generation of a spec. */
final class Generations {
    private Generations() {}

    /** @param observed as the status has it; null if there is none, or no status */
    static boolean isSeen(Resource resource, @Nullable Long observed) {
        Long now = resource.metadata().generation();
        return now != null && now.equals(observed);
    }
}
