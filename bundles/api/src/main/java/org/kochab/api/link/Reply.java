package org.kochab.api.link;

import org.jspecify.annotations.Nullable;

/**
 * {@code up/reply/{correlation}}: part of a command's output, or its end.
 *
 * @param sequence from 0, without gaps
 * @param stream {@code out} or {@code err}; null if there is no data
 * @param data base64; null if there is none
 * @param exitCode set in the last reply of a command that was done
 * @param error set in the last reply of a command that was not: one sentence
 */
public record Reply(
        long sequence,
        @Nullable String stream,
        @Nullable String data,
        @Nullable Integer exitCode,
        @Nullable String error) {}
