package org.kochab.api.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A name for the pods that have certain labels. Their addresses are in the {@link Endpoints} of its name; there is no address of its own. */
public record Service(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String EXTERNAL_NAME = "ExternalName";

    /**
     * @param type {@code ClusterIP} (also if null), {@code NodePort}, {@code LoadBalancer} or {@code ExternalName}; the platform gives addresses to none of them
     * @param clusterIP {@code None}, or null
     * @param selector labels of its pods; empty if somebody else keeps its endpoints
     * @param publishNotReadyAddresses true: pods that are not ready count as ready ones
     */
    public record Spec(
            @Nullable String type,
            @Nullable String clusterIP,
            Map<String, String> selector,
            List<Port> ports,
            @Nullable String externalName,
            @Nullable String sessionAffinity,
            @Nullable Boolean publishNotReadyAddresses) {
        public Spec {
            selector = Copies.map(selector);
            ports = Copies.list(ports);
        }
    }

    /**
     * @param protocol {@code TCP} if null
     * @param targetPort number, or name of a container's port; {@code port} if null
     */
    public record Port(
            @Nullable String name,
            @Nullable String protocol,
            int port,
            @Nullable String targetPort,
            @Nullable Integer nodePort) {}

    /** Nothing yet. */
    public record Status(@Nullable LoadBalancer loadBalancer) {}

    public record LoadBalancer() {}

    @Override
    public Service withMetadata(ObjectMeta value) {
        return new Service(apiVersion, kind, value, spec, status);
    }

    public Service withSpec(@Nullable Spec value) {
        return new Service(apiVersion, kind, metadata, value, status);
    }

    public Service withStatus(@Nullable Status value) {
        return new Service(apiVersion, kind, metadata, spec, value);
    }
}
