package org.kochab.api.node;

/**
 * A tenant partition's word that a tenant which moved is its own now.
 *
 * @param era how often the tenant has moved; the word with the highest counts
 */
public record TenantOwner(String tenant, long era, String partition) {}
