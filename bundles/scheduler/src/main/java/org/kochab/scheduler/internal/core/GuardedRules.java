package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.Refusal;

/** A vendor's rules in one batch. When they fail, they refuse all nodes to the group; or have no say in it, if the operator wants it so. */
public final class GuardedRules implements PlacementRules {
    private static final int MOST_RULES = 64;
    private static final int LARGEST_STEP = 1_000_000;
    private static final int LARGEST_WEIGHT = 1000;

    private final PlacementRules plugin;
    private final Vendor vendor;
    private final PluginWatch watch;
    private final boolean ignored;

    /** @param ignored whether a failure means that they have no say */
    public GuardedRules(PlacementRules plugin, Vendor vendor, PluginWatch watch, boolean ignored) {
        this.plugin = plugin;
        this.vendor = vendor;
        this.watch = watch;
        this.ignored = ignored;
    }

    @Override
    public String name() {
        return vendor.name();
    }

    @Override
    public int order() {
        return vendor.order();
    }

    @Override
    public List<DomainRule> begin(PlacementContext context) {
        Guard guard = new Guard(vendor, watch, context.view());
        List<DomainRule> begun =
                guard.begin(() -> begin(watch.shown(context), guard)).orElse(List.of());
        if (!guard.failed()) {
            return begun;
        }
        return ignored ? List.of() : List.of(new Guarded(guard, null, "", new int[0], new BitSet(), 0, 0));
    }

    private Optional<List<DomainRule>> begin(PlacementContext context, Guard guard) {
        List<DomainRule> rules = new ArrayList<>();
        for (DomainRule rule : plugin.begin(context)) {
            if (rules.size() == MOST_RULES) {
                throw Guard.wrong("it has more than " + MOST_RULES + " rules for a group");
            }
            rules.add(checked(context, guard, rule));
        }
        return rules.isEmpty() ? Optional.empty() : Optional.of(rules);
    }

    private DomainRule checked(PlacementContext context, Guard guard, DomainRule rule) {
        String key = Objects.requireNonNull(rule.topologyKey(), "topologyKey()");
        int domains = context.view().topology(key).names().size();
        int[] counts = rule.counts().clone();
        BitSet compared = (BitSet) rule.compared().clone();
        int step = rule.step();
        double weight = rule.weight();
        if (counts.length != domains) {
            throw Guard.wrong("its rule over " + key + " has " + counts.length + " counts for " + domains + " domains");
        }
        if (compared.length() > domains) {
            throw Guard.wrong(
                    "its rule over " + key + " compares domain " + (compared.length() - 1) + " of " + domains);
        }
        if (step < -LARGEST_STEP || step > LARGEST_STEP) {
            throw Guard.wrong("the step of its rule over " + key + " is " + step);
        }
        if (!(weight >= 0 && weight <= LARGEST_WEIGHT)) {
            throw Guard.wrong("the weight of its rule over " + key + " is " + weight + ", not 0 to " + LARGEST_WEIGHT);
        }
        return new Guarded(guard, rule, key, counts, compared, step, weight);
    }

    private final class Guarded implements DomainRule {
        private final Guard guard;
        private final @Nullable DomainRule rule;
        private final String key;
        private final int[] counts;
        private final BitSet compared;
        private final int step;
        private final double weight;

        /** @param rule null if there is none because the rules have failed */
        Guarded(
                Guard guard,
                @Nullable DomainRule rule,
                String key,
                int[] counts,
                BitSet compared,
                int step,
                double weight) {
            this.guard = guard;
            this.rule = rule;
            this.key = key;
            this.counts = counts;
            this.compared = compared;
            this.step = step;
            this.weight = weight;
        }

        @Override
        public String topologyKey() {
            return key;
        }

        @Override
        public int[] counts() {
            return counts;
        }

        @Override
        public BitSet compared() {
            return compared;
        }

        @Override
        public int step() {
            return step;
        }

        @Override
        public double weight() {
            return weight;
        }

        private <T> T ask(Function<DomainRule, T> question, T otherwise) {
            return rule == null ? otherwise : guard.ask(() -> question.apply(rule), otherwise);
        }

        private double score(Function<DomainRule, Double> question) {
            double score = ask(question, 0.0);
            if (!Points.isScore(score)) {
                guard.complain(() -> "it gave " + score + " as the score of a domain of " + key);
            }
            return Points.cut(score);
        }

        @Override
        public boolean accepts(int count, int lowest, boolean any) {
            return ask(r -> r.accepts(count, lowest, any), ignored);
        }

        @Override
        public boolean acceptsWithoutKey() {
            return ask(DomainRule::acceptsWithoutKey, ignored);
        }

        @Override
        public double score(int count, int lowest, boolean any) {
            return score(r -> r.score(count, lowest, any));
        }

        @Override
        public double scoreWithoutKey() {
            return score(DomainRule::scoreWithoutKey);
        }

        @Override
        public Refusal.Code code() {
            return guard.failed()
                    ? Refusal.Code.PLUGIN_FAILED
                    : ask(r -> Objects.requireNonNull(r.code()), Refusal.Code.PLUGIN_FAILED);
        }

        @Override
        public String reason(BitSet refused) {
            String reason = ask(r -> Objects.requireNonNull(r.reason((BitSet) refused.clone())), "");
            return guard.failed() ? guard.refusal(refused.cardinality()) : reason;
        }
    }
}
