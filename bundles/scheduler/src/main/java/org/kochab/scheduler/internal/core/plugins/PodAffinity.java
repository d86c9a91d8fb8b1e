package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PodGroup;

/**
 * Affinity and anti-affinity between pods, in both directions: the pod's own terms over the pods that are there, and the terms of those pods over this
 * one. As in Kubernetes, a required affinity that the pod itself would fulfil does not bind the first of its kind.
 */
public final class PodAffinity implements PlacementRules {
    @Override
    public String name() {
        return "pod-affinity";
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public List<DomainRule> begin(PlacementContext context) {
        Rules rules = new Rules(context);
        PodSpec.Affinity affinity = context.group().spec().affinity();
        if (affinity != null && affinity.podAffinity() != null) {
            rules.attracted(affinity.podAffinity());
        }
        if (affinity != null && affinity.podAntiAffinity() != null) {
            rules.repelled(affinity.podAntiAffinity());
        }
        rules.byOthers();
        return rules.all();
    }

    /** Counts of one topology key in the making. */
    private static final class Counts {
        final ClusterView.Topology topology;
        final int[] counts;
        int step;

        Counts(ClusterView view, String key) {
            topology = view.topology(key);
            counts = new int[topology.names().size()];
        }

        void add(int slot, int pods) {
            int domain = topology.domain()[slot];
            if (domain >= 0) {
                counts[domain] += pods;
            }
        }
    }

    private static final class Rules {
        private final PlacementContext context;
        private final List<DomainRule> required = new ArrayList<>();
        private final Map<String, Counts> preferred = new TreeMap<>();

        Rules(PlacementContext context) {
            this.context = context;
        }

        private PodGroup group() {
            return context.group();
        }

        void attracted(PodSpec.PodAffinity affinity) {
            for (PodSpec.PodAffinityTerm term : affinity.requiredDuringSchedulingIgnoredDuringExecution()) {
                Counts counts = new Counts(context.view(), term.topologyKey());
                pods(term, counts::add);
                boolean self = matchesSelf(term);
                required.add(new Together(term.topologyKey(), text(term), counts.counts, self));
            }
            for (PodSpec.WeightedPodAffinityTerm wish : affinity.preferredDuringSchedulingIgnoredDuringExecution()) {
                prefer(wish.podAffinityTerm(), wish.weight());
            }
        }

        void repelled(PodSpec.PodAffinity affinity) {
            for (PodSpec.PodAffinityTerm term : affinity.requiredDuringSchedulingIgnoredDuringExecution()) {
                Counts counts = new Counts(context.view(), term.topologyKey());
                pods(term, counts::add);
                required.add(new Apart(
                        term.topologyKey(), "matching " + text(term), counts.counts, matchesSelf(term) ? 1 : 0));
            }
            for (PodSpec.WeightedPodAffinityTerm wish : affinity.preferredDuringSchedulingIgnoredDuringExecution()) {
                prefer(wish.podAffinityTerm(), -wish.weight());
            }
        }

        /** A placed pod of the group pulls the next one twice: by the next one's term, and by its own. */
        private void prefer(PodSpec.PodAffinityTerm term, int weight) {
            Counts counts = preferred(term.topologyKey());
            pods(term, (slot, pods) -> counts.add(slot, weight * pods));
            if (matchesSelf(term)) {
                counts.step += 2 * weight;
            }
        }

        private Counts preferred(String key) {
            return preferred.computeIfAbsent(key, k -> new Counts(context.view(), k));
        }

        void byOthers() {
            Map<String, Counts> binding = new TreeMap<>();
            context.view().terms(group().tenant(), group().namespace(), group().labels(), (term, slot, pods) -> {
                if (term.required() && term.weight() < 0) {
                    binding.computeIfAbsent(term.topologyKey(), k -> new Counts(context.view(), k))
                            .add(slot, pods);
                } else {
                    preferred(term.topologyKey()).add(slot, term.weight() * pods);
                }
            });
            binding.forEach((key, counts) ->
                    required.add(new Apart(key, "that do not want a pod like this one near them", counts.counts, 0)));
            requiredTermsPullToo();
        }

        /** What {@link ClusterView#terms} tells of required affinity of placed pods also holds for the group's own. */
        private void requiredTermsPullToo() {
            PodSpec.Affinity affinity = group().spec().affinity();
            if (affinity == null || affinity.podAffinity() == null) {
                return;
            }
            for (PodSpec.PodAffinityTerm term :
                    affinity.podAffinity().requiredDuringSchedulingIgnoredDuringExecution()) {
                if (matchesSelf(term)) {
                    preferred(term.topologyKey()).step += 1;
                }
            }
        }

        List<DomainRule> all() {
            List<DomainRule> all = new ArrayList<>(required);
            preferred.forEach((key, counts) -> all.add(new Preferred(key, counts.counts, counts.step)));
            return all;
        }

        private void pods(PodSpec.PodAffinityTerm term, ClusterView.SlotCounter counter) {
            if (term.labelSelector() != null) {
                context.view().pods(group().tenant(), namespaces(term), term.labelSelector(), counter);
            }
        }

        private boolean matchesSelf(PodSpec.PodAffinityTerm term) {
            return term.labelSelector() != null
                    && namespaces(term).contains(group().namespace())
                    && term.labelSelector().matches(group().labels());
        }

        private List<String> namespaces(PodSpec.PodAffinityTerm term) {
            return term.namespaces().isEmpty() ? List.of(group().namespace()) : term.namespaces();
        }
    }

    private static String text(PodSpec.PodAffinityTerm term) {
        return text(term.labelSelector());
    }

    private static String text(@Nullable LabelSelector selector) {
        if (selector == null) {
            return "(nothing)";
        }
        List<String> parts = new ArrayList<>();
        selector.matchLabels().forEach((key, value) -> parts.add(key + "=" + value));
        selector.matchExpressions()
                .forEach(e -> parts.add(e.key() + " " + e.operator() + " " + String.join("|", e.values())));
        return parts.isEmpty() ? "(everything)" : String.join(", ", parts);
    }

    /** Required affinity. */
    private record Together(String topologyKey, String wanted, int[] counts, boolean self) implements DomainRule {
        @Override
        public BitSet compared() {
            return new BitSet();
        }

        @Override
        public int step() {
            return self ? 1 : 0;
        }

        @Override
        public boolean accepts(int count, int lowest, boolean any) {
            return count > 0 || (self && !any);
        }

        @Override
        public boolean acceptsWithoutKey() {
            return false;
        }

        @Override
        public String reason(BitSet refused) {
            return Words.nodes(refused.cardinality(), "is", "are") + " in no " + topologyKey
                    + " that has pods matching " + wanted + ", which pod affinity requires";
        }
    }

    /** Required anti-affinity, of the pod or of those that are there. */
    private record Apart(String topologyKey, String from, int[] counts, int step) implements DomainRule {
        @Override
        public BitSet compared() {
            return new BitSet();
        }

        @Override
        public boolean accepts(int count, int lowest, boolean any) {
            return count == 0;
        }

        @Override
        public String reason(BitSet refused) {
            return Words.nodes(refused.cardinality(), "shares", "share") + " a " + topologyKey + " with pods " + from
                    + ", which pod anti-affinity forbids";
        }
    }

    /** All preferences over one key: the sum of weights, bent to 0 to 100 with 50 for none. */
    private record Preferred(String topologyKey, int[] counts, int step) implements DomainRule {
        @Override
        public BitSet compared() {
            return new BitSet();
        }

        @Override
        public double weight() {
            return 2;
        }

        @Override
        public double score(int count, int lowest, boolean any) {
            return 50 + 50.0 * count / (Math.abs((double) count) + 100);
        }

        @Override
        public double scoreWithoutKey() {
            return 50;
        }
    }
}
