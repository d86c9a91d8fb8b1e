package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.kochab.scheduler.internal.core.plugins.Allocation;
import org.kochab.scheduler.internal.core.plugins.HostPorts;
import org.kochab.scheduler.internal.core.plugins.ImageLocality;
import org.kochab.scheduler.internal.core.plugins.NodeAffinity;
import org.kochab.scheduler.internal.core.plugins.NodeNamed;
import org.kochab.scheduler.internal.core.plugins.NodeOpen;
import org.kochab.scheduler.internal.core.plugins.NodePreference;
import org.kochab.scheduler.internal.core.plugins.NodeReady;
import org.kochab.scheduler.internal.core.plugins.PodAffinity;
import org.kochab.scheduler.internal.core.plugins.ResourceFit;
import org.kochab.scheduler.internal.core.plugins.RuntimeProven;
import org.kochab.scheduler.internal.core.plugins.TaintPreference;
import org.kochab.scheduler.internal.core.plugins.Taints;
import org.kochab.scheduler.internal.core.plugins.TopologySpread;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementScorer;

/** Which built-in plugins a scheduler uses. */
public enum Profile {
    /** Pods go where most is free. */
    SPREAD("spread", Allocation.Aim.LEAST, Allocation.Aim.BALANCED),
    /** Pods go where least is free, so that whole nodes stay empty. */
    BINPACK("binpack", Allocation.Aim.MOST);

    private final String text;
    private final List<Allocation.Aim> aims;

    Profile(String text, Allocation.Aim... aims) {
        this.text = text;
        this.aims = List.of(aims);
    }

    public String text() {
        return text;
    }

    public PluginSet plugins() {
        List<PlacementFilter> filters = List.of(
                new NodeReady(),
                new NodeOpen(),
                new NodeNamed(),
                new RuntimeProven(),
                new NodeAffinity(),
                new Taints(),
                new HostPorts(),
                new ResourceFit());
        List<PlacementScorer> scorers =
                new ArrayList<>(List.of(new NodePreference(), new TaintPreference(), new ImageLocality()));
        aims.forEach(aim -> scorers.add(new Allocation(aim)));
        return new PluginSet(filters, scorers, List.of(new TopologySpread(), new PodAffinity()));
    }
}
