package org.kochab.spi.runtime;

/**
 * How an action ended, for good.
 *
 * @param message one sentence
 */
public record ActionEnd(Result result, String message) {
    public enum Result {
        /** It was done. */
        DONE,
        /** It was not begun: the task cannot do that. */
        REFUSED,
        /** It was tried, and was not done. */
        FAILED,
        /** It was begun, and nobody can say whether it was done: whoever did it was ended meanwhile. */
        INTERRUPTED
    }
}
