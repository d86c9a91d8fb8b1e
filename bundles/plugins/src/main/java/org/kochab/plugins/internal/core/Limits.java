package org.kochab.plugins.internal.core;

/**
 * How much a file may be.
 *
 * @param fileBytes of the file itself
 * @param contentBytes of all that it unpacks to, what is in its bundles included
 * @param entries of one archive
 */
public record Limits(long fileBytes, long contentBytes, int entries) {}
