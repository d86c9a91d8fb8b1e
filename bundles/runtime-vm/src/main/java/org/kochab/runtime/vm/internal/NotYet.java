package org.kochab.runtime.vm.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.runtime.RuntimeFailure;

/** Failures of what is tried again. */
final class NotYet {
    private NotYet() {}

    static RuntimeFailure because(String why, @Nullable Exception cause) {
        return new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, why, cause);
    }

    /** @param silent what kept the machine's monitor from answering last; null if it answers and the machine is not done */
    static RuntimeFailure overdue(@Nullable IOException silent) {
        return because(
                silent == null
                        ? "the machine is not done with it"
                        : "the machine's monitor does not answer: " + silent.getMessage(),
                silent);
    }
}
