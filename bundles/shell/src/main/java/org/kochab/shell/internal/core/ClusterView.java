package org.kochab.shell.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the platform is.
 *
 * @param member the member that was asked
 * @param links connections to its broker; null if it has none
 * @param nodes how many by phase
 * @param pods how many by phase
 * @param problems sentences for an operator; empty if all is well
 */
public record ClusterView(
        String member,
        int partitions,
        int partitionsServing,
        List<String> stores,
        @Nullable Integer links,
        Map<String, Integer> nodes,
        int tenants,
        Map<String, Integer> pods,
        List<String> problems) {
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(Facts.line("Member", member.isEmpty() ? "<unknown>" : member));
        lines.add(Facts.line("Partitions", partitionsServing + " of " + partitions + " serving"));
        lines.add(Facts.line("Stores", stores.isEmpty() ? "<none>" : String.join(", ", stores)));
        if (links != null) {
            lines.add(Facts.line("Broker", links + " connections"));
        }
        lines.add(Facts.line("Nodes", counts(nodes)));
        lines.add(Facts.line("Tenants", Integer.toString(tenants)));
        lines.add(Facts.line("Pods", counts(pods)));
        lines.add(Facts.line("Problems", problems.isEmpty() ? "none" : Integer.toString(problems.size())));
        problems.forEach(p -> lines.add("  " + p));
        return lines;
    }

    private static String counts(Map<String, Integer> byPhase) {
        int all = byPhase.values().stream().mapToInt(Integer::intValue).sum();
        List<String> parts = new ArrayList<>();
        byPhase.forEach((phase, n) -> parts.add(n + " " + phase));
        return all + (parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")");
    }
}
