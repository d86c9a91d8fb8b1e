package org.kochab.shell.internal.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.api.model.Condition;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Container;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Event;
import org.kochab.api.model.Function;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.PodStatus.ContainerStatus;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Secret;
import org.kochab.api.model.Service;
import org.kochab.api.model.StatefulSet;
import org.kochab.resourcetext.Ages;
import org.kochab.resourcetext.JobLine;
import org.kochab.resourcetext.NodeLine;
import org.kochab.resourcetext.PodLine;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.resourcetext.Selectors;
import org.kochab.resourcetext.ServiceLine;
import org.kochab.resourcetext.Table;

/** A resource at length: facts, containers, conditions, events. */
public final class Describe {
    private Describe() {}

    /**
     * All about a resource but its conditions and events.
     *
     * @param now for ages
     */
    public static List<String> of(Resource resource, Instant now) {
        List<String> lines = new ArrayList<>();
        ObjectMeta meta = resource.metadata();
        lines.add(Facts.line("Name", String.valueOf(meta.name())));
        if (meta.namespace() != null) {
            lines.add(Facts.line("Namespace", meta.namespace()));
        }
        if (meta.tenant() != null) {
            lines.add(Facts.line("Tenant", meta.tenant()));
        }
        lines.add(Facts.line("Labels", ResourceTables.text(meta.labels())));
        if (!meta.annotations().isEmpty()) {
            lines.add(Facts.line("Annotations", ResourceTables.text(DescribeValues.shown(meta.annotations()))));
        }
        lines.add(Facts.line(
                "Created", meta.creationTimestamp() + " (" + Ages.since(meta.creationTimestamp(), now) + " ago)"));
        if (meta.deletionTimestamp() != null) {
            lines.add(Facts.line("Deleted", meta.deletionTimestamp() + " (waits for " + waitsFor(resource) + ")"));
        }
        for (ObjectMeta.OwnerReference o : meta.ownerReferences()) {
            lines.add(Facts.line(
                    Boolean.TRUE.equals(o.controller()) ? "Controlled by" : "Owned by", o.kind() + "/" + o.name()));
        }
        if (resource instanceof Pod p) {
            pod(lines, p, now);
        } else if (resource instanceof Deployment d) {
            deployment(lines, d);
        } else if (resource instanceof ReplicaSet s) {
            replicaSet(lines, s);
        } else if (resource instanceof Job j) {
            job(lines, j, now);
        } else if (resource instanceof CronJob c) {
            cronJob(lines, c, now);
        } else if (resource instanceof StatefulSet s) {
            statefulSet(lines, s);
        } else if (resource instanceof DaemonSet s) {
            daemonSet(lines, s);
        } else if (resource instanceof ConfigMap || resource instanceof Secret) {
            DescribeValues.of(lines, resource);
        } else if (resource instanceof Service s) {
            lines.add(Facts.line("Type", ServiceLine.type(s)));
            lines.add(Facts.line("Address", ServiceLine.address(s)));
            lines.add(Facts.line("Ports", ServiceLine.ports(s)));
            lines.add(Facts.line(
                    "Selector",
                    s.spec() == null
                            ? ResourceTables.orNone(null)
                            : ResourceTables.text(s.spec().selector())));
        } else if (resource instanceof Endpoints e) {
            lines.add(Facts.line("Ready", ServiceLine.ready(e)));
            lines.add(Facts.line("Not ready", Integer.toString(ServiceLine.waiting(e))));
        } else if (resource instanceof Function f) {
            function(lines, f);
        } else if (resource instanceof Node n) {
            node(lines, n);
        } else if (resource instanceof Action a) {
            action(lines, a, now);
        } else if (resource instanceof PersistentVolumeClaim c) {
            DescribeVolume.claim(lines, c);
        } else if (resource instanceof PersistentVolume v) {
            DescribeVolume.volume(lines, v);
        } else if (resource instanceof PodDisruptionBudget b) {
            DescribeBudget.of(lines, b);
        } else if (resource instanceof CustomObject o) {
            CustomText.fields(o).forEach(lines::add);
        }
        return lines;
    }

