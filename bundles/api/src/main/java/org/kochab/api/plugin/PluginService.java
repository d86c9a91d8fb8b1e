package org.kochab.api.plugin;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Lists the services that vendors can add or replace. Any thread; answers from memory, does not block. */
@ProviderType
public interface PluginService {
    /** Everything registered now, by kind and name. */
    List<Plugin> plugins();
}
