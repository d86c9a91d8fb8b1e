package org.kochab.scheduler.internal.core.plugins;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.Refusal;

/** Node selector and required node affinity. */
public final class NodeAffinity implements PlacementFilter {
    @Override
    public String name() {
        return "node-affinity";
    }

    @Override
    public int order() {
        return 50;
    }

    @Override
    public Optional<GroupFilter> begin(PlacementContext context) {
        PodSpec spec = context.group().spec();
        return NodeTerms.required(context.view(), spec)
                .map(allowed -> new Mask(
                        allowed,
                        Refusal.Code.UNFIT_EVER,
                        refused -> Words.nodes(refused.cardinality(), "does", "do") + " not match " + wish(spec)));
    }

    private static String wish(PodSpec spec) {
        List<String> parts = new ArrayList<>();
        spec.nodeSelector().forEach((key, value) -> parts.add(key + "=" + value));
        String selector = parts.isEmpty() ? "" : "nodeSelector " + String.join(",", parts);
        PodSpec.NodeSelector required =
                spec.affinity() == null || spec.affinity().nodeAffinity() == null
                        ? null
                        : spec.affinity().nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
        if (required == null) {
            return selector;
        }
        List<String> terms = new ArrayList<>();
        required.nodeSelectorTerms().forEach(t -> terms.add(term(t)));
        String affinity = "required node affinity " + String.join(" or ", terms);
        return selector.isEmpty() ? affinity : selector + " and " + affinity;
    }

    private static String term(PodSpec.NodeSelectorTerm term) {
        List<String> parts = new ArrayList<>();
        term.matchExpressions().forEach(e -> parts.add(expression(e)));
        term.matchFields().forEach(e -> parts.add(expression(e)));
        return "(" + String.join(", ", parts) + ")";
    }

    private static String expression(LabelSelector.Requirement e) {
        return e.key() + " " + e.operator() + (e.values().isEmpty() ? "" : " " + String.join("|", e.values()));
    }
}
