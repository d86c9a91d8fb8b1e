package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Map;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.PodAffinityTerm;
import org.kochab.api.model.PodSpec.Toleration;

/** What a pod may say about where it goes. */
final class PlacementRules {
    private PlacementRules() {}

    static void check(PodSpec spec, String at, Problems problems) {
        check(spec.nodeSelector(), spec.tolerations(), at, problems);
        for (int i = 0; i < spec.topologySpreadConstraints().size(); i++) {
            var c = spec.topologySpreadConstraints().get(i);
            String path = at + ".topologySpreadConstraints[" + i + "]";
            problems.atLeast(c.maxSkew(), 1, path + ".maxSkew");
            Names.qualified(c.topologyKey(), path + ".topologyKey", problems);
            if (c.whenUnsatisfiable() == null) {
                problems.add(path + ".whenUnsatisfiable", "is required; use DoNotSchedule or ScheduleAnyway");
            }
            problems.oneOf(c.whenUnsatisfiable(), path + ".whenUnsatisfiable", "DoNotSchedule", "ScheduleAnyway");
            if (c.labelSelector() != null) {
                Names.selector(c.labelSelector(), path + ".labelSelector", problems);
            }
        }
        if (spec.affinity() != null) {
            checkAffinity(spec.affinity(), at + ".affinity", problems);
        }
    }

    static void check(Map<String, String> nodeSelector, List<Toleration> tolerations, String at, Problems problems) {
        Names.labels(nodeSelector, at + ".nodeSelector", problems);
        for (int i = 0; i < tolerations.size(); i++) {
            checkToleration(tolerations.get(i), at + ".tolerations[" + i + "]", problems);
        }
    }

    private static void checkToleration(Toleration t, String at, Problems problems) {
        problems.oneOf(t.operator(), at + ".operator", "Exists", "Equal");
        problems.oneOf(t.effect(), at + ".effect", "", "NoSchedule", "PreferNoSchedule", "NoExecute");
        boolean exists = "Exists".equals(t.operator());
        if (t.key() == null || t.key().isEmpty()) {
            problems.require(exists, at + ".operator", "must be Exists when key is left out");
        } else {
            Names.qualified(t.key(), at + ".key", problems);
        }
        boolean valued = t.value() != null && !t.value().isEmpty();
        problems.require(!exists || !valued, at + ".value", "must be left out when operator is Exists");
        if (valued) {
            Names.labelValue(t.value(), at + ".value", problems);
        }
        problems.require(
                t.tolerationSeconds() == null || "NoExecute".equals(t.effect()),
                at + ".tolerationSeconds",
                "needs effect NoExecute");
    }

    private static void checkAffinity(PodSpec.Affinity a, String at, Problems problems) {
        if (a.nodeAffinity() != null) {
            String path = at + ".nodeAffinity";
            var required = a.nodeAffinity().requiredDuringSchedulingIgnoredDuringExecution();
            if (required != null) {
                String terms = path + ".requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
                problems.require(!required.nodeSelectorTerms().isEmpty(), terms, "needs at least one term");
                for (int i = 0; i < required.nodeSelectorTerms().size(); i++) {
                    checkTerm(required.nodeSelectorTerms().get(i), terms + "[" + i + "]", problems);
                }
            }
            var preferred = a.nodeAffinity().preferredDuringSchedulingIgnoredDuringExecution();
            for (int i = 0; i < preferred.size(); i++) {
                String term = path + ".preferredDuringSchedulingIgnoredDuringExecution[" + i + "]";
                weight(preferred.get(i).weight(), term, problems);
                if (preferred.get(i).preference() == null) {
                    problems.add(term + ".preference", "is required");
                } else {
                    checkTerm(preferred.get(i).preference(), term + ".preference", problems);
                }
            }
        }
        checkPodAffinity(a.podAffinity(), at + ".podAffinity", problems);
        checkPodAffinity(a.podAntiAffinity(), at + ".podAntiAffinity", problems);
    }

    private static void checkTerm(PodSpec.NodeSelectorTerm term, String at, Problems problems) {
        Names.requirements(term.matchExpressions(), at + ".matchExpressions", true, problems);
        for (int i = 0; i < term.matchFields().size(); i++) {
            var field = term.matchFields().get(i);
            String path = at + ".matchFields[" + i + "]";
            problems.require(
                    "metadata.name".equals(field.key()),
                    path + ".key",
                    "the only field that nodes have is metadata.name");
            problems.require(
                    ("In".equals(field.operator()) || "NotIn".equals(field.operator()))
                            && field.values().size() == 1,
                    path,
                    "needs operator In or NotIn and exactly one value");
        }
    }

    private static void checkPodAffinity(PodSpec.PodAffinity affinity, String at, Problems problems) {
        if (affinity == null) {
            return;
        }
        List<PodAffinityTerm> required = affinity.requiredDuringSchedulingIgnoredDuringExecution();
        for (int i = 0; i < required.size(); i++) {
            checkPodTerm(required.get(i), at + ".requiredDuringSchedulingIgnoredDuringExecution[" + i + "]", problems);
        }
        var preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution();
        for (int i = 0; i < preferred.size(); i++) {
            String path = at + ".preferredDuringSchedulingIgnoredDuringExecution[" + i + "]";
            weight(preferred.get(i).weight(), path, problems);
            if (preferred.get(i).podAffinityTerm() == null) {
                problems.add(path + ".podAffinityTerm", "is required");
            } else {
                checkPodTerm(preferred.get(i).podAffinityTerm(), path + ".podAffinityTerm", problems);
            }
        }
    }

    private static void checkPodTerm(PodAffinityTerm term, String at, Problems problems) {
        Names.qualified(term.topologyKey(), at + ".topologyKey", problems);
        if (term.labelSelector() != null) {
            Names.selector(term.labelSelector(), at + ".labelSelector", problems);
        }
        for (int i = 0; i < term.namespaces().size(); i++) {
            Names.label(term.namespaces().get(i), at + ".namespaces[" + i + "]", problems);
        }
    }

    private static void weight(int weight, String at, Problems problems) {
        problems.require(weight >= 1 && weight <= 100, at + ".weight", weight + " is out of range; use 1 to 100");
    }
}
