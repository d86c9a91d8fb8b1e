package org.kochab.plugins.internal.service;

import java.nio.file.Path;
import java.time.Duration;
import org.kochab.plugins.internal.core.Limits;
import org.kochab.plugins.internal.core.Signatures;

/**
 * How plugins are installed here.
 *
 * @param directory where it is written down what is installed
 * @param requireSignature whether only plugins of vendors that are trusted are installed
 * @param settle how long one must be well without a break
 * @param back in which one must let itself be taken out
 * @param again in which one that was lost must be well
 */
public record Settings(
        Path directory,
        Limits limits,
        boolean requireSignature,
        Signatures signatures,
        Duration settle,
        Duration back,
        Duration again) {}
