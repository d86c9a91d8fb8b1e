package org.kochab.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kochab.api.model.Kind;

/** An object of each kind that a tenant can have, and two kinds of a tenant's own with their definitions. */
final class EveryKind {
    /** Of which a tenant has none: the platform's, and daemon sets, which only tenant {@code system} has. */
    static final List<Kind> NONE = List.of(Kind.TENANT, Kind.NODE, Kind.DAEMON_SET);

    static final String GROUP = "tenants.example.com";

    /** A kind of which no tenant has a definition. */
    static final Kind UNKNOWN = own("Unknown", Kind.Scope.NAMESPACE);

    private static final Kind PLACED = own("Placed", Kind.Scope.NAMESPACE);
    private static final Kind WIDE = own("Wide", Kind.Scope.TENANT);

    /** Kinds that are a tenant's own, by definitions as {@link #definitions} has them. */
    static final List<Kind> OWN = List.of(PLACED, WIDE);

    private EveryKind() {}

    private static Kind own(String name, Kind.Scope scope) {
        return Kind.custom(GROUP + "/v1", name, name.toLowerCase(Locale.ROOT) + "s", scope);
    }

    /** All kinds, built in and a tenant's own. */
    static List<Kind> all() {
        List<Kind> all = new ArrayList<>(Kind.BUILT_IN);
        all.addAll(OWN);
        return all;
    }

    /** What an object is called; definitions have the names of kinds. */
    static String name(Kind kind, String word) {
        return kind.equals(Kind.CUSTOM_RESOURCE_DEFINITION) ? word + "s." + GROUP : word;
    }

    /** Objects of all built-in kinds but {@link #NONE}, as {@link #name} has their names. */
    static String builtIn(String word) {
        return """
                {apiVersion: v1, kind: Namespace, metadata: {name: WORD}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: WORD}, spec: {containers: [{name: m, image: registry.local/w:1}]}}
                ---
                {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: WORD}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: m, image: registry.local/w:1}]}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: WORD}, spec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: m, image: registry.local/w:1}]}}}}
                ---
                {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: WORD}, spec: {replicas: 0, serviceName: WORD, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: m, image: registry.local/w:1}]}}}}
                ---
                {apiVersion: batch/v1, kind: Job, metadata: {name: WORD}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: registry.local/w:1}]}}}}
                ---
                {apiVersion: batch/v1, kind: CronJob, metadata: {name: WORD}, spec: {schedule: '@yearly', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: registry.local/w:1}]}}}}}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: WORD}, data: {a: b}}
                ---
                {apiVersion: v1, kind: Secret, metadata: {name: WORD}, stringData: {a: b}}
                ---
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: WORD}}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: WORD}, spec: {ports: [{port: 80}]}}
                ---
                {apiVersion: v1, kind: Endpoints, metadata: {name: WORD}, subsets: [{addresses: [{ip: 192.0.2.7}], ports: [{name: http, port: 80}]}]}
                ---
                {apiVersion: kochab.org/v1, kind: Function, metadata: {name: WORD}, spec: {replicas: 0, image: /tmp/f.wasm, resources: {limits: {memory: 8Mi}}}}
                ---
                {apiVersion: kochab.org/v1, kind: Action, metadata: {name: WORD}, spec: {pod: WORD, action: Reboot}}
                ---
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: WORD}, spec: {maxUnavailable: 1, selector: {matchLabels: {a: b}}}}
                ---
                {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: WORD}, provisioner: disk.example.com}
                ---
                {apiVersion: v1, kind: PersistentVolume, metadata: {name: WORD}, spec: {capacity: {storage: 1Mi}, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, provisioner: disk.example.com, nodeAffinity: {required: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n]}]}]}}}}
                ---
                {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: WORD}, spec: {accessModes: [ReadWriteOnce], storageClassName: WORD, resources: {requests: {storage: 1Gi}}}}
                ---
                {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: WORD}, value: 5}
                ---
                {apiVersion: v1, kind: Event, metadata: {name: WORD}, involvedObject: {kind: Pod, namespace: default, name: WORD}, type: Normal, reason: Told, message: something}
                ---
                {apiVersion: v1, kind: ResourceQuota, metadata: {name: WORD}, spec: {hard: {pods: '9'}}}
                ---
                {apiVersion: v1, kind: LimitRange, metadata: {name: WORD}, spec: {limits: [{type: Container, max: {cpu: '1'}}]}}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: WORD}, rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: WORD}, subjects: [{kind: User, name: x}], roleRef: {kind: Role, name: WORD}}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: WORD}, rules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}
                ---
                {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: WORD}, subjects: [{kind: User, name: x}], roleRef: {kind: ClusterRole, name: WORD}}
                ---
                """
                        .replace("WORD", word)
                + definition(own(capital(word), Kind.Scope.TENANT), "spec");
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /** The definitions of {@link #OWN}. @param field what their objects have, a text */
    static String definitions(String field) {
        return definition(PLACED, field) + "\n---\n" + definition(WIDE, field);
    }

    /** Objects of {@link #OWN}. @param field as in the definitions */
    static String objects(String word, String field) {
        return object(PLACED, word, field) + "\n---\n" + object(WIDE, word, field);
    }

    static String object(Kind kind, String word, String field) {
        return "{apiVersion: " + kind.apiVersion() + ", kind: " + kind.name() + ", metadata: {name: " + word + "}, "
                + field + ": text}";
    }

    static String definition(Kind kind, String field) {
        return """
                {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: PLURAL.GROUP}, spec: {group: GROUP, scope: SCOPE, names: {plural: PLURAL, kind: KIND}, versions: [{name: v1, served: true, storage: true, subresources: {status: {}}, schema: {openAPIV3Schema: {type: object, properties: {FIELD: {type: string}, status: {type: object, properties: {phase: {type: string}}}}}}}]}}"""
                .replace("PLURAL", kind.plural())
                .replace("GROUP", kind.group())
                .replace("SCOPE", kind.scope() == Kind.Scope.NAMESPACE ? "Namespaced" : "Cluster")
                .replace("KIND", kind.name())
                .replace("FIELD", field);
    }
}
