package org.kochab.store.ignite.internal.grid;

import java.io.Serializable;
import java.util.UUID;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.plugin.CachePluginContext;
import org.apache.ignite.plugin.CachePluginProvider;
import org.apache.ignite.plugin.ExtensionRegistry;
import org.apache.ignite.plugin.IgnitePlugin;
import org.apache.ignite.plugin.PluginConfiguration;
import org.apache.ignite.plugin.PluginContext;
import org.apache.ignite.plugin.PluginProvider;
import org.jspecify.annotations.Nullable;

/** What Ignite wants of a plug-in and ours has no use for. */
abstract class SilentPlugin implements PluginProvider<PluginConfiguration> {
    private static final IgnitePlugin NONE = new IgnitePlugin() {};

    @Override
    public String name() {
        return "kochab-admission";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String copyright() {
        return "";
    }

    @Override
    @SuppressWarnings("unchecked") // Ignite's signature
    public <T extends IgnitePlugin> T plugin() {
        return (T) NONE;
    }

    @Override
    public void initExtensions(PluginContext plugin, ExtensionRegistry registry) {}

    @Override
    public <T> @Nullable T createComponent(PluginContext plugin, Class<T> type) {
        return null;
    }

    @Override
    @SuppressWarnings("rawtypes") // Ignite's signature
    public @Nullable CachePluginProvider createCacheProvider(CachePluginContext plugin) {
        return null;
    }

    @Override
    public void stop(boolean cancel) {}

    @Override
    public void onIgniteStart() {}

    @Override
    public void onIgniteStop(boolean cancel) {}

    @Override
    @Deprecated
    public void validateNewNode(ClusterNode node) {}

    @Override
    public @Nullable Serializable provideDiscoveryData(UUID node) {
        return null;
    }

    @Override
    public void receiveDiscoveryData(UUID node, Serializable data) {}
}
