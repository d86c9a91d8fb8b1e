package org.kochab.plugins.internal.core;

import java.util.List;

/** A file is not what may be installed. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reasons one sentence each, which begins with what it is about and says what to do */
    public Refused(List<String> reasons) {
        super(String.join("\n", reasons));
    }

    public Refused(String reason) {
        super(reason);
    }
}
