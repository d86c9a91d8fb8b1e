package org.kochab.gateway.internal.service;

import java.time.Instant;
import java.util.function.Supplier;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.AccountTokens;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceService;

/**
 * What the gateway works with: the same services that the shell works with.
 *
 * @param version of the platform
 */
public record Services(
        ResourceService resources,
        Codec codec,
        PartitionService partitions,
        ResourceManagers managers,
        AccountTokens tokens,
        String version,
        Supplier<Instant> clock) {}
