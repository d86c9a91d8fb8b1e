package org.kochab.plugins.internal.service;

import java.nio.file.Path;
import org.kochab.api.resource.ResourceException;

/** One member, as far as plugins are put there. All methods block, and fail with {@link ResourceException}. */
interface Seat {
    /**
     * Installs and tries a plugin, and holds what was there before.
     *
     * @param file what is to be installed
     */
    Done put(Order order, Path file);

    /** Lets go of what was there before. Does nothing if the order is not the last one that changed the plugin. */
    void keep(String plugin, Order order);

    /** Brings back what was there before. Does nothing if the order has not changed the plugin; fails if it is kept already. */
    void takeBack(String plugin, Order order);

    void remove(String plugin);

    /**
     * What became of it.
     *
     * @param changed false if this version was there already
     */
    record Done(String plugin, boolean changed) {}
}
