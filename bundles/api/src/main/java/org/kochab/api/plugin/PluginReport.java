package org.kochab.api.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a bundle that takes plugins of its own says of them. Registered as a service by that bundle; {@link PluginService} lists what all reports say.
 * Called by any thread, by several at once; answers from memory and does not block. If it throws, its plugins are not listed.
 */
@ConsumerType
public interface PluginReport {
    /**
     * The plugins that are there now, those that are not called included. Where {@code usedBy} is empty, the partitions that use a scheduler of the
     * reporting bundle are listed.
     */
    List<Plugin> plugins();
}
