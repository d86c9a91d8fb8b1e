package org.kochab.api.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host that runs pods. Kept by the resource manager it belongs to. */
public record Node(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public record Spec(@Nullable Boolean unschedulable, List<Taint> taints) {
        public Spec {
            taints = Copies.list(taints);
        }
    }

    /** @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute} */
    public record Taint(String key, @Nullable String value, String effect, @Nullable Instant timeAdded) {}

    /**
     * @param capacity what the hardware has, by resource name, as quantities
     * @param allocatable what pods may have
     * @param phase {@code Ready}, {@code NotReady}, or {@code Lost} once its lease has run out
     * @param agentUpdate what became of the last update of the node's agent; null if there was none
     */
    public record Status(
            @Nullable String phase,
            Map<String, String> capacity,
            Map<String, String> allocatable,
            List<Condition> conditions,
            List<Address> addresses,
            @Nullable SystemFacts nodeInfo,
            List<Runtime> runtimes,
            List<Image> images,
            @Nullable AgentUpdate agentUpdate) {
        public Status {
            capacity = Copies.map(capacity);
            allocatable = Copies.map(allocatable);
            conditions = Copies.list(conditions);
            addresses = Copies.list(addresses);
            runtimes = Copies.list(runtimes);
            images = Copies.list(images);
        }
    }

    public record Address(String type, String address) {}

    public record SystemFacts(
            @Nullable String bootID,
            @Nullable String operatingSystem,
            @Nullable String architecture,
            @Nullable String kernelVersion,
            @Nullable String osImage,
            @Nullable String agentVersion) {}

    /**
     * A runtime driver of the node.
     *
     * @param kind {@code process}, {@code oci}, …
     * @param ok whether its last probe really ran a workload
     * @param limits the limits it can enforce: {@code cpu}, {@code memory}, {@code pids}
     */
    public record Runtime(String kind, boolean ok, @Nullable String reason, List<String> limits) {
        public Runtime {
            limits = Copies.list(limits);
        }
    }

    /**
     * What became of an update of the agent.
     *
     * @param id of the attempt, as the platform named it
     * @param version that was to be had
     * @param result {@link #UPDATING}, {@link #SUCCEEDED}, {@link #ROLLED_BACK} or {@link #REFUSED}
     * @param reason why the former version runs; null unless it was rolled back or refused
     */
    public record AgentUpdate(String id, String version, String result, @Nullable String reason) {
        /** It is being fetched or tried. */
        public static final String UPDATING = "Updating";

        /** It runs, and has proven healthy. */
        public static final String SUCCEEDED = "Succeeded";

        /** It was started and given up; the former version runs. */
        public static final String ROLLED_BACK = "RolledBack";

        /** It was not started. */
        public static final String REFUSED = "Refused";
    }

    public record Image(List<String> names, @Nullable Long sizeBytes) {
        public Image {
            names = Copies.list(names);
        }
    }

    @Override
    public Node withMetadata(ObjectMeta value) {
        return new Node(apiVersion, kind, value, spec, status);
    }

    public Node withSpec(Spec value) {
        return new Node(apiVersion, kind, metadata, value, status);
    }

    public Node withStatus(Status value) {
        return new Node(apiVersion, kind, metadata, spec, value);
    }
}
