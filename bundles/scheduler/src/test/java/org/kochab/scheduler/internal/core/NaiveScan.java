package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.testkit.scheduler.TestCluster;

/** What the engine must be equal to: begins anew with every plugin for every pod, and looks at every node. */
final class NaiveScan {
    private NaiveScan() {}

    /** A decision: the node and its rank, or why not by plugin and number of nodes. */
    record Outcome(String pod, String node, double score, List<String> refused) {
        static Outcome of(Decision decision) {
            if (decision instanceof Decision.Assigned a) {
                return new Outcome(a.podUid(), a.node(), a.score(), List.of());
            }
            Decision.Rejected r = (Decision.Rejected) decision;
            return new Outcome(
                    r.podUid(),
                    "",
                    0,
                    r.refusals().stream()
                            .map(f -> f.plugin() + ":" + f.code() + ":" + f.nodes())
                            .toList());
        }
    }

    static List<Outcome> place(TestCluster start, List<PodGroup> batch, long seed, PluginSet plugins) {
        TestCluster cluster = start.copy();
        List<Outcome> all = new ArrayList<>();
        for (PodGroup group : batch) {
            TestCluster before = cluster.copy();
            List<Outcome> outcomes = new ArrayList<>();
            List<String> refused = null;
            for (String pod : group.podUids()) {
                if (refused != null) {
                    outcomes.add(new Outcome(pod, "", 0, refused));
                    continue;
                }
                Outcome outcome = one(cluster, group, pod, seed, plugins);
                outcomes.add(outcome);
                if (outcome.node.isEmpty()) {
                    refused = outcome.refused;
                } else {
                    cluster.place(group, cluster.slot(outcome.node));
                }
            }
            if (refused != null && group.allOrNothing()) {
                List<String> reasons = refused;
                cluster = before;
                outcomes.replaceAll(o -> new Outcome(o.pod, "", 0, reasons));
            }
            all.addAll(outcomes);
        }
        return all;
    }

    private record Rule(String plugin, DomainRule rule, ClusterView.Topology topology) {
        int lowest() {
            return rule.compared().stream().map(d -> rule.counts()[d]).min().orElse(0);
        }

        boolean any() {
            return java.util.Arrays.stream(rule.counts()).anyMatch(c -> c != 0);
        }

        boolean accepts(int slot) {
            int d = topology.domain()[slot];
            return d < 0 ? rule.acceptsWithoutKey() : rule.accepts(rule.counts()[d], lowest(), any());
        }

        double score(int slot) {
            int d = topology.domain()[slot];
            return d < 0 ? rule.scoreWithoutKey() : rule.score(rule.counts()[d], lowest(), any());
        }
    }

    private static Outcome one(TestCluster cluster, PodGroup group, String pod, long seed, PluginSet plugins) {
        PlacementContext context = new PlacementContext(cluster, group);
        BitSet rest = cluster.live();
        List<Refusal> refusals = new ArrayList<>();
        if (rest.isEmpty()) {
            return new Outcome(pod, "", 0, List.of("nodes:UNFIT_NOW:0"));
        }
        for (PlacementFilter plugin : plugins.filters()) {
            GroupFilter filter = plugin.begin(context).orElse(null);
            if (filter != null && !rest.isEmpty()) {
                BitSet refused = (BitSet) rest.clone();
                filter.filter(rest);
                refused.andNot(rest);
                refuse(refusals, plugin.name(), filter.code(), refused);
            }
        }
        List<Rule> rules = new ArrayList<>();
        double weights = 0;
        for (PlacementRules plugin : plugins.rules()) {
            for (DomainRule rule : plugin.begin(context)) {
                rules.add(new Rule(plugin.name(), rule, cluster.topology(rule.topologyKey())));
                weights += rule.weight();
            }
        }
        for (Rule rule : rules) {
            BitSet refused = new BitSet();
            rest.stream().filter(s -> !rule.accepts(s)).forEach(refused::set);
            rest.andNot(refused);
            refuse(refusals, rule.plugin, rule.rule.code(), refused);
        }
        if (rest.isEmpty()) {
            refusals.sort(
                    java.util.Comparator.comparingInt(Refusal::nodes).reversed().thenComparing(Refusal::plugin));
            return Outcome.of(new Decision.Rejected(pod, refusals));
        }
        return best(cluster, pod, seed, plugins, context, rest, rules, weights);
    }

    private static void refuse(List<Refusal> refusals, String plugin, Refusal.Code code, BitSet refused) {
        if (!refused.isEmpty()) {
            refusals.add(new Refusal(plugin, code, refused.cardinality(), ""));
        }
    }

    private static Outcome best(
            TestCluster cluster,
            String pod,
            long seed,
            PluginSet plugins,
            PlacementContext context,
            BitSet rest,
            List<Rule> rules,
            double ruleWeights) {
        double weights = ruleWeights;
        List<GroupScorer> scorers = new ArrayList<>();
        List<Double> weightOf = new ArrayList<>();
        for (PlacementScorer plugin : plugins.scorers()) {
            var scorer = plugin.begin(context);
            if (scorer.isPresent()) {
                scorers.add(scorer.get());
                weightOf.add(plugin.weight());
                weights += plugin.weight();
            }
        }
        double[] points = new double[cluster.slots()];
        for (int i = 0; i < scorers.size(); i++) {
            double[] scores = new double[cluster.slots()];
            scorers.get(i).score(rest, scores);
            for (int slot = rest.nextSetBit(0); slot >= 0; slot = rest.nextSetBit(slot + 1)) {
                points[slot] += Points.of(scores[slot], weightOf.get(i) / weights);
            }
        }
        int best = -1;
        long bestRank = 0;
        for (int slot = rest.nextSetBit(0); slot >= 0; slot = rest.nextSetBit(slot + 1)) {
            for (Rule rule : rules) {
                double weight = rule.rule.weight();
                points[slot] += weight == 0 ? 0 : Points.of(rule.score(slot), weight / weights);
            }
            long rank = Points.rank(points[slot], Points.tie(cluster.identity()[slot], seed));
            if (best < 0 || rank > bestRank) {
                best = slot;
                bestRank = rank;
            }
        }
        return new Outcome(pod, cluster.nodeName(best), Points.score(bestRank), List.of());
    }
}
