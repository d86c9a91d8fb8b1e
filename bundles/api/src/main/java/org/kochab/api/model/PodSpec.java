package org.kochab.api.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod asks for. It has containers, a virtual machine or a function: one of the three.
 *
 * @param runtimeClassName kind of runtime driver: {@code oci}, {@code process}, {@code vm}, …; null means {@code vm} for a virtual machine,
 *     {@code wasm} for a function, else {@code oci}
 * @param restartPolicy {@code Always} (also when null), {@code OnFailure} or {@code Never}
 * @param serviceAccountName of the pod's namespace; null means {@link ServiceAccount#DEFAULT}
 * @param priority the {@link PriorityClass}'s value, filled in when the pod is made; null means 0
 * @param priorityClassName null for the tenant's default class, which is filled in when the pod is made, if there is one
 * @param preemptionPolicy the class's, filled in when the pod is made; null means {@link PriorityClass#PREEMPT}
 */
public record PodSpec(
        List<Container> containers,
        List<Container> initContainers,
        @Nullable String runtimeClassName,
        @Nullable String restartPolicy,
        @Nullable Long terminationGracePeriodSeconds,
        @Nullable Long activeDeadlineSeconds,
        @Nullable String nodeName,
        Map<String, String> nodeSelector,
        @Nullable Affinity affinity,
        List<Toleration> tolerations,
        List<TopologySpreadConstraint> topologySpreadConstraints,
        @Nullable String schedulerName,
        @Nullable Integer priority,
        @Nullable String priorityClassName,
        @Nullable String preemptionPolicy,
        @Nullable String hostname,
        @Nullable Boolean hostNetwork,
        @Nullable String serviceAccountName,
        @Nullable Boolean automountServiceAccountToken,
        @Nullable String dnsPolicy,
        @Nullable PodSecurityContext securityContext,
        List<Volume> volumes,
        @Nullable Disconnect disconnect,
        @Nullable VirtualMachine virtualMachine,
        @Nullable PodFunction function) {
    public PodSpec {
        containers = Copies.list(containers);
        initContainers = Copies.list(initContainers);
        nodeSelector = Copies.map(nodeSelector);
        tolerations = Copies.list(tolerations);
        topologySpreadConstraints = Copies.list(topologySpreadConstraints);
        volumes = Copies.list(volumes);
    }

    /** Everything is as if a manifest did not have it. */
    public static Builder builder() {
        return new Builder();
    }

    public record PodSecurityContext(
            @Nullable Long runAsUser,
            @Nullable Long runAsGroup,
            @Nullable Boolean runAsNonRoot,
            @Nullable Long fsGroup) {}

    public record Toleration(
            @Nullable String key,
            @Nullable String operator,
            @Nullable String value,
            @Nullable String effect,
            @Nullable Long tolerationSeconds) {
        public boolean tolerates(Node.Taint taint) {
            if (effect != null && !effect.isEmpty() && !effect.equals(taint.effect())) {
                return false;
            }
            boolean any = "Exists".equals(operator);
            if (key == null || key.isEmpty()) {
                return any;
            }
            if (!key.equals(taint.key())) {
                return false;
            }
            String wanted = value == null ? "" : value;
            String actual = taint.value() == null ? "" : taint.value();
            return any || wanted.equals(actual);
        }
    }

    public record Affinity(
            @Nullable NodeAffinity nodeAffinity,
            @Nullable PodAffinity podAffinity,
            @Nullable PodAffinity podAntiAffinity) {}

    public record NodeAffinity(
            @Nullable NodeSelector requiredDuringSchedulingIgnoredDuringExecution,
            List<PreferredNodeTerm> preferredDuringSchedulingIgnoredDuringExecution) {
        public NodeAffinity {
            preferredDuringSchedulingIgnoredDuringExecution =
                    Copies.list(preferredDuringSchedulingIgnoredDuringExecution);
        }
    }

    /** Any of the terms must hold. */
    public record NodeSelector(List<NodeSelectorTerm> nodeSelectorTerms) {
        public NodeSelector {
            nodeSelectorTerms = Copies.list(nodeSelectorTerms);
        }
    }

    /** All expressions and fields must hold; the only field is {@code metadata.name}. */
    public record NodeSelectorTerm(
            List<LabelSelector.Requirement> matchExpressions, List<LabelSelector.Requirement> matchFields) {
        public NodeSelectorTerm {
            matchExpressions = Copies.list(matchExpressions);
            matchFields = Copies.list(matchFields);
        }
    }

    public record PreferredNodeTerm(int weight, NodeSelectorTerm preference) {}

    public record PodAffinity(
            List<PodAffinityTerm> requiredDuringSchedulingIgnoredDuringExecution,
            List<WeightedPodAffinityTerm> preferredDuringSchedulingIgnoredDuringExecution) {
        public PodAffinity {
            requiredDuringSchedulingIgnoredDuringExecution =
                    Copies.list(requiredDuringSchedulingIgnoredDuringExecution);
            preferredDuringSchedulingIgnoredDuringExecution =
                    Copies.list(preferredDuringSchedulingIgnoredDuringExecution);
        }
    }

    public record PodAffinityTerm(@Nullable LabelSelector labelSelector, List<String> namespaces, String topologyKey) {
        public PodAffinityTerm {
            namespaces = Copies.list(namespaces);
        }
    }

    public record WeightedPodAffinityTerm(int weight, PodAffinityTerm podAffinityTerm) {}

    /** @param whenUnsatisfiable {@code DoNotSchedule} or {@code ScheduleAnyway} */
    public record TopologySpreadConstraint(
            int maxSkew, String topologyKey, String whenUnsatisfiable, @Nullable LabelSelector labelSelector) {}

    /** Exactly one source. */
    public record Volume(
            String name,
            @Nullable EmptyDir emptyDir,
            @Nullable HostPath hostPath,
            @Nullable ClaimedVolume persistentVolumeClaim,
            @Nullable ConfigMapSource configMap,
            @Nullable SecretSource secret) {
        public Volume(String name, @Nullable EmptyDir emptyDir, @Nullable HostPath hostPath) {
            this(name, emptyDir, hostPath, null, null, null);
        }

        /** The volume of a claim. */
        public static Volume claimed(String name, ClaimedVolume claim) {
            return new Volume(name, null, null, claim, null, null);
        }
    }

    /**
     * The volume of a {@link PersistentVolumeClaim} of the pod's namespace.
     *
     * @param readOnly whether no container may write to it
     * @param volume what the claim is bound to: filled in by the platform in what nodes get; a manifest does not have it
     */
    public record ClaimedVolume(String claimName, @Nullable Boolean readOnly, @Nullable ProvisionedVolume volume) {}

    /**
     * A {@link PersistentVolume}, as its node has to know it.
     *
     * @param uid of the volume
     * @param bytes at least so many
     */
    public record ProvisionedVolume(String uid, String provisioner, Map<String, String> parameters, long bytes) {
        public ProvisionedVolume {
            parameters = Copies.map(parameters);
        }
    }

    /**
     * The keys of a config map of the pod's namespace as files.
     *
     * @param items which keys, and under which names; all under their own if empty
     * @param defaultMode of the files, for example 0644 (420), which it is if null
     * @param optional true: map and keys may be missing; else the pod waits until they are there
     */
    public record ConfigMapSource(
            String name, List<KeyToPath> items, @Nullable Integer defaultMode, @Nullable Boolean optional) {
        public ConfigMapSource {
            items = Copies.list(items);
        }
    }

    /** As {@link ConfigMapSource}, of a secret. */
    public record SecretSource(
            String secretName, List<KeyToPath> items, @Nullable Integer defaultMode, @Nullable Boolean optional) {
        public SecretSource {
            items = Copies.list(items);
        }
    }

    /**
     * @param path of the file, relative to where the volume is mounted
     * @param mode of the file; the volume's defaultMode if null
     */
    public record KeyToPath(String key, String path, @Nullable Integer mode) {}

    /** @param medium null for disk, {@code Memory} for tmpfs */
    public record EmptyDir(@Nullable String medium, @Nullable String sizeLimit) {}

    public record HostPath(String path, @Nullable String type) {}

    /**
     * What happens to the pod when its node is out of contact; durations as {@code 30s}, {@code 5m}, {@code 72h}.
     *
     * @param lostAfter so long after its node is lost the pod is replaced; as if it tolerated the taint {@code node.kubernetes.io/unreachable} so long
     * @param stopOnClientAfter the node itself ends the pod after so long without contact, by its monotonic clock
     * @param replace false: never replaced for lack of contact
     * @param reconcile {@code keep-replacement}, the only way for now: a node that comes back ends what was replaced meanwhile
     */
    public record Disconnect(
            @Nullable String lostAfter,
            @Nullable String stopOnClientAfter,
            @Nullable Boolean replace,
            @Nullable String reconcile) {}

    /** How urgent it is: 0 if nothing is said. */
    public int urgency() {
        return priority == null ? 0 : priority;
    }

    public PodSpec withNodeName(String node) {
        return toBuilder().nodeName(node).build();
    }

    /** What of a pod may be changed while it runs, from another spec: this one with that one's resources and power state. */
    public PodSpec withSizesOf(PodSpec other) {
        List<Container> sized = new ArrayList<>(containers);
        for (int i = 0; i < Math.min(containers.size(), other.containers.size()); i++) {
            sized.set(i, containers.get(i).withResources(other.containers.get(i).resources()));
        }
        VirtualMachine machine = virtualMachine;
        if (machine != null && other.virtualMachine != null) {
            machine = machine.withSizes(other.virtualMachine.resources(), other.virtualMachine.powerSpec());
        }
        return toBuilder().containers(sized).virtualMachine(machine).build();
    }

    /** The runtime driver this pod needs. */
    public String runtimeKind() {
        if (runtimeClassName != null && !runtimeClassName.isEmpty()) {
            return runtimeClassName;
        }
        return virtualMachine != null ? "vm" : function != null ? "wasm" : "oci";
    }

    /** What runs side by side: the containers, or the virtual machine or function as what it has in common with one. */
    public List<Container> tasks() {
        if (virtualMachine != null) {
            return List.of(virtualMachine.asContainer());
        }
        return function == null ? containers : List.of(function.asContainer());
    }

    /** This spec, to be changed. */
    public Builder toBuilder() {
        return new Builder()
                .containers(containers)
                .initContainers(initContainers)
                .runtimeClassName(runtimeClassName)
                .restartPolicy(restartPolicy)
                .terminationGracePeriodSeconds(terminationGracePeriodSeconds)
                .activeDeadlineSeconds(activeDeadlineSeconds)
                .nodeName(nodeName)
                .nodeSelector(nodeSelector)
                .affinity(affinity)
                .tolerations(tolerations)
                .topologySpreadConstraints(topologySpreadConstraints)
                .schedulerName(schedulerName)
                .priority(priority)
                .priorityClassName(priorityClassName)
                .preemptionPolicy(preemptionPolicy)
                .hostname(hostname)
                .hostNetwork(hostNetwork)
                .serviceAccountName(serviceAccountName)
                .automountServiceAccountToken(automountServiceAccountToken)
                .dnsPolicy(dnsPolicy)
                .securityContext(securityContext)
                .volumes(volumes)
                .disconnect(disconnect)
                .virtualMachine(virtualMachine)
                .function(function);
    }

    /** A spec in the making. Not thread-safe. */
    public static final class Builder {
        private List<Container> containers = List.of();
        private List<Container> initContainers = List.of();
        private @Nullable String runtimeClassName;
        private @Nullable String restartPolicy;
        private @Nullable Long terminationGracePeriodSeconds;
        private @Nullable Long activeDeadlineSeconds;
        private @Nullable String nodeName;
        private Map<String, String> nodeSelector = Map.of();
        private @Nullable Affinity affinity;
        private List<Toleration> tolerations = List.of();
        private List<TopologySpreadConstraint> topologySpreadConstraints = List.of();
        private @Nullable String schedulerName;
        private @Nullable Integer priority;
        private @Nullable String priorityClassName;
        private @Nullable String preemptionPolicy;
        private @Nullable String hostname;
        private @Nullable Boolean hostNetwork;
        private @Nullable String serviceAccountName;
        private @Nullable Boolean automountServiceAccountToken;
        private @Nullable String dnsPolicy;
        private @Nullable PodSecurityContext securityContext;
        private List<Volume> volumes = List.of();
        private @Nullable Disconnect disconnect;
        private @Nullable VirtualMachine virtualMachine;
        private @Nullable PodFunction function;

        private Builder() {}

        public Builder containers(List<Container> value) {
            containers = value;
            return this;
        }

        public Builder initContainers(List<Container> value) {
            initContainers = value;
            return this;
        }

        public Builder runtimeClassName(@Nullable String value) {
            runtimeClassName = value;
            return this;
        }

        public Builder restartPolicy(@Nullable String value) {
            restartPolicy = value;
            return this;
        }

        public Builder terminationGracePeriodSeconds(@Nullable Long value) {
            terminationGracePeriodSeconds = value;
            return this;
        }

        public Builder activeDeadlineSeconds(@Nullable Long value) {
            activeDeadlineSeconds = value;
            return this;
        }

        public Builder nodeName(@Nullable String value) {
            nodeName = value;
            return this;
        }

        public Builder nodeSelector(Map<String, String> value) {
            nodeSelector = value;
            return this;
        }

        public Builder affinity(@Nullable Affinity value) {
            affinity = value;
            return this;
        }

        public Builder tolerations(List<Toleration> value) {
            tolerations = value;
            return this;
        }

        public Builder topologySpreadConstraints(List<TopologySpreadConstraint> value) {
            topologySpreadConstraints = value;
            return this;
        }

        public Builder schedulerName(@Nullable String value) {
            schedulerName = value;
            return this;
        }

        public Builder priority(@Nullable Integer value) {
            priority = value;
            return this;
        }

        public Builder priorityClassName(@Nullable String value) {
            priorityClassName = value;
            return this;
        }

        public Builder preemptionPolicy(@Nullable String value) {
            preemptionPolicy = value;
            return this;
        }

        public Builder hostname(@Nullable String value) {
            hostname = value;
            return this;
        }

        public Builder hostNetwork(@Nullable Boolean value) {
            hostNetwork = value;
            return this;
        }

        public Builder serviceAccountName(@Nullable String value) {
            serviceAccountName = value;
            return this;
        }

        public Builder automountServiceAccountToken(@Nullable Boolean value) {
            automountServiceAccountToken = value;
            return this;
        }

        public Builder dnsPolicy(@Nullable String value) {
            dnsPolicy = value;
            return this;
        }

        public Builder securityContext(@Nullable PodSecurityContext value) {
            securityContext = value;
            return this;
        }

        public Builder volumes(List<Volume> value) {
            volumes = value;
            return this;
        }

        public Builder disconnect(@Nullable Disconnect value) {
            disconnect = value;
            return this;
        }

        public Builder virtualMachine(@Nullable VirtualMachine value) {
            virtualMachine = value;
            return this;
        }

        public Builder function(@Nullable PodFunction value) {
            function = value;
            return this;
        }

        public PodSpec build() {
            return new PodSpec(
                    containers,
                    initContainers,
                    runtimeClassName,
                    restartPolicy,
                    terminationGracePeriodSeconds,
                    activeDeadlineSeconds,
                    nodeName,
                    nodeSelector,
                    affinity,
                    tolerations,
                    topologySpreadConstraints,
                    schedulerName,
                    priority,
                    priorityClassName,
                    preemptionPolicy,
                    hostname,
                    hostNetwork,
                    serviceAccountName,
                    automountServiceAccountToken,
                    dnsPolicy,
                    securityContext,
                    volumes,
                    disconnect,
                    virtualMachine,
                    function);
        }
    }
}
