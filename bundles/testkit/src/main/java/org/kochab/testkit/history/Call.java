package org.kochab.testkit.history;

import org.jspecify.annotations.Nullable;

/**
 * A client's call on one register: a key that has a value, or null if it is absent.
 *
 * @param client who called, for messages
 * @param called when; any number that grows with time
 * @param returned when it returned; {@link Long#MAX_VALUE} if it never did
 * @param ask what was asked
 * @param answer what came back
 */
public record Call(String client, long called, long returned, Ask ask, Answer answer) {
    public Call {
        if (returned < called) {
            throw new IllegalArgumentException("returned " + returned + " is before called " + called);
        }
    }

    /** What is asked of a register. */
    public sealed interface Ask {
        record Read() implements Ask {}

        /** Sets it, whatever it was. */
        record Write(@Nullable String value) implements Ask {}

        /** Sets it if it is {@code expected}. */
        record CompareAndSet(@Nullable String expected, @Nullable String value) implements Ask {}
    }

    /** What a register answers. */
    public sealed interface Answer {
        /** It is done. */
        record Done() implements Answer {}

        /** To a read, or to a compare-and-set that failed: what it was. */
        record Was(@Nullable String value) implements Answer {}

        /** It may or may not have been done, or may still be. */
        record Unknown() implements Answer {}
    }
}
