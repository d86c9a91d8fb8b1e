package org.kochab.api.link;

import org.jspecify.annotations.Nullable;

/**
 * {@code up/reply/{correlation}}: part of a command's output, how much of its input was taken, or its end.
 *
 * @param sequence from 0, without gaps
 * @param stream {@code out} or {@code err}; null if there is no data
 * @param data base64; null if there is none
 * @param exitCode set in the last reply of a command that was done
 * @param error set in the last reply of a command that was not: one sentence
 * @param taken how many bytes of its input, of which the end counts as one, the command has been given so far; null if nothing is said of it
 */
public record Reply(
        long sequence,
        @Nullable String stream,
        @Nullable String data,
        @Nullable Integer exitCode,
        @Nullable String error,
        @Nullable Long taken) {
    /** One that says nothing of input. */
    public Reply(
            long sequence,
            @Nullable String stream,
            @Nullable String data,
            @Nullable Integer exitCode,
            @Nullable String error) {
        this(sequence, stream, data, exitCode, error, null);
    }
}
