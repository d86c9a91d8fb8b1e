package org.kochab.api.plugin;

import java.time.Duration;

/**
 * What to install, and what is asked of it.
 *
 * @param source path of a file on this member, or {@code mvn:GROUP/ARTIFACT/VERSION[/TYPE[/CLASSIFIER]]}
 * @param requireSignature whether it must be signed by somebody whom the member trusts; true in any case if the member is configured so
 * @param timeout in which it must be well, 1 second to 5 minutes
 */
public record PluginRequest(String source, boolean requireSignature, Duration timeout) {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(5);

    /** @throws IllegalArgumentException if a field is not as described; the message names it */
    public PluginRequest {
        if (source.isBlank() || source.length() > 4096) {
            throw new IllegalArgumentException("source: name a file on this member or a mvn: URL");
        }
        if (timeout.compareTo(LEAST) < 0 || timeout.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("timeout is " + timeout.toSeconds() + " s: use 1 s to 5 m");
        }
    }
}
