package org.kochab.api.partition;

/**
 * Where a paged list goes on.
 *
 * @param revision the revision the list shows
 * @param afterKey the last key already seen
 */
public record ListCursor(long revision, String afterKey) {}
