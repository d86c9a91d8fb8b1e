package org.kochab.api.node;

import org.jspecify.annotations.Nullable;

/**
 * Asks for capacity.
 *
 * @param claim what is asked; its token is ignored
 * @param partitionEpoch the tenant partition's epoch; an older one than the manager has seen is refused
 * @param group requests of a batch with the same group are granted together or not at all; null for none
 */
public record ClaimRequest(Claim claim, long partitionEpoch, @Nullable String group) {}
