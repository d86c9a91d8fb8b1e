package org.kochab.resourcetext;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Container;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.CustomResourceDefinition.Column;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Endpoints;
import org.kochab.api.model.Event;
import org.kochab.api.model.Function;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.Node;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PriorityClass;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ResourceQuota;
import org.kochab.api.model.RoleBinding;
import org.kochab.api.model.Secret;
import org.kochab.api.model.Service;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.model.StorageClass;
import org.kochab.api.model.Tenant;
import org.kochab.schema.Columns;

/** Resources as tables, with the columns that kubectl has. */
public final class ResourceTables {
    private static final String NONE = "<none>";

    /** Which columns are wanted besides a kind's own. */
    public record Shape(boolean wide, boolean namespaces, boolean tenants) {}

    private record Cell(Table.Column column, boolean wide, BiFunction<Resource, Instant, String> text) {}

    private ResourceTables() {}

    public static Table of(Kind kind, Collection<? extends Resource> resources, Shape shape, Instant now) {
        List<Cell> cells = new ArrayList<>();
        if (shape.tenants()) {
            cells.add(cell("TENANT", (r, t) -> orNone(r.metadata().tenant())));
        }
        if (shape.namespaces() && kind.scope() == Kind.Scope.NAMESPACE) {
            cells.add(cell("NAMESPACE", (r, t) -> orNone(r.metadata().namespace())));
        }
        for (Cell c : cells(kind)) {
            if (shape.wide() || !c.wide()) {
                cells.add(c);
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (Resource r : resources) {
            rows.add(cells.stream().map(c -> c.text().apply(r, now)).toList());
        }
        return new Table(cells.stream().map(Cell::column).toList(), rows);
    }

    private static List<Cell> cells(Kind kind) {
        if (kind.equals(Kind.POD)) {
            return pod();
        } else if (kind.equals(Kind.DEPLOYMENT)) {
            return deployment();
        } else if (kind.equals(Kind.REPLICA_SET)) {
            return replicaSet();
        } else if (kind.equals(Kind.JOB)) {
            return job();
        } else if (kind.equals(Kind.CRON_JOB)) {
            return cronJob();
        } else if (kind.equals(Kind.STATEFUL_SET)) {
            return statefulSet();
        } else if (kind.equals(Kind.DAEMON_SET)) {
            return daemonSet();
        } else if (kind.equals(Kind.CONFIG_MAP)) {
            return List.of(
                    name(),
                    of(
                            ConfigMap.class,
                            "DATA",
                            (m, t) -> Integer.toString(
                                    m.data().size() + m.binaryData().size())),
                    age());
        } else if (kind.equals(Kind.SECRET)) {
            return List.of(
                    name(),
                    of(Secret.class, "TYPE", (s, t) -> orNone(s.type())),
                    of(Secret.class, "DATA", (s, t) -> Integer.toString(s.data().size())),
                    age());
        } else if (kind.equals(Kind.SERVICE)) {
            return service();
        } else if (kind.equals(Kind.ENDPOINTS)) {
            return List.of(name(), of(Endpoints.class, "ENDPOINTS", (e, t) -> ServiceLine.ready(e)), age());
        } else if (kind.equals(Kind.FUNCTION)) {
            return function();
        } else if (kind.equals(Kind.NODE)) {
            return node();
        } else if (kind.equals(Kind.ACTION)) {
            return action();
        } else if (kind.equals(Kind.EVENT)) {
            return event();
        } else if (kind.equals(Kind.NAMESPACE)) {
            return List.of(name(), of(Namespace.class, "STATUS", (n, t) -> phase(n)), age());
        } else if (kind.isCustom()) {
            return custom(kind);
        } else if (kind.equals(Kind.CUSTOM_RESOURCE_DEFINITION)) {
            return List.of(
                    name(),
                    of(
                            CustomResourceDefinition.class,
                            "KIND",
                            (d, t) -> orNone(
                                    d.spec() == null ? null : d.spec().names().kind())),
                    of(
                            CustomResourceDefinition.class,
                            "SCOPE",
                            (d, t) -> orNone(d.spec() == null ? null : d.spec().scope())),
                    of(CustomResourceDefinition.class, "SHARED", (d, t) -> d.isForced() ? "yes" : "no"),
                    age());
        } else if (kind.equals(Kind.TENANT)) {
            return List.of(
                    name(),
                    of(Tenant.class, "STATUS", (n, t) -> phase(n)),
                    of(
                            Tenant.class,
                            "PARTITION",
                            (n, t) -> orNone(n.spec() == null ? null : n.spec().partition())),
                    age());
        }
        if (kind.equals(Kind.PRIORITY_CLASS)) {
            return List.of(
                    name(),
                    of(PriorityClass.class, "VALUE", (c, t) -> Integer.toString(c.priority())),
                    of(PriorityClass.class, "GLOBAL-DEFAULT", (c, t) -> Boolean.toString(c.isDefault())),
                    age(),
                    of(PriorityClass.class, "PREEMPTIONPOLICY", (c, t) -> orNone(c.preemptionPolicy())));
        }
        if (kind.equals(Kind.STORAGE_CLASS)
                || kind.equals(Kind.PERSISTENT_VOLUME)
                || kind.equals(Kind.PERSISTENT_VOLUME_CLAIM)) {
            return volumes(kind);
        }
        if (kind.equals(Kind.RESOURCE_QUOTA)) {
            return List.of(name(), of(ResourceQuota.class, "USED", (q, t) -> used(q)), age());
        }
        if (kind.equals(Kind.POD_DISRUPTION_BUDGET)) {
            return budget();
        }
        if (kind.equals(Kind.ROLE_BINDING) || kind.equals(Kind.CLUSTER_ROLE_BINDING)) {
            return binding();
        }
        return List.of(name(), age());
    }

    private static List<Cell> budget() {
        return List.of(
                name(),
                of(
                        PodDisruptionBudget.class,
                        "MIN-AVAILABLE",
                        (b, t) -> amount(b.spec() == null ? null : b.spec().minAvailable())),
                of(
                        PodDisruptionBudget.class,
                        "MAX-UNAVAILABLE",
                        (b, t) -> amount(b.spec() == null ? null : b.spec().maxUnavailable())),
                of(
                        PodDisruptionBudget.class,
                        "ALLOWED-DISRUPTIONS",
                        (b, t) -> b.status() == null
                                ? "0"
                                : Integer.toString(b.status().disruptionsAllowed())),
                age());
    }

    private static String amount(@Nullable String value) {
        return value == null ? "N/A" : value;
    }

    private static List<Cell> binding() {
        return List.of(
                name(),
                of(
                        RoleBinding.class,
                        "ROLE",
                        (b, t) -> b.roleRef() == null
                                ? NONE
                                : b.roleRef().kind() + "/" + b.roleRef().name()),
                age(),
                wide(of(RoleBinding.class, "SUBJECTS", (b, t) -> subjects(b))));
    }

    private static String subjects(RoleBinding binding) {
        return orNone(binding.subjects().stream()
                .map(s -> s.kind() + "/" + (s.namespace() == null ? "" : s.namespace() + "/") + s.name())
                .collect(Collectors.joining(",")));
    }

    private static List<Cell> custom(Kind kind) {
        Columns columns = Columns.of(kind);
        List<Cell> cells = new ArrayList<>(List.of(name()));
        for (int i = 0; i < columns.columns().size(); i++) {
            int at = i;
            Column c = columns.columns().get(i);
            Cell cell = of(
                    CustomObject.class,
                    c.name().toUpperCase(Locale.ROOT),
                    (o, t) -> columns.row(o).get(at).map(v -> text(c, v, t)).orElse(""));
            cells.add(c.priority() != null && c.priority() > 0 ? wide(cell) : cell);
        }
        return cells;
    }

    /** Dates are ages, as long as they are dates. */
    private static String text(Column column, Object value, Instant now) {
        if (column.type().equals("date") && value instanceof String time) {
            try {
                return Ages.since(OffsetDateTime.parse(time).toInstant(), now);
            } catch (DateTimeException e) {
                return time;
            }
        }
        return Values.text(value).replace('\n', ' ');
    }

    private static List<Cell> volumes(Kind kind) {
        if (kind.equals(Kind.STORAGE_CLASS)) {
            return List.of(
                    of(StorageClass.class, "NAME", (c, t) -> c.metadata().name() + (c.isDefault() ? " (default)" : "")),
                    of(StorageClass.class, "PROVISIONER", (c, t) -> orNone(c.provisioner())),
                    of(StorageClass.class, "RECLAIMPOLICY", (c, t) -> orNone(c.reclaimPolicy())),
                    age());
        }
        if (kind.equals(Kind.PERSISTENT_VOLUME)) {
            return List.of(
                    name(),
                    of(PersistentVolume.class, "CAPACITY", (v, t) -> VolumeLine.capacity(v)),
                    of(PersistentVolume.class, "RECLAIM POLICY", (v, t) -> VolumeLine.policy(v)),
                    of(
                            PersistentVolume.class,
                            "STATUS",
                            (v, t) -> orNone(
                                    v.status() == null ? null : v.status().phase())),
                    of(PersistentVolume.class, "CLAIM", (v, t) -> VolumeLine.claim(v)),
                    of(PersistentVolume.class, "NODE", (v, t) -> orNone(v.node().orElse(null))),
                    age());
        }
        return List.of(
                name(),
                of(
                        PersistentVolumeClaim.class,
                        "STATUS",
                        (c, t) -> orNone(c.status() == null ? null : c.status().phase())),
                of(PersistentVolumeClaim.class, "VOLUME", (c, t) -> orNone(c.volumeName())),
                of(PersistentVolumeClaim.class, "CAPACITY", (c, t) -> VolumeLine.capacity(c)),
                of(
                        PersistentVolumeClaim.class,
                        "STORAGECLASS",
                        (c, t) -> orNone(c.spec() == null ? null : c.spec().storageClassName())),
                age());
    }

    private static String used(ResourceQuota quota) {
        if (quota.status() == null) {
            return NONE;
        }
        Map<String, String> used = quota.status().used();
        return quota.status().hard().entrySet().stream()
                .map(e -> e.getKey() + ": " + used.getOrDefault(e.getKey(), "?") + "/" + e.getValue())
                .collect(Collectors.joining(", "));
    }

    private static List<Cell> pod() {
        return List.of(
                name(),
                of(Pod.class, "READY", (p, t) -> PodLine.of(p).ready()),
                of(Pod.class, "STATUS", (p, t) -> PodLine.of(p).status()),
                of(
                        Pod.class,
                        "RESTARTS",
                        (p, t) -> Integer.toString(PodLine.of(p).restarts())),
                age(),
                of(
                        Pod.class,
                        "NODE",
                        (p, t) -> orNone(p.spec() == null ? null : p.spec().nodeName())),
                wide(of(
                        Pod.class,
                        "IP",
                        (p, t) -> orNone(p.status() == null ? null : p.status().podIP()))),
                wide(of(
                        Pod.class,
                        "RUNTIME",
                        (p, t) -> p.spec() == null ? NONE : p.spec().runtimeKind())),
                wide(of(Pod.class, "IMAGES", (p, t) -> images(p.spec()))));
    }

    private static List<Cell> deployment() {
        return List.of(
                name(),
                of(
                        Deployment.class,
                        "READY",
                        (d, t) -> (d.status() == null ? 0 : d.status().readyReplicas()) + "/" + wanted(d)),
                of(
                        Deployment.class,
                        "UP-TO-DATE",
                        (d, t) -> d.status() == null
                                ? "0"
                                : Integer.toString(d.status().updatedReplicas())),
                of(
                        Deployment.class,
                        "AVAILABLE",
                        (d, t) -> d.status() == null
                                ? "0"
                                : Integer.toString(d.status().availableReplicas())),
                age(),
                wide(of(Deployment.class, "CONTAINERS", (d, t) -> containers(spec(d)))),
                wide(of(Deployment.class, "IMAGES", (d, t) -> images(spec(d)))),
                wide(of(
                        Deployment.class,
                        "SELECTOR",
                        (d, t) -> Selectors.text(
                                d.spec() == null ? null : d.spec().selector()))));
    }

    private static List<Cell> action() {
        return List.of(
                name(),
                of(
                        Action.class,
                        "POD",
                        (a, t) -> orNone(a.spec() == null ? null : a.spec().pod())),
                of(
                        Action.class,
                        "ACTION",
                        (a, t) -> orNone(a.spec() == null ? null : a.spec().action())),
                of(
                        Action.class,
                        "SNAPSHOT",
                        (a, t) -> orNone(a.spec() == null ? null : a.spec().snapshotName())),
                of(
                        Action.class,
                        "STATUS",
                        (a, t) ->
                                a.status() == null ? Action.PENDING : a.status().phase()),
                of(
                        Action.class,
                        "REASON",
                        (a, t) -> orNone(a.status() == null ? null : a.status().reason())),
                age(),
                wide(of(
                        Action.class,
                        "NODE",
                        (a, t) -> orNone(a.status() == null ? null : a.status().node()))),
                wide(of(
                        Action.class,
                        "MESSAGE",
                        (a, t) -> orNone(a.status() == null ? null : a.status().message()))));
    }

    private static List<Cell> replicaSet() {
        return List.of(
                name(),
                of(ReplicaSet.class, "DESIRED", (s, t) -> Integer.toString(wanted(s))),
                of(
                        ReplicaSet.class,
                        "CURRENT",
                        (s, t) -> s.status() == null
                                ? "0"
                                : Integer.toString(s.status().replicas())),
                of(
                        ReplicaSet.class,
                        "READY",
                        (s, t) -> s.status() == null
                                ? "0"
                                : Integer.toString(s.status().readyReplicas())),
                age(),
                wide(of(ReplicaSet.class, "CONTAINERS", (s, t) -> containers(spec(s)))),
                wide(of(ReplicaSet.class, "IMAGES", (s, t) -> images(spec(s)))),
                wide(of(
                        ReplicaSet.class,
                        "SELECTOR",
                        (s, t) -> Selectors.text(
                                s.spec() == null ? null : s.spec().selector()))));
    }

    private static List<Cell> statefulSet() {
        return List.of(
                name(),
                of(
                        StatefulSet.class,
                        "READY",
                        (s, t) -> (s.status() == null ? 0 : s.status().readyReplicas()) + "/" + wanted(s)),
                age(),
                wide(of(StatefulSet.class, "CONTAINERS", (s, t) -> containers(spec(s)))),
                wide(of(StatefulSet.class, "IMAGES", (s, t) -> images(spec(s)))));
    }

    private static List<Cell> daemonSet() {
        return List.of(
                name(),
                nodes("DESIRED", DaemonSet.Status::desiredNumberScheduled),
                nodes("CURRENT", DaemonSet.Status::currentNumberScheduled),
                nodes("READY", DaemonSet.Status::numberReady),
                nodes("UP-TO-DATE", DaemonSet.Status::updatedNumberScheduled),
                nodes("AVAILABLE", DaemonSet.Status::numberAvailable),
                of(DaemonSet.class, "NODE SELECTOR", (s, t) -> spec(s) == null ? NONE : text(spec(s).nodeSelector())),
                age(),
                wide(of(DaemonSet.class, "CONTAINERS", (s, t) -> containers(spec(s)))),
                wide(of(DaemonSet.class, "IMAGES", (s, t) -> images(spec(s)))));
    }

    private static Cell nodes(String title, ToIntFunction<DaemonSet.Status> number) {
        return of(
                DaemonSet.class,
                title,
                (s, t) -> Integer.toString(s.status() == null ? 0 : number.applyAsInt(s.status())));
    }

    private static List<Cell> job() {
        return List.of(
                name(),
                of(Job.class, "STATUS", (j, t) -> JobLine.status(j)),
                of(Job.class, "COMPLETIONS", (j, t) -> JobLine.completions(j)),
                of(Job.class, "DURATION", JobLine::duration),
                age(),
                wide(of(Job.class, "CONTAINERS", (j, t) -> containers(JobLine.pod(j)))),
                wide(of(Job.class, "IMAGES", (j, t) -> images(JobLine.pod(j)))));
    }

    private static List<Cell> cronJob() {
        return List.of(
                name(),
                of(CronJob.class, "SCHEDULE", (c, t) -> JobLine.schedule(c)),
                of(CronJob.class, "SUSPEND", (c, t) -> JobLine.suspended(c) ? "True" : "False"),
                of(
                        CronJob.class,
                        "ACTIVE",
                        (c, t) -> Integer.toString(JobLine.status(c).active().size())),
                of(CronJob.class, "LAST SCHEDULE", (c, t) -> JobLine.last(c, t)),
                age());
    }

    private static List<Cell> service() {
        return List.of(
                name(),
                of(Service.class, "TYPE", (s, t) -> ServiceLine.type(s)),
                of(Service.class, "CLUSTER-IP", (s, t) -> ServiceLine.address(s)),
                of(Service.class, "PORT(S)", (s, t) -> ServiceLine.ports(s)),
                age(),
                wide(of(
                        Service.class,
                        "SELECTOR",
                        (s, t) -> s.spec() == null ? NONE : text(s.spec().selector()))));
    }

    private static List<Cell> function() {
        return List.of(
                name(),
                of(
                        Function.class,
                        "READY",
                        (f, t) -> (f.status() == null ? 0 : f.status().readyReplicas()) + "/" + wanted(f)),
                of(
                        Function.class,
                        "WARM",
                        (f, t) -> number(f.spec() == null ? null : f.spec().warm())),
                of(
                        Function.class,
                        "CONCURRENCY",
                        (f, t) -> number(f.spec() == null ? null : f.spec().concurrency())),
                age(),
                wide(of(
                        Function.class,
                        "TIMEOUT",
                        (f, t) -> number(f.spec() == null ? null : f.spec().timeoutSeconds()))),
                wide(of(
                        Function.class,
                        "IDLE",
                        (f, t) -> number(f.spec() == null ? null : f.spec().idleSeconds()))),
                wide(of(
                        Function.class,
                        "IMAGES",
                        (f, t) -> orNone(f.spec() == null ? null : f.spec().image()))));
    }

    private static String number(@Nullable Integer value) {
        return value == null ? NONE : value.toString();
    }

    private static List<Cell> node() {
        return List.of(
                name(),
                of(Node.class, "STATUS", (n, t) -> NodeLine.status(n)),
                of(Node.class, "RUNTIMES", (n, t) -> NodeLine.runtimes(n)),
                of(Node.class, "CPU", (n, t) -> NodeLine.allocatable(n, "cpu")),
                of(Node.class, "MEMORY", (n, t) -> Sizes.of(NodeLine.allocatable(n, "memory"))),
                age(),
                of(Node.class, "VERSION", (n, t) -> NodeLine.version(n)),
                wide(of(Node.class, "ADDRESS", (n, t) -> NodeLine.address(n))),
                wide(of(Node.class, "OS-IMAGE", (n, t) -> NodeLine.osImage(n))),
                wide(of(Node.class, "KERNEL", (n, t) -> NodeLine.kernel(n))),
                wide(of(Node.class, "TAINTS", (n, t) -> NodeLine.taints(n))));
    }

    private static List<Cell> event() {
        return List.of(
                of(Event.class, "LAST SEEN", (e, t) -> Ages.since(e.lastTimestamp(), t)),
                of(Event.class, "TYPE", (e, t) -> orNone(e.type())),
                of(Event.class, "REASON", (e, t) -> orNone(e.reason())),
                of(Event.class, "OBJECT", (e, t) -> about(e)),
                wide(of(Event.class, "COUNT", (e, t) -> String.valueOf(e.count() == null ? 1 : e.count()))),
                of(Event.class, "MESSAGE", (e, t) -> orNone(e.message()).replace('\n', ' ')));
    }

    public static String about(Event e) {
        return e.involvedObject() == null
                ? NONE
                : e.involvedObject().kind().toLowerCase(java.util.Locale.ROOT) + "/"
                        + e.involvedObject().name();
    }

    public static int wanted(Deployment d) {
        return d.spec() == null || d.spec().replicas() == null ? 1 : d.spec().replicas();
    }

    public static int wanted(ReplicaSet s) {
        return s.spec() == null || s.spec().replicas() == null ? 1 : s.spec().replicas();
    }

    public static int wanted(StatefulSet s) {
        return s.spec() == null || s.spec().replicas() == null ? 1 : s.spec().replicas();
    }

    public static int wanted(Function f) {
        return f.spec() == null || f.spec().replicas() == null ? 1 : f.spec().replicas();
    }

    private static @Nullable PodSpec spec(Deployment d) {
        return d.spec() == null || d.spec().template() == null
                ? null
                : d.spec().template().spec();
    }

    private static @Nullable PodSpec spec(ReplicaSet s) {
        return s.spec() == null || s.spec().template() == null
                ? null
                : s.spec().template().spec();
    }

    private static @Nullable PodSpec spec(StatefulSet s) {
        return s.spec() == null || s.spec().template() == null
                ? null
                : s.spec().template().spec();
    }

    private static @Nullable PodSpec spec(DaemonSet s) {
        return s.spec() == null || s.spec().template() == null
                ? null
                : s.spec().template().spec();
    }

    private static String images(@Nullable PodSpec spec) {
        return spec == null
                ? NONE
                : orNone(String.join(
                        ",",
                        spec.tasks().stream()
                                .map(Container::image)
                                .filter(Objects::nonNull)
                                .toList()));
    }

    private static String containers(@Nullable PodSpec spec) {
        return spec == null
                ? NONE
                : String.join(",", spec.tasks().stream().map(Container::name).toList());
    }

    private static String phase(Resource r) {
        if (r.metadata().deletionTimestamp() != null) {
            return "Terminating";
        }
        if (r instanceof Namespace n && n.status() != null) {
            return n.status().phase();
        }
        return r instanceof Tenant t && t.status() != null ? t.status().phase() : "Active";
    }

    private static Cell name() {
        return cell("NAME", (r, t) -> orNone(r.metadata().name()));
    }

    private static Cell age() {
        return cell("AGE", (r, t) -> Ages.since(r.metadata().creationTimestamp(), t));
    }

    private static Cell wide(Cell c) {
        return new Cell(c.column(), true, c.text());
    }

    private static <R extends Resource> Cell of(Class<R> type, String title, BiFunction<R, Instant, String> text) {
        return cell(title, (r, t) -> text.apply(type.cast(r), t));
    }

    /** Texts of any length give way when the terminal is narrow; names, numbers and states never do. */
    private static Cell cell(String title, BiFunction<Resource, Instant, String> text) {
        boolean flexible =
                switch (title) {
                    case "MESSAGE",
                            "IMAGES",
                            "SELECTOR",
                            "OS-IMAGE",
                            "KERNEL",
                            "TAINTS",
                            "CONTAINERS",
                            "RUNTIMES",
                            "SUBJECTS",
                            "OBJECT" -> true;
                    default -> false;
                };
        return new Cell(new Table.Column(title, flexible), false, text);
    }

    public static String orNone(@Nullable String text) {
        return text == null || text.isEmpty() ? NONE : text;
    }

    /** {@code a=1,b=2}, or {@code <none>}. */
    public static String text(Map<String, String> map) {
        List<String> parts = new ArrayList<>();
        map.forEach((k, v) -> parts.add(k + "=" + v));
        return orNone(String.join(",", parts));
    }
}