    private static void action(List<String> lines, Action a, Instant now) {
        Action.Spec spec = a.spec();
        if (spec != null) {
            lines.add(Facts.line("Pod", ResourceTables.orNone(spec.pod())));
            lines.add(Facts.line(
                    "Action",
                    spec.action() + (spec.snapshotName() == null ? "" : " " + spec.snapshotName()) + ", within "
                            + spec.timeoutSeconds() + " s"));
        }
        Action.Status s = a.status();
        if (s == null) {
            return;
        }
        lines.add(Facts.line("Status", s.phase() + (s.reason() == null ? "" : ", " + s.reason())));
        if (s.message() != null) {
            lines.add(Facts.line("Message", s.message()));
        }
        lines.add(Facts.line("Node", ResourceTables.orNone(s.node())));
        if (s.startTime() != null) {
            lines.add(Facts.line("Started", s.startTime() + " (" + Ages.since(s.startTime(), now) + " ago)"));
        }
        if (s.completionTime() != null) {
            lines.add(Facts.line("Ended", s.completionTime() + " (" + Ages.since(s.completionTime(), now) + " ago)"));
        }
    }

    private static String waitsFor(Resource resource) {
        List<String> finalizers = resource.metadata().finalizers();
        return finalizers.isEmpty()
                ? resource instanceof Pod ? "its node to end it" : "removal"
                : "finalizers " + String.join(", ", finalizers);
    }

    private static void pod(List<String> lines, Pod p, Instant now) {
        PodLine line = PodLine.of(p);
        lines.add(Facts.line("Status", line.status()));
        PodStatus status = p.status();
        if (status != null && status.message() != null) {
            lines.add(Facts.line("Message", status.message()));
        }
        PodSpec spec = p.spec();
        if (spec == null) {
            return;
        }
        lines.add(Facts.line("Node", ResourceTables.orNone(spec.nodeName())));
        lines.add(Facts.line("Runtime", spec.runtimeKind()));
        if (status != null && status.podIP() != null) {
            lines.add(Facts.line("IP", status.podIP()));
        }
        if (!spec.nodeSelector().isEmpty()) {
            lines.add(Facts.line("Node selector", ResourceTables.text(spec.nodeSelector())));
        }
        containers(
                lines,
                "Init containers",
                spec.initContainers(),
                status == null ? List.of() : status.initContainerStatuses(),
                now);
        containers(lines, "Containers", spec.tasks(), status == null ? List.of() : status.containerStatuses(), now);
    }

    private static void containers(
            List<String> lines, String title, List<Container> all, List<ContainerStatus> states, Instant now) {
        if (all.isEmpty()) {
            return;
        }
        lines.add(title + ":");
        for (Container c : all) {
            lines.add("  " + c.name() + ":");
            if (c.image() != null) {
                lines.add(inner("Image", c.image()));
            }
            if (!c.command().isEmpty()) {
                lines.add(inner("Command", String.join(" ", c.command()).replace('\n', ' ')));
            }
            if (!c.args().isEmpty()) {
                lines.add(inner("Args", String.join(" ", c.args()).replace('\n', ' ')));
            }
            if (c.resources() != null) {
                lines.add(inner("Requests", ResourceTables.text(c.resources().requests())));
                lines.add(inner("Limits", ResourceTables.text(c.resources().limits())));
            }
            states.stream().filter(s -> s.name().equals(c.name())).findFirst().ifPresent(s -> {
                lines.add(inner("State", state(s.state(), now)));
                if (s.lastState() != null) {
                    lines.add(inner("Last state", state(s.lastState(), now)));
                }
                lines.add(inner("Ready", s.ready() ? "yes" : "no"));
                lines.add(inner("Restarts", Integer.toString(s.restartCount())));
            });
        }
    }

    private static String inner(String name, String value) {
        return "    " + Facts.line(name, value);
    }

    private static String state(PodStatus.@Nullable State state, Instant now) {
        if (state == null) {
            return "unknown";
        } else if (state.running() != null) {
            return "Running for " + Ages.since(state.running().startedAt(), now);
        } else if (state.waiting() != null) {
            return "Waiting: " + ResourceTables.orNone(state.waiting().reason())
                    + (state.waiting().message() == null
                            ? ""
                            : ", " + state.waiting().message());
        } else if (state.terminated() != null) {
            PodStatus.Terminated t = state.terminated();
            return "Ended " + Ages.since(t.finishedAt(), now) + " ago with exit code " + t.exitCode()
                    + (t.signal() == null ? "" : ", signal " + t.signal())
                    + (t.reason() == null ? "" : " (" + t.reason() + ")")
                    + (t.message() == null ? "" : ": " + t.message());
        }
        return "unknown";
    }

