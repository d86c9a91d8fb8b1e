package org.kochab.scheduler.internal.core;

import org.kochab.spi.scheduler.PlacementContext;

/** Told how one vendor's plugin behaves in one batch; it also has the clock, which the engine must not see. Used by the batch's thread. */
public interface PluginWatch {
    /** What the plugin is shown of a group and its cluster. */
    PlacementContext shown(PlacementContext context);

    /** Nanoseconds since some moment. */
    long now();

    /** The plugin is called. */
    void entered();

    /** The call has ended. */
    void left();

    /** The plugin is about to be asked about another group. May throw to end the batch. */
    void group();

    /** It has a say in that group. */
    void says();

    /** It has worked for this long on that group, once more. */
    void took(long nanos);

    /** It threw, or gave an answer that makes no sense; told once a group. */
    void failed(String why, Throwable cause);
}
