package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.Refusal;

/** A vendor's rules: when they throw, they refuse all nodes to the group. */
public final class GuardedRules implements PlacementRules {
    private final String name;
    private final int order;
    private final PlacementRules vendor;
    private final PluginWatch watch;

    public GuardedRules(PlacementRules vendor, PluginWatch watch) {
        this.name = vendor.name();
        this.order = vendor.order();
        this.vendor = vendor;
        this.watch = watch;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int order() {
        return order;
    }

    @Override
    public List<DomainRule> begin(PlacementContext context) {
        long start = watch.now();
        try {
            List<DomainRule> rules = new ArrayList<>();
            for (DomainRule rule : vendor.begin(context)) {
                rules.add(guard(context, rule));
            }
            return rules;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            watch.failed(name, e);
            return List.of(new Guarded(null, "", new int[0], new BitSet(), 0, 0, e));
        } finally {
            watch.took(name, watch.now() - start);
        }
    }

    private DomainRule guard(PlacementContext context, DomainRule rule) {
        String key = rule.topologyKey();
        int domains = context.view().topology(key).names().size();
        int[] counts = rule.counts();
        double weight = rule.weight();
        if (counts.length != domains || rule.compared().length() > domains || !(weight >= 0 && weight <= 1000)) {
            throw new IllegalArgumentException("rule over " + key + ": counts are " + counts.length + " for " + domains
                    + " domains, or the weight " + weight + " is not between 0 and 1000");
        }
        return new Guarded(rule, key, counts, rule.compared(), rule.step(), weight, null);
    }

    private final class Guarded implements DomainRule {
        private final @Nullable DomainRule rule;
        private final String key;
        private final int[] counts;
        private final BitSet compared;
        private final int step;
        private final double weight;
        private @Nullable Throwable failure;

        Guarded(
                @Nullable DomainRule rule,
                String key,
                int[] counts,
                BitSet compared,
                int step,
                double weight,
                @Nullable Throwable failure) {
            this.rule = rule;
            this.key = key;
            this.counts = counts;
            this.compared = compared;
            this.step = step;
            this.weight = weight;
            this.failure = failure;
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

        private static double cut(double score) {
            return score > 0 ? Math.min(score, 100) : 0;
        }

        private <T> T ask(java.util.function.Function<DomainRule, T> question, T otherwise) {
            if (failure != null || rule == null) {
                return otherwise;
            }
            try {
                return question.apply(rule);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                watch.failed(name, e);
                failure = e;
                return otherwise;
            }
        }

        @Override
        public boolean accepts(int count, int lowest, boolean any) {
            return ask(r -> r.accepts(count, lowest, any), false);
        }

        @Override
        public boolean acceptsWithoutKey() {
            return ask(DomainRule::acceptsWithoutKey, false);
        }

        @Override
        public double score(int count, int lowest, boolean any) {
            return cut(ask(r -> r.score(count, lowest, any), 0.0));
        }

        @Override
        public double scoreWithoutKey() {
            return cut(ask(DomainRule::scoreWithoutKey, 0.0));
        }

        @Override
        public Refusal.Code code() {
            return failure != null ? Refusal.Code.PLUGIN_FAILED : ask(DomainRule::code, Refusal.Code.PLUGIN_FAILED);
        }

        @Override
        public String reason(BitSet refused) {
            String reason = ask(r -> r.reason(refused), "");
            return failure == null ? reason : GuardedFilter.failure("rule", name, failure);
        }
    }
}
