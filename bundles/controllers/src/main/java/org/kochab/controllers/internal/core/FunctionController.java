package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Keeps a deployment of a function's name with its pods, and says how many of them can be called. */
public final class FunctionController implements Controller {
    private static final String CONDITION = "Callable";

    /** Whether a taken name is free: the end of what is not ours says nothing to us. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "function";
    }

    @Override
    public Kind kind() {
        return Kind.FUNCTION;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.DEPLOYMENT);
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Function function = context.get(object).map(Function.class::cast).orElse(null);
        if (function == null || Owners.marked(function) || function.spec() == null) {
            return Outcome.DONE;
        }
        TenantId tenant = object.tenant();
        Deployment found = context.get(new ResourceRef(tenant, Kind.DEPLOYMENT, object.namespace(), object.name()))
                .map(Deployment.class::cast)
                .orElse(null);
        if (found == null) {
            report(context, tenant, function, (Deployment) context.create(tenant, fresh(function)));
        } else if (!Owners.controls(function, found)) {
            context.event(function, "Warning", "NameTaken", taken(function));
            report(context, tenant, function, null);
            return new Outcome.Again(LOOK_AGAIN);
        } else {
            Deployment.Spec wanted = wanted(function, found.spec());
            Deployment kept = Owners.marked(found) || wanted.equals(found.spec())
                    ? found
                    : (Deployment) context.update(tenant, found.withSpec(wanted));
            report(context, tenant, function, kept);
        }
        return Outcome.DONE;
    }

    private static Deployment fresh(Function function) {
        ObjectMeta meta = Templates.blank()
                .withName(String.valueOf(function.metadata().name()))
                .withPlace(function.metadata().tenant(), function.metadata().namespace())
                .withLabels(labels(function))
                .withOwners(List.of(Owners.controlledBy(function)));
        return new Deployment(Kind.DEPLOYMENT.apiVersion(), Kind.DEPLOYMENT.name(), meta, wanted(function, null), null);
    }

    private static Map<String, String> labels(Function function) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(Annotations.FUNCTION, String.valueOf(function.metadata().name()));
        return labels;
    }

    /** @param now what the deployment has; what the function does not speak of stays */
    private static Deployment.Spec wanted(Function function, Deployment.@Nullable Spec now) {
        Function.Spec f = function.spec();
        int replicas = f.replicas() == null ? 1 : f.replicas();
        Pod.Template before = now == null ? null : now.template();
        PodSpec old = before == null ? null : before.spec();
        PodSpec pod = PodSpec.builder()
                .runtimeClassName(f.runtimeClassName())
                .restartPolicy(old == null ? null : old.restartPolicy())
                .terminationGracePeriodSeconds(old == null ? null : old.terminationGracePeriodSeconds())
                .nodeSelector(f.nodeSelector())
                .tolerations(f.tolerations())
                .function(f.podFunction())
                .build();
        Pod.Template template = new Pod.Template(Templates.blank().withLabels(labels(function)), pod);
        if (now == null) {
            return new Deployment.Spec(
                    replicas, new LabelSelector(labels(function), List.of()), template, null, null, null, null, null);
        }
        return now.withReplicas(replicas)
                .withTemplate(before != null && Templates.same(before, template) ? before : template);
    }

    private static String taken(Function function) {
        return "There is a deployment " + function.metadata().name()
                + " that is not this function's: delete or rename one of the two";
    }

    /** @param deployment null if its name is taken */
    private static void report(
            ControllerContext context, TenantId tenant, Function function, @Nullable Deployment deployment) {
        Deployment.Status s = deployment == null ? null : deployment.status();
        int ready = s == null ? 0 : s.readyReplicas();
        List<Condition> before =
                function.status() == null ? List.of() : function.status().conditions();
        Function.Status status = new Function.Status(
                s == null ? 0 : s.replicas(),
                ready,
                function.metadata().generation(),
                conditions(function, deployment, ready, before, context.now()));
        if (!status.equals(function.status())) {
            context.updateStatus(tenant, function.withStatus(status));
        }
    }

    private static List<Condition> conditions(
            Function function, @Nullable Deployment deployment, int ready, List<Condition> before, Instant now) {
        Integer replicas = function.spec().replicas();
        if (deployment == null) {
            return Conditions.with(before, CONDITION, "False", "NameTaken", taken(function), now);
        }
        if (replicas != null && replicas == 0) {
            String why = "spec.replicas is 0: scale it up to call it";
            return Conditions.with(before, CONDITION, "False", "NoReplicas", why, now);
        }
        return ready == 0
                ? Conditions.with(before, CONDITION, "False", "NoneReady", "No pod of it is ready yet", now)
                : Conditions.with(before, CONDITION, "True", "Ready", null, now);
    }
}
