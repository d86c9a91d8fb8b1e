package org.kochab.spi.scheduler;

import java.time.Duration;

/** What a {@link BindHook} says of a reservation. */
public sealed interface Permit {
    /** For logs and {@code kochab:pod-explain}; empty if there is nothing to say. */
    String reason();

    /** As far as this hook is concerned the pod may have the node. */
    record Allow() implements Permit {
        @Override
        public String reason() {
            return "";
        }
    }

    /**
     * Not yet: the pod keeps its reservation and is asked about again.
     *
     * @param askAgain after this time, 10 ms to 1 minute
     * @param reason one sentence an operator can act on
     */
    record Wait(Duration askAgain, String reason) implements Permit {
        /** @throws IllegalArgumentException if it is not so, or there is no reason */
        public Wait {
            if (askAgain.compareTo(Duration.ofMillis(10)) < 0 || askAgain.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("askAgain is " + askAgain + ": it must be 10 ms to 1 minute");
            }
            said(reason);
        }
    }

    /**
     * No: the reservation is given up, and the pod waits and is placed anew.
     *
     * @param reason one sentence an operator can act on
     */
    record Refuse(String reason) implements Permit {
        /** @throws IllegalArgumentException if there is no reason */
        public Refuse {
            said(reason);
        }
    }

    private static void said(String reason) {
        if (reason == null || reason.isBlank()) {
            throw new IllegalArgumentException("reason is empty: say what an operator can do");
        }
    }
}