    private static void function(List<String> lines, Function f) {
        int ready = f.status() == null ? 0 : f.status().readyReplicas();
        lines.add(Facts.line("Replicas", ResourceTables.wanted(f) + " wanted, " + ready + " ready"));
        if (f.spec() == null) {
            return;
        }
        lines.add(Facts.line("Image", ResourceTables.orNone(f.spec().image())));
        lines.add(Facts.line(
                "Instances", f.spec().warm() + " kept ready, " + f.spec().concurrency() + " at most on each node"));
        lines.add(Facts.line(
                "Times",
                f.spec().timeoutSeconds() + " s for a call, idle after "
                        + f.spec().idleSeconds() + " s"));
    }

    private static void deployment(List<String> lines, Deployment d) {
        Deployment.Spec spec = d.spec();
        Deployment.Status s = d.status();
        lines.add(Facts.line(
                "Replicas",
                ResourceTables.wanted(d) + " wanted"
                        + (s == null
                                ? ""
                                : ", " + s.updatedReplicas() + " updated, " + s.replicas() + " in all, "
                                        + s.availableReplicas() + " available, " + s.unavailableReplicas()
                                        + " unavailable")));
        if (spec == null) {
            return;
        }
        lines.add(Facts.line("Selector", Selectors.text(spec.selector())));
        lines.add(Facts.line("Strategy", strategy(spec.strategy())));
        if (Boolean.TRUE.equals(spec.paused())) {
            lines.add(Facts.line("Paused", "yes"));
        }
        template(lines, spec.template());
    }

    private static String strategy(Deployment.@Nullable Strategy s) {
        if (s != null && "Recreate".equals(s.type())) {
            return "Recreate";
        }
        Deployment.RollingUpdate u = s == null ? null : s.rollingUpdate();
        return "RollingUpdate, max surge " + (u == null || u.maxSurge() == null ? "25%" : u.maxSurge())
                + ", max unavailable "
                + (u == null || u.maxUnavailable() == null ? "25%" : u.maxUnavailable());
    }

    private static void replicaSet(List<String> lines, ReplicaSet s) {
        lines.add(Facts.line(
                "Replicas",
                ResourceTables.wanted(s) + " wanted"
                        + (s.status() == null
                                ? ""
                                : ", " + s.status().replicas() + " there, "
                                        + s.status().readyReplicas() + " ready")));
        if (s.spec() != null) {
            lines.add(Facts.line("Selector", Selectors.text(s.spec().selector())));
            template(lines, s.spec().template());
        }
    }

    private static void statefulSet(List<String> lines, StatefulSet s) {
        lines.add(Facts.line(
                "Replicas",
                ResourceTables.wanted(s) + " wanted"
                        + (s.status() == null
                                ? ""
                                : ", " + s.status().replicas() + " there, "
                                        + s.status().updatedReplicas() + " updated, "
                                        + s.status().readyReplicas() + " ready")));
        if (s.spec() != null) {
            lines.add(Facts.line("Selector", Selectors.text(s.spec().selector())));
            template(lines, s.spec().template());
        }
    }

    private static void daemonSet(List<String> lines, DaemonSet set) {
        DaemonSet.Status s = set.status();
        if (s != null) {
            lines.add(Facts.line(
                    "Nodes",
                    s.desiredNumberScheduled() + " wanted, " + s.currentNumberScheduled() + " with a pod, "
                            + s.updatedNumberScheduled() + " updated, " + s.numberAvailable() + " available, "
                            + s.numberMisscheduled() + " with a pod that should have none"));
        }
        if (set.spec() != null) {
            lines.add(Facts.line("Selector", Selectors.text(set.spec().selector())));
            template(lines, set.spec().template());
        }
    }

    private static void job(List<String> lines, Job j, Instant now) {
        Job.Spec spec = j.spec();
        Job.Status s = j.status();
        lines.add(Facts.line("Status", JobLine.status(j)));
        lines.add(Facts.line(
                "Completions",
                JobLine.completions(j)
                        + (s == null
                                ? ""
                                : ", " + s.failed() + " failures, " + s.active() + " pods are running or pending")));
        if (s != null && s.completedIndexes() != null) {
            lines.add(Facts.line("Indexes", ResourceTables.orNone(s.completedIndexes()) + " have succeeded"));
        }
        lines.add(Facts.line("Duration", JobLine.duration(j, now)));
        if (spec != null) {
            lines.add(Facts.line(
                    "Limits",
                    spec.parallelism() + " pods at a time, fails after more than " + spec.backoffLimit() + " failures"
                            + (spec.activeDeadlineSeconds() == null
                                    ? ""
                                    : " or " + spec.activeDeadlineSeconds() + " s")));
            template(lines, spec.template());
        }
    }

