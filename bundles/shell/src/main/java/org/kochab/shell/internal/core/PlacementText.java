package org.kochab.shell.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.kochab.api.placement.PodPlacement;
import org.kochab.resourcetext.Table;
import org.kochab.spi.scheduler.Refusal;

/** A placement in words. */
public final class PlacementText {
    private PlacementText() {}

    public static List<String> facts(String pod, PodPlacement p) {
        List<String> lines = new ArrayList<>();
        lines.add(Facts.line("Pod", pod));
        lines.add(Facts.line("State", p.state().name()));
        lines.add(Facts.line("Node", p.node().orElse("<none>")));
        lines.add(Facts.line("Scheduler", p.scheduler()));
        lines.add(Facts.line("Attempts", Integer.toString(p.attempts())));
        if (!p.message().isEmpty()) {
            lines.add(Facts.line("Message", p.message()));
        }
        return lines;
    }

    public static Table refusals(PodPlacement p) {
        List<List<String>> rows = new ArrayList<>();
        for (Refusal r : p.refusals()) {
            rows.add(List.of(
                    Integer.toString(r.nodes()),
                    r.plugin(),
                    switch (r.code()) {
                        case UNFIT_NOW -> "not now";
                        case UNFIT_EVER -> "never as it is";
                        case PLUGIN_FAILED -> "plugin failed";
                    },
                    r.reason()));
        }
        return new Table(
                List.of(
                        new Table.Column("NODES", false),
                        new Table.Column("PLUGIN", false),
                        new Table.Column("FITS", false),
                        new Table.Column("REASON", true)),
                rows);
    }
}
