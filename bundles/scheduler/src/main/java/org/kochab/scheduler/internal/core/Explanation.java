package org.kochab.scheduler.internal.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.kochab.spi.scheduler.Refusal;

/** Why no slot is left for a group. */
final class Explanation {
    private static final Comparator<Refusal> MOST_NODES_FIRST =
            Comparator.comparingInt(Refusal::nodes).reversed().thenComparing(Refusal::plugin);

    private Explanation() {}

    /** Asks every filter and rule again, as things are now, and gives each the nodes that it is the first to refuse. */
    static List<Refusal> of(BitSet live, GroupPlugins plugins, List<RuleState> rules) {
        BitSet rest = (BitSet) live.clone();
        List<Refusal> refusals = new ArrayList<>();
        if (rest.isEmpty()) {
            return List.of(new Refusal("nodes", Refusal.Code.UNFIT_NOW, 0, "there are no nodes yet"));
        }
        for (GroupPlugins.Filter f : plugins.filters) {
            if (rest.isEmpty()) {
                break;
            }
            BitSet refused = (BitSet) rest.clone();
            f.filter().filter(rest);
            refused.andNot(rest);
            if (!refused.isEmpty()) {
                refusals.add(new Refusal(
                        f.plugin(),
                        f.filter().code(),
                        refused.cardinality(),
                        f.filter().reason(refused)));
            }
        }
        for (int i = 0; i < rules.size() && !rest.isEmpty(); i++) {
            RuleState rule = rules.get(i);
            BitSet refused = new BitSet();
            for (int slot = rest.nextSetBit(0); slot >= 0; slot = rest.nextSetBit(slot + 1)) {
                if (!rule.accepts(rule.state(slot))) {
                    refused.set(slot);
                }
            }
            rest.andNot(refused);
            if (!refused.isEmpty()) {
                refusals.add(new Refusal(
                        plugins.rules.get(i).plugin(),
                        rule.rule.code(),
                        refused.cardinality(),
                        rule.rule.reason(refused)));
            }
        }
        refusals.sort(MOST_NODES_FIRST);
        return List.copyOf(refusals);
    }

    /** The same for a group that is placed as a whole or not at all, of which some pods fit. */
    static List<Refusal> asAGroup(List<Refusal> refusals, int fit, int pods) {
        String start =
                fit + " of " + pods + " pods fit, and the group is placed as a whole or not at all; for the next one ";
        return refusals.stream()
                .map(r -> new Refusal(r.plugin(), r.code(), r.nodes(), start + r.reason()))
                .toList();
    }
}