    private static void cronJob(List<String> lines, CronJob c, Instant now) {
        lines.add(Facts.line("Schedule", JobLine.schedule(c)));
        lines.add(Facts.line("Suspended", JobLine.suspended(c) ? "yes" : "no"));
        lines.add(Facts.line("Last", JobLine.last(c, now)));
        lines.add(Facts.line(
                "Active jobs",
                ResourceTables.orNone(String.join(
                        ", ",
                        JobLine.status(c).active().stream()
                                .map(CronJob.JobReference::name)
                                .toList()))));
        if (c.spec() != null) {
            lines.add(Facts.line("Concurrency", String.valueOf(c.spec().concurrencyPolicy())));
            CronJob.JobTemplate t = c.spec().jobTemplate();
            template(lines, t == null || t.spec() == null ? null : t.spec().template());
        }
    }

    private static void template(List<String> lines, Pod.@Nullable Template template) {
        if (template != null) {
            lines.add(Facts.line("Runtime", template.spec().runtimeKind()));
            containers(lines, "Containers", template.spec().tasks(), List.of(), Instant.EPOCH);
        }
    }

    private static void node(List<String> lines, Node n) {
        lines.add(Facts.line("Status", NodeLine.status(n)));
        lines.add(Facts.line("Taints", NodeLine.taints(n)));
        Node.Status s = n.status();
        if (s == null) {
            return;
        }
        lines.add(Facts.line("Version", NodeLine.version(n)));
        lines.add(Facts.line("System", NodeLine.osImage(n) + ", kernel " + NodeLine.kernel(n)));
        lines.add(Facts.line("Capacity", ResourceTables.text(s.capacity())));
        lines.add(Facts.line("Allocatable", ResourceTables.text(s.allocatable())));
        if (!s.runtimes().isEmpty()) {
            lines.add("Runtimes:");
            for (Node.Runtime r : s.runtimes()) {
                lines.add("  " + r.kind() + ": "
                        + (r.ok()
                                ? "proven" + (r.limits().isEmpty() ? "" : ", limits " + String.join(", ", r.limits()))
                                : "not usable: " + ResourceTables.orNone(r.reason())));
            }
        }
    }

    /** Conditions of a resource that has any. */
    public static List<Condition> conditions(Resource resource) {
        if (resource instanceof Pod p && p.status() != null) {
            return p.status().conditions();
        } else if (resource instanceof Deployment d && d.status() != null) {
            return d.status().conditions();
        } else if (resource instanceof ReplicaSet s && s.status() != null) {
            return s.status().conditions();
        } else if (resource instanceof StatefulSet s && s.status() != null) {
            return s.status().conditions();
        } else if (resource instanceof DaemonSet s && s.status() != null) {
            return s.status().conditions();
        } else if (resource instanceof Job j && j.status() != null) {
            return j.status().conditions();
        } else if (resource instanceof Function f && f.status() != null) {
            return f.status().conditions();
        } else if (resource instanceof Node n && n.status() != null) {
            return n.status().conditions();
        }
        return resource instanceof CustomObject o ? CustomText.conditions(o) : List.of();
    }

    public static Table conditionTable(List<Condition> conditions, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        for (Condition c : conditions) {
            rows.add(List.of(
                    c.type(),
                    c.status(),
                    Ages.since(c.lastTransitionTime(), now),
                    ResourceTables.orNone(c.reason()),
                    c.message() == null ? "" : c.message()));
        }
        return new Table(
                List.of(
                        new Table.Column("CONDITION", false),
                        new Table.Column("STATUS", false),
                        new Table.Column("SINCE", false),
                        new Table.Column("REASON", false),
                        new Table.Column("MESSAGE", true)),
                rows);
    }

    /** Whether an event is about the resource. */
    public static boolean about(Event event, Kind kind, Resource resource) {
        Event.Involved o = event.involvedObject();
        return o != null
                && (o.uid() != null
                        ? o.uid().equals(resource.metadata().uid())
                        : o.kind().equals(kind.name())
                                && o.name().equals(resource.metadata().name()));
    }
}
