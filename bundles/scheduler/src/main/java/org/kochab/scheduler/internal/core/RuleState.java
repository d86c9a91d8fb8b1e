package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.DomainRule;

/**
 * A rule with its counts. A slot's state under the rule is its domain or, where there are many domains, its domain's count: slots in the same state get the
 * same answer.
 */
final class RuleState {
    /** The state of a slot without the key. */
    static final int NO_DOMAIN = Integer.MIN_VALUE;

    final DomainRule rule;
    /** Whether a state is a count. */
    final boolean byCount;

    private final int[] domain;
    private final int[] counts;
    private final BitSet compared;
    private final int step;
    private final double share;
    private int lowest;
    private int atLowest;
    private int notZero;

    RuleState(GroupPlugins.Rule begun, ClusterView.Topology topology, boolean byCount) {
        rule = begun.rule();
        share = begun.share();
        this.byCount = byCount;
        this.domain = topology.domain();
        this.counts = rule.counts();
        this.compared = rule.compared();
        this.step = rule.step();
        for (int count : counts) {
            notZero += count == 0 ? 0 : 1;
        }
        findLowest();
    }

    private void findLowest() {
        lowest = 0;
        atLowest = 0;
        for (int d = compared.nextSetBit(0); d >= 0; d = compared.nextSetBit(d + 1)) {
            if (atLowest == 0 || counts[d] < lowest) {
                lowest = counts[d];
                atLowest = 1;
            } else if (counts[d] == lowest) {
                atLowest++;
            }
        }
    }

    int state(int slot) {
        int d = domain[slot];
        return d < 0 ? NO_DOMAIN : byCount ? counts[d] : d;
    }

    /** What a pod of the group adds to its domain's count. */
    int step() {
        return step;
    }

    int domain(int slot) {
        return domain[slot];
    }

    /** Domains whose count is not 0. */
    BitSet counted() {
        BitSet counted = new BitSet();
        if (notZero > 0) {
            for (int d = 0; d < counts.length; d++) {
                if (counts[d] != 0) {
                    counted.set(d);
                }
            }
        }
        return counted;
    }

    /** Whether placing on the slot changes its state or its domain's answers. */
    boolean concerns(int slot) {
        return step != 0 && domain[slot] >= 0;
    }

    /** Counts a placement. Returns whether answers for other states than the slot's may have changed. */
    boolean placed(int slot) {
        int d = domain[slot];
        int before = counts[d];
        int after = before + step;
        counts[d] = after;
        boolean anyBefore = notZero > 0;
        notZero += (after == 0 ? 0 : 1) - (before == 0 ? 0 : 1);
        int lowestBefore = lowest;
        if (compared.get(d)) {
            if (after < lowest || (before == lowest && --atLowest == 0)) {
                findLowest();
            } else if (after == lowest) {
                atLowest++;
            }
        }
        return lowest != lowestBefore || anyBefore != notZero > 0;
    }

    boolean accepts(int state) {
        return state == NO_DOMAIN ? rule.acceptsWithoutKey() : rule.accepts(count(state), lowest, notZero > 0);
    }

    double points(int state) {
        if (share == 0) {
            return 0;
        }
        double score = state == NO_DOMAIN ? rule.scoreWithoutKey() : rule.score(count(state), lowest, notZero > 0);
        return Points.of(score, share);
    }

    private int count(int state) {
        return byCount ? state : counts[state];
    }
}
