package org.kochab.agent.internal.node;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.kochab.api.identity.JoinToken;

/**
 * The agent's configuration, read.
 *
 * @param capacity overrides what was measured, by resource name
 * @param reserve what pods may not have, by resource name
 * @param longestReconnect the most that is waited between two attempts to connect
 * @param joinToken what to become a node of the platform with, over TLS; of no use any more once the node has a certificate
 * @param waitForDrivers how long to wait for drivers of pods that were here before, before connecting without them
 */
public record Settings(
        String node,
        String resourceManager,
        List<URI> brokers,
        Path directory,
        Duration heartbeat,
        SortedMap<String, String> capacity,
        SortedMap<String, String> reserve,
        SortedMap<String, String> labels,
        Duration waitForDrivers,
        Duration longestReconnect,
        Optional<JoinToken> joinToken) {}
