package org.kochab.api.model;

import java.util.List;

/**
 * A kind of resource.
 *
 * @param apiVersion as manifests have it, for example {@code apps/v1}
 * @param name as manifests have it, for example {@code Deployment}
 * @param plural as the shell and URLs have it, for example {@code deployments}
 * @param shortNames for the shell, for example {@code deploy}
 * @param type its Java type
 */
public record Kind(
        String apiVersion,
        String name,
        String plural,
        List<String> shortNames,
        Scope scope,
        Class<? extends Resource> type) {
    public Kind {
        shortNames = List.copyOf(shortNames);
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
    public static final Kind ACTION =
            new Kind("kochab.org/v1", "Action", "actions", List.of(), Scope.NAMESPACE, Action.class);
    public static final Kind FUNCTION =
            new Kind("kochab.org/v1", "Function", "functions", List.of("fn"), Scope.NAMESPACE, Function.class);
    public static final Kind RESOURCE_QUOTA =
            new Kind("v1", "ResourceQuota", "resourcequotas", List.of("quota"), Scope.NAMESPACE, ResourceQuota.class);
    public static final Kind LIMIT_RANGE =
            new Kind("v1", "LimitRange", "limitranges", List.of("limits"), Scope.NAMESPACE, LimitRange.class);
    public static final Kind EVENT = new Kind("v1", "Event", "events", List.of("ev"), Scope.NAMESPACE, Event.class);

    /** The kinds that are always there. */
    public static final List<Kind> BUILT_IN = List.of(
            TENANT,
            NODE,
            NAMESPACE,
            POD,
            REPLICA_SET,
            DEPLOYMENT,
            FUNCTION,
            ACTION,
            RESOURCE_QUOTA,
            LIMIT_RANGE,
            EVENT);
}
