package org.kochab.spi.scheduler;

/**
 * What a plugin decides about.
 *
 * @param view the cluster, including what the batch has placed before this group; {@link ClusterView#committed} goes on changing as the group's own pods
 *     are placed
 * @param group the pods
 */
public record PlacementContext(ClusterView view, PodGroup group) {}
