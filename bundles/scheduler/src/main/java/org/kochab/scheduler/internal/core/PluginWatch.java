package org.kochab.scheduler.internal.core;

/** Told how a vendor's plugin behaves; it also has the clock, which the engine must not see. */
public interface PluginWatch {
    /** Nanoseconds since some moment. */
    long now();

    /** The plugin has worked for this long on one group. */
    void took(String plugin, long nanos);

    /** The plugin threw. */
    void failed(String plugin, Throwable cause);
}
