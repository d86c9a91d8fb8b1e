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

/** Places pods where most is free, and spreads them. */
@Component(service = Scheduler.class, property = Scheduler.NAME_PROPERTY + "=spread")
public final class SpreadScheduler implements Scheduler {
    private final PlacementPlugins plugins;
    private final PluginSet builtIn = Profile.SPREAD.plugins();

    @Activate
    public SpreadScheduler(@Reference PlacementPlugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public String name() {
        return Profile.SPREAD.text();
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
