package org.kochab.scheduler.internal.core.plugins;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** No node with a {@code NoSchedule} or {@code NoExecute} taint that the pod does not tolerate. */
public final class Taints implements PlacementFilter {
    @Override
    public String name() {
        return "taints";
    }

    @Override
    public int order() {
        return 60;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        ClusterView view = context.view();
        PodSpec spec = context.group().spec();
        BitSet refusing = new BitSet();
        List<List<Node.Taint>> sets = view.taintSets();
        for (int i = 0; i < sets.size(); i++) {
            List<Node.Taint> set = sets.get(i);
            if (set != null && set.stream().anyMatch(t -> binds(t) && !tolerated(spec, t))) {
                refusing.or(view.withTaintSet(i));
            }
        }
        if (refusing.isEmpty()) {
            return Optional.empty();
        }
        BitSet allowed = (BitSet) view.live().clone();
        allowed.andNot(refusing);
        return Optional.of(new Mask(allowed, Refusal.Code.UNFIT_EVER, refused -> reason(view, spec, refused)));
    }

    private static boolean binds(Node.Taint taint) {
        return taint.effect().equals("NoSchedule") || taint.effect().equals("NoExecute");
    }

    static boolean tolerated(PodSpec spec, Node.Taint taint) {
        return spec.tolerations().stream().anyMatch(t -> t.tolerates(taint));
    }

    private static String reason(ClusterView view, PodSpec spec, BitSet refused) {
        Map<String, Integer> byTaint = new TreeMap<>();
        List<List<Node.Taint>> sets = view.taintSets();
        for (int i = 0; i < sets.size(); i++) {
            BitSet nodes = (BitSet) view.withTaintSet(i).clone();
            nodes.and(refused);
            if (sets.get(i) == null || nodes.isEmpty()) {
                continue;
            }
            for (Node.Taint t : sets.get(i)) {
                if (binds(t) && !tolerated(spec, t)) {
                    String text = t.key() + (t.value() == null ? "" : "=" + t.value()) + ":" + t.effect();
                    byTaint.merge(text, nodes.cardinality(), Integer::sum);
                }
            }
        }
        StringBuilder text = new StringBuilder(Words.nodes(refused.cardinality(), "has", "have"));
        text.append(" a taint that the pod does not tolerate (");
        text.append(String.join(
                ", ",
                byTaint.entrySet().stream()
                        .limit(5)
                        .map(e -> e.getKey() + " on " + e.getValue())
                        .toList()));
        return text.append(byTaint.size() > 5 ? ", …)" : ")").toString();
    }
}
