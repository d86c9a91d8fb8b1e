package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.kochab.spi.scheduler.ClusterView;

/**
 * Finds the best slots of a group by indexes. Under a rule over few domains each domain is a cell of its own, with indexes over its slots. Under a rule over
 * many domains the slots of all domains that have nothing counted are one cell, found by index; those of the others, and those without the key, are
 * ranked one by one, as are the slots of a domain in which a pod has been placed.
 */
final class Search {
    private static final int MOST_CELLS = 64;
    private static final int NO_LIMIT = 1 << 29;
    /** One in so many slots may be ranked one by one; more are better scanned. */
    private static final int RANKED_SHARE = 4;

    private static final int ALWAYS_RANKED = 64;

    private final Batch batch;
    private final GroupPlugins plugins;
    private final BitSet candidates;
    private final Strata strata;
    private final Appraisal appraisal;
    private final List<RuleState> rules;
    private final Cells cells;
    private final Descent.Gate gate;
    private final Amounts amounts;

    private Search(
            Batch batch,
            GroupPlugins plugins,
            BitSet candidates,
            Strata strata,
            Appraisal appraisal,
            List<RuleState> rules) {
        this.batch = batch;
        this.plugins = plugins;
        this.candidates = candidates;
        this.strata = strata;
        this.appraisal = appraisal;
        this.rules = rules;
        this.cells = new Cells(rules, NO_LIMIT);
        this.amounts = batch.amounts(appraisal.resources);
        this.gate = slot -> !batch.inUse.get(slot) && isUncounted(slot) && plugins.accepts(slot);
    }

    /** Empty if the plugins, or the group's rules, need a scan, or there are too few slots for anything else to be worth it. */
    static Optional<Search> begin(Batch batch, GroupPlugins plugins, BitSet candidates, int pods) {
        if (!batch.tuning.indexed()) {
            return Optional.empty();
        }
        Optional<Strata> strata = Strata.of(plugins.steady);
        Optional<Appraisal> appraisal = strata.isEmpty() ? Optional.empty() : Appraisal.of(plugins);
        if (appraisal.isEmpty() || batch.view.slots() <= batch.tuning.fewSlots()) {
            return Optional.empty();
        }
        List<RuleState> rules = new ArrayList<>();
        for (GroupPlugins.Rule rule : plugins.rules) {
            ClusterView.Topology topology = batch.view.topology(rule.rule().topologyKey());
            boolean many = topology.names().size() > batch.tuning.fewDomains();
            rules.add(new RuleState(rule, topology, many));
        }
        Search search = new Search(batch, plugins, candidates, strata.get(), appraisal.get(), rules);
        return search.fill(pods) ? Optional.of(search) : Optional.empty();
    }

    Cells cells() {
        return cells;
    }

    List<RuleState> rules() {
        return rules;
    }

    double steadyPoints(int slot) {
        return strata.points(slot);
    }

