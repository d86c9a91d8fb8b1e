package org.kochab.scheduler.internal.osgi;

import java.util.List;
import java.util.Optional;
import org.kochab.scheduler.internal.core.PluginSet;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Places pods where least is free, so that whole nodes stay empty. */
@Component(service = Scheduler.class, property = Scheduler.NAME_PROPERTY + "=binpack")
public final class BinpackScheduler implements Scheduler {
    private final PlacementPlugins plugins;
    private final PluginSet builtIn = Profile.BINPACK.plugins();

    @Activate
    public BinpackScheduler(@Reference PlacementPlugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public String name() {
        return Profile.BINPACK.text();
    }

    @Override
    public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
        return plugins.place(view, batch, seed, builtIn);
    }

    @Override
    public Optional<String> abandoned(Thread caller) {
        return plugins.abandoned(caller);
    }
}
