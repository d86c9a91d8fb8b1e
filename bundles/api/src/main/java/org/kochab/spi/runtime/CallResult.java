package org.kochab.spi.runtime;

/** How a call of a function ended. */
public sealed interface CallResult {
    /**
     * The program ended by itself.
     *
     * @param exitCode 0 to 255; 0 is success
     * @param output all it wrote to standard output, of any exit code; belongs to the caller
     */
    record Exited(int exitCode, byte[] output) implements CallResult {}

    /**
     * The program was ended, or not even begun; what it wrote is not given.
     *
     * @param message one sentence for people, which says what {@code reason} does and more
     */
    record Failed(Reason reason, String message) implements CallResult {}

    enum Reason {
        /** As many calls run and wait as may: nothing was begun. */
        BUSY,
        /** Its time was over, while it ran or while it still waited. */
        TIMED_OUT,
        /** It needed more memory than an instance may have, or than there was. */
        OUT_OF_MEMORY,
        /** It did what a program may not, such as reading outside its memory. */
        TRAPPED,
        /** It wrote more than {@link FunctionDriver#MOST_OUTPUT}. */
        OUTPUT_TOO_LONG,
        /** The caller did not want it any more, or the function was stopped. */
        STOPPED
    }
}
