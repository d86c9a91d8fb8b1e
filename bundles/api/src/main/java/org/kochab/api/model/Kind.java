package org.kochab.api.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of resource: one that is built in, or one that a bundle or a tenant has defined.
 *
 * @param apiVersion as manifests have it, for example {@code apps/v1}
 * @param name as manifests have it, for example {@code Deployment}
 * @param plural as the shell and URLs have it, for example {@code deployments}
 * @param shortNames for the shell, for example {@code deploy}
 * @param type its Java type; {@link CustomObject} for all that are not built in
 * @param definition what else is said of a kind that is not built in; null for the others, and for one that is only named ({@link #custom})
 */
public record Kind(
        String apiVersion,
        String name,
        String plural,
        List<String> shortNames,
        Scope scope,
        Class<? extends Resource> type,
        @Nullable KindDefinition definition) {
    public Kind {
        shortNames = List.copyOf(shortNames);
    }

    public Kind(
            String apiVersion,
            String name,
            String plural,
            List<String> shortNames,
            Scope scope,
            Class<? extends Resource> type) {
        this(apiVersion, name, plural, shortNames, scope, type, null);
    }

    /**
     * Names a kind that a bundle offers or that is shared with all tenants, so that a controller can ask for its objects.
     *
     * @param apiVersion with its group, for example {@code example.com/v1}
     */
    public static Kind custom(String apiVersion, String name, String plural, Scope scope) {
        return new Kind(apiVersion, name, plural, List.of(), scope, CustomObject.class);
    }

    /** For example {@code apps}; empty for {@code v1}. */
    public String group() {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** Whether it is not built in. */
    public boolean isCustom() {
        return type == CustomObject.class;
    }

    /** Whether it is a tenant's own. */
    public boolean isOfTenant() {
        return definition != null && definition.origin() == KindDefinition.Origin.TENANT;
    }

    /** Whether both are the same kind, in whichever version. */
    public boolean isSame(Kind other) {
        return name.equals(other.name)
                && group().equals(other.group())
                && isCustom() == other.isCustom()
                && isOfTenant() == other.isOfTenant();
    }

    /** Where objects of a kind live. */
    public enum Scope {
        /** The platform's own: tenants and nodes. */
        PLATFORM,
        /** In a tenant, outside its namespaces. */
        TENANT,
        /** In a namespace of a tenant. */
        NAMESPACE
    }

    public static final Kind TENANT =
            new Kind("kochab.org/v1", "Tenant", "tenants", List.of(), Scope.PLATFORM, Tenant.class);
    public static final Kind NODE = new Kind("v1", "Node", "nodes", List.of("no"), Scope.PLATFORM, Node.class);
    public static final Kind NAMESPACE =
            new Kind("v1", "Namespace", "namespaces", List.of("ns"), Scope.TENANT, Namespace.class);
    public static final Kind POD = new Kind("v1", "Pod", "pods", List.of("po"), Scope.NAMESPACE, Pod.class);
    public static final Kind REPLICA_SET =
            new Kind("apps/v1", "ReplicaSet", "replicasets", List.of("rs"), Scope.NAMESPACE, ReplicaSet.class);
    public static final Kind DEPLOYMENT =
            new Kind("apps/v1", "Deployment", "deployments", List.of("deploy"), Scope.NAMESPACE, Deployment.class);
    public static final Kind STATEFUL_SET =
            new Kind("apps/v1", "StatefulSet", "statefulsets", List.of("sts"), Scope.NAMESPACE, StatefulSet.class);
    public static final Kind DAEMON_SET =
            new Kind("apps/v1", "DaemonSet", "daemonsets", List.of("ds"), Scope.NAMESPACE, DaemonSet.class);
    public static final Kind JOB = new Kind("batch/v1", "Job", "jobs", List.of(), Scope.NAMESPACE, Job.class);
    public static final Kind CRON_JOB =
            new Kind("batch/v1", "CronJob", "cronjobs", List.of("cj"), Scope.NAMESPACE, CronJob.class);
    public static final Kind SERVICE =
            new Kind("v1", "Service", "services", List.of("svc"), Scope.NAMESPACE, Service.class);
    public static final Kind CONFIG_MAP =
            new Kind("v1", "ConfigMap", "configmaps", List.of("cm"), Scope.NAMESPACE, ConfigMap.class);
    public static final Kind SECRET = new Kind("v1", "Secret", "secrets", List.of(), Scope.NAMESPACE, Secret.class);
    public static final Kind SERVICE_ACCOUNT =
            new Kind("v1", "ServiceAccount", "serviceaccounts", List.of("sa"), Scope.NAMESPACE, ServiceAccount.class);
    public static final Kind ENDPOINTS =
            new Kind("v1", "Endpoints", "endpoints", List.of("ep"), Scope.NAMESPACE, Endpoints.class);
    public static final Kind ACTION =
            new Kind("kochab.org/v1", "Action", "actions", List.of(), Scope.NAMESPACE, Action.class);
    public static final Kind FUNCTION =
            new Kind("kochab.org/v1", "Function", "functions", List.of("fn"), Scope.NAMESPACE, Function.class);
    public static final Kind RESOURCE_QUOTA =
            new Kind("v1", "ResourceQuota", "resourcequotas", List.of("quota"), Scope.NAMESPACE, ResourceQuota.class);
    public static final Kind LIMIT_RANGE =
            new Kind("v1", "LimitRange", "limitranges", List.of("limits"), Scope.NAMESPACE, LimitRange.class);
    public static final Kind POD_DISRUPTION_BUDGET = new Kind(
            "policy/v1",
            "PodDisruptionBudget",
            "poddisruptionbudgets",
            List.of("pdb"),
            Scope.NAMESPACE,
            PodDisruptionBudget.class);
    public static final Kind STORAGE_CLASS = new Kind(
            "storage.k8s.io/v1", "StorageClass", "storageclasses", List.of("sc"), Scope.TENANT, StorageClass.class);
    public static final Kind PERSISTENT_VOLUME = new Kind(
            "v1", "PersistentVolume", "persistentvolumes", List.of("pv"), Scope.TENANT, PersistentVolume.class);
    public static final Kind PERSISTENT_VOLUME_CLAIM = new Kind(
            "v1",
            "PersistentVolumeClaim",
            "persistentvolumeclaims",
            List.of("pvc"),
            Scope.NAMESPACE,
            PersistentVolumeClaim.class);
    public static final Kind PRIORITY_CLASS = new Kind(
            "scheduling.k8s.io/v1",
            "PriorityClass",
            "priorityclasses",
            List.of("pc"),
            Scope.TENANT,
            PriorityClass.class);
    public static final Kind EVENT = new Kind("v1", "Event", "events", List.of("ev"), Scope.NAMESPACE, Event.class);

    public static final Kind ROLE =
            new Kind("rbac.authorization.k8s.io/v1", "Role", "roles", List.of(), Scope.NAMESPACE, Role.class);
    public static final Kind ROLE_BINDING = new Kind(
            "rbac.authorization.k8s.io/v1",
            "RoleBinding",
            "rolebindings",
            List.of(),
            Scope.NAMESPACE,
            RoleBinding.class);
    public static final Kind CLUSTER_ROLE = new Kind(
            "rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", List.of(), Scope.TENANT, Role.class);
    public static final Kind CLUSTER_ROLE_BINDING = new Kind(
            "rbac.authorization.k8s.io/v1",
            "ClusterRoleBinding",
            "clusterrolebindings",
            List.of(),
            Scope.TENANT,
            RoleBinding.class);

    public static final Kind CUSTOM_RESOURCE_DEFINITION = new Kind(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            List.of("crd", "crds"),
            Scope.TENANT,
            CustomResourceDefinition.class);

    /** The kinds that are always there. */
    public static final List<Kind> BUILT_IN = List.of(
            TENANT,
            NODE,
            NAMESPACE,
            POD,
            REPLICA_SET,
            DEPLOYMENT,
            STATEFUL_SET,
            DAEMON_SET,
            JOB,
            CRON_JOB,
            CONFIG_MAP,
            SECRET,
            SERVICE_ACCOUNT,
            SERVICE,
            ENDPOINTS,
            FUNCTION,
            ACTION,
            RESOURCE_QUOTA,
            LIMIT_RANGE,
            POD_DISRUPTION_BUDGET,
            STORAGE_CLASS,
            PERSISTENT_VOLUME,
            PERSISTENT_VOLUME_CLAIM,
            PRIORITY_CLASS,
            EVENT,
            ROLE,
            ROLE_BINDING,
            CLUSTER_ROLE,
            CLUSTER_ROLE_BINDING,
            CUSTOM_RESOURCE_DEFINITION);

    /** Stands for every kind that is not built in, for controllers that look at all of them; nothing is of this kind. */
    public static final Kind ANY_CUSTOM = custom("*/*", "*", "*", Scope.NAMESPACE);
}
