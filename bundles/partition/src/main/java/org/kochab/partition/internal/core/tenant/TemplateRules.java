package org.kochab.partition.internal.core.tenant;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;

/** What kinds that make pods from a template share. */
final class TemplateRules {
    private static final int MOST_REPLICAS = 1_000_000;

    private TemplateRules() {}

    static Pod.@Nullable Template complete(Pod.@Nullable Template template) {
        if (template == null || template.spec() == null) {
            return template;
        }
        PodSpec full = PodDefaults.complete(template.spec());
        return full == template.spec() ? template : new Pod.Template(template.metadata(), full);
    }

    static void check(
            @Nullable Integer replicas,
            @Nullable LabelSelector selector,
            Pod.@Nullable Template template,
            Problems problems) {
        checkReplicas(replicas, problems);
        int before = problems.count();
        if (selector == null) {
            problems.add("spec.selector", "is required; repeat the labels of spec.template.metadata.labels");
        } else {
            problems.require(
                    !selector.matchLabels().isEmpty()
                            || !selector.matchExpressions().isEmpty(),
                    "spec.selector",
                    "is empty and would select every pod; repeat the labels of spec.template.metadata.labels");
            Names.selector(selector, "spec.selector", problems);
        }
        boolean selects = problems.count() == before;
        Optional<Map<String, String>> labels = checkTemplate(template, "spec.template", problems);
        if (labels.isEmpty()) {
            return;
        }
        if (selector != null && selects) {
            problems.require(
                    selector.matches(labels.get()),
                    "spec.template.metadata.labels",
                    "do not match spec.selector; the pods would not be found again");
        }
        PodSpec pod = template.spec();
        problems.require(
                pod.restartPolicy() == null || pod.restartPolicy().equals("Always"),
                "spec.template.spec.restartPolicy",
                Problems.quoted(String.valueOf(pod.restartPolicy()))
                        + " is not supported here; only Always is, since the pods are kept running");
        problems.require(
                pod.activeDeadlineSeconds() == null,
                "spec.template.spec.activeDeadlineSeconds",
                "is not supported here, since the pods are kept running; remove it");
    }

    /** @return the template's labels; empty if there is none */
    static Optional<Map<String, String>> checkTemplate(Pod.@Nullable Template template, String at, Problems problems) {
        if (template == null || template.spec() == null) {
            problems.add(at + (template == null ? "" : ".spec"), "is required");
            return Optional.empty();
        }
        Map<String, String> labels = new TreeMap<>();
        if (template.metadata() != null) {
            labels.putAll(template.metadata().labels());
            Names.labels(labels, at + ".metadata.labels", problems);
            Names.annotations(template.metadata().annotations(), at + ".metadata.annotations", problems);
        }
        PodSpecRules.check(template.spec(), at + ".spec", problems);
        return Optional.of(labels);
    }

    static void checkReplicas(@Nullable Integer replicas, Problems problems) {
        problems.atLeast(replicas, 0, "spec.replicas");
        problems.require(
                replicas == null || replicas <= MOST_REPLICAS,
                "spec.replicas",
                replicas + " is more than " + MOST_REPLICAS);
    }

    static void checkSelectorKept(@Nullable LabelSelector current, @Nullable LabelSelector wanted, Problems problems) {
        problems.require(
                current == null || current.equals(wanted),
                "spec.selector",
                "cannot be changed; delete the object and create it again");
    }
}