    private boolean isUncounted(int slot) {
        for (int r = 0; r < rules.size(); r++) {
            RuleState rule = rules.get(r);
            if (rule.byCount && rule.state(slot) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean fill(int pods) {
        BitSet counted = new BitSet();
        for (RuleState rule : rules) {
            if (rule.byCount) {
                String key = rule.rule.topologyKey();
                if (rule.step() != 0 && (long) pods * batch.members(key).most() > batch.view.slots()) {
                    return false;
                }
                BitSet without = (BitSet) candidates.clone();
                without.andNot(batch.view.withLabelKey(key));
                counted.or(without);
                Members members = batch.members(key);
                BitSet domains = rule.counted();
                for (int d = domains.nextSetBit(0); d >= 0; d = domains.nextSetBit(d + 1)) {
                    for (int i = 0; i < members.count(d); i++) {
                        counted.set(members.slot(d, i));
                    }
                }
            }
        }
        counted.and(candidates);
        int ranked = counted.cardinality();
        if (ranked > ALWAYS_RANKED && (long) ranked * RANKED_SHARE > batch.view.slots()) {
            return false;
        }
        if (!divide()) {
            return false;
        }
        for (int slot = counted.nextSetBit(0); slot >= 0; slot = counted.nextSetBit(slot + 1)) {
            add(slot);
        }
        return true;
    }

    /** Ranks a slot on its own. */
    private void add(int slot) {
        if (plugins.accepts(slot)) {
            double points = strata.points(slot) + plugins.changingPoints(slot);
            cells.of(slot).add(Points.rank(points, batch.tie(slot)), slot);
        }
    }

    /** A part of the candidates: those in all of some sets and in none of others. */
    private record Part(List<BitSet> in, List<BitSet> out, int[] states) {
        boolean isAll() {
            return in.isEmpty() && out.isEmpty();
        }

        Part and(BitSet more, int[] ruleIndexes, int state) {
            List<BitSet> both = new ArrayList<>(in);
            both.add(more);
            return new Part(both, out, with(ruleIndexes, state));
        }

        Part without(BitSet less, int[] ruleIndexes) {
            List<BitSet> both = new ArrayList<>(out);
            both.add(less);
            return new Part(in, both, with(ruleIndexes, RuleState.NO_DOMAIN));
        }

        private int[] with(int[] ruleIndexes, int state) {
            int[] all = states.clone();
            for (int r : ruleIndexes) {
                all[r] = state;
            }
            return all;
        }
    }

    /** Makes a cell for each combination of domains of the keys with few, with a descent for each stratum. False if there are too many. */
    private boolean divide() {
        List<Part> parts = List.of(new Part(List.of(), List.of(), new int[rules.size()]));
        boolean[] done = new boolean[rules.size()];
        for (int r = 0; r < rules.size(); r++) {
            if (rules.get(r).byCount || done[r]) {
                continue;
            }
            String key = rules.get(r).rule.topologyKey();
            int[] same = sameKey(key);
            for (int other : same) {
                done[other] = true;
            }
            List<String> names = batch.view.topology(key).names();
            List<Part> finer = new ArrayList<>();
            for (Part part : parts) {
                for (int d = 0; d < names.size(); d++) {
                    if (names.get(d) != null) {
                        finer.add(part.and(batch.view.withLabel(key, names.get(d)), same, d));
                    }
                }
                finer.add(part.without(batch.view.withLabelKey(key), same));
            }
            parts = finer;
            if (parts.size() > MOST_CELLS) {
                return false;
            }
        }
        for (Part part : parts) {
            Cell cell = cells.of(part.states);
            for (Strata.Stratum stratum : strata.all()) {
                cell.add(new Descent(amounts, () -> index(part, stratum), appraisal, stratum.points(), gate));
            }
        }
        return true;
    }

    private int[] sameKey(String key) {
        int[] same = new int[rules.size()];
        int n = 0;
        for (int r = 0; r < same.length; r++) {
            if (!rules.get(r).byCount && rules.get(r).rule.topologyKey().equals(key)) {
                same[n++] = r;
            }
        }
        return Arrays.copyOf(same, n);
    }

    private SlotIndex index(Part part, Strata.Stratum stratum) {
        if (part.isAll() && stratum.isAll()) {
            return amounts.over(candidates);
        }
        BitSet slots = (BitSet) candidates.clone();
        part.in.forEach(slots::and);
        stratum.in().forEach(slots::and);
        part.out.forEach(slots::andNot);
        stratum.out().forEach(slots::andNot);
        return amounts.over(slots);
    }

    /** Ranks the slots of domains that a placement has changed, as what is counted there has a state of its own. */
    void addNeighbours(int slot) {
        for (int r = 0; r < rules.size(); r++) {
            RuleState rule = rules.get(r);
            if (!rule.byCount || !rule.concerns(slot)) {
                continue;
            }
            Members members = batch.members(rule.rule.topologyKey());
            int d = rule.domain(slot);
            for (int i = 0; i < members.count(d); i++) {
                int neighbour = members.slot(d, i);
                if (neighbour != slot && candidates.get(neighbour)) {
                    add(neighbour);
                }
            }
        }
    }
}
