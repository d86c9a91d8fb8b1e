package org.kochab.api.plugin;

import java.util.List;

/**
 * What became of an installation or an update.
 *
 * @param plugin as it is on this member now
 * @param members that have it in this version now, by name; empty if members have no names here, and there is only this one
 */
public record PluginRollout(PluginPackage plugin, List<String> members) {
    public PluginRollout {
        members = List.copyOf(members);
    }
}
