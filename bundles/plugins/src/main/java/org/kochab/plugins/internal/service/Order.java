package org.kochab.plugins.internal.service;

/**
 * What one member, which has the file, asks each to do.
 *
 * @param id of what is asked of all; by that it is taken back
 * @param update the plugin in whose place it is put; empty if it is a new one
 * @param source what the operator named
 * @param sha256 digest of the file
 */
public record Order(
        String id, String update, String source, String sha256, boolean requireSignature, long timeoutMillis) {}
