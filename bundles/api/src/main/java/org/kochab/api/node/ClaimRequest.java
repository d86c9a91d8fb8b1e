package org.kochab.api.node;

import org.jspecify.annotations.Nullable;

/**
 * Asks for capacity.
 *
 * @param claim what is asked; its token is ignored
 * @param reading of the tenant partition's leader; an earlier one than the manager has seen is refused
 * @param group requests of a batch with the same group are granted together or not at all; null for none
 */
public record ClaimRequest(Claim claim, Reading reading, @Nullable String group) {}
