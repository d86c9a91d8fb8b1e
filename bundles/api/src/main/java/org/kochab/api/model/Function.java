package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program that is started for each call, kept on a number of nodes. Its pods are a deployment's, which has its name. */
public record Function(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    /**
     * @param replicas pods to keep, each on a node; with 0 it cannot be called
     * @param runtimeClassName {@code wasm} if null
     * @param image as {@link PodFunction}'s, and so all that follow
     */
    public record Spec(
            @Nullable Integer replicas,
            @Nullable String runtimeClassName,
            @Nullable String image,
            List<String> args,
            List<Container.EnvVar> env,
            Container.@Nullable Resources resources,
            @Nullable Integer warm,
            @Nullable Integer concurrency,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer idleSeconds,
            Map<String, String> nodeSelector,
            List<PodSpec.Toleration> tolerations) {
        public Spec {
            args = Copies.list(args);
            env = Copies.list(env);
            nodeSelector = Copies.map(nodeSelector);
            tolerations = Copies.list(tolerations);
        }

        /** What its pods have; they call it {@code function}. */
        public PodFunction podFunction() {
            return new PodFunction(
                    "function", image, args, env, resources, warm, concurrency, timeoutSeconds, idleSeconds);
        }

        public Spec withReplicas(@Nullable Integer value) {
            return new Spec(
                    value,
                    runtimeClassName,
                    image,
                    args,
                    env,
                    resources,
                    warm,
                    concurrency,
                    timeoutSeconds,
                    idleSeconds,
                    nodeSelector,
                    tolerations);
        }

        /** With what a pod's function has. */
        public Spec with(PodFunction f) {
            return new Spec(
                    replicas,
                    runtimeClassName,
                    f.image(),
                    f.args(),
                    f.env(),
                    f.resources(),
                    f.warm(),
                    f.concurrency(),
                    f.timeoutSeconds(),
                    f.idleSeconds(),
                    nodeSelector,
                    tolerations);
        }
    }

    /** @param readyReplicas pods that can be called now */
    public record Status(
            int replicas, int readyReplicas, @Nullable Long observedGeneration, List<Condition> conditions) {
        public Status {
            conditions = Copies.list(conditions);
        }
    }

    @Override
    public Function withMetadata(ObjectMeta value) {
        return new Function(apiVersion, kind, value, spec, status);
    }

    public Function withSpec(@Nullable Spec value) {
        return new Function(apiVersion, kind, metadata, value, status);
    }

    public Function withStatus(@Nullable Status value) {
        return new Function(apiVersion, kind, metadata, spec, value);
    }
}
