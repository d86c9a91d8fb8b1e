package org.kochab.gateway.internal.core;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;

/**
 * What a path names.
 *
 * @param tenant that {@code /tenants/TENANT} before it names; empty for the caller's own
 */
public record Target(Optional<TenantId> tenant, Place place) {
    private static final List<String> OF_NAMESPACES = List.of("status", "finalize");

    /** What is there, apart from the tenant. */
    public sealed interface Place {
        /** {@code /api}. */
        record Versions() implements Place {}

        /** {@code /apis}. */
        record Groups() implements Place {}

        /** {@code /apis/GROUP}. */
        record Group(String group) implements Place {}

        /** {@code /api/v1}, {@code /apis/GROUP/VERSION}. */
        record Resources(String group, String version) implements Place {}

        /** {@code /version}, {@code /openapi/v2} and the like. */
        record Document(String path) implements Place {}

        /**
         * Objects, an object, or a part of it.
         *
         * @param namespace null for all namespaces, and for kinds outside them
         * @param name null for all
         */
        record Objects(
                String group,
                String version,
                @Nullable String namespace,
                String resource,
                @Nullable String name,
                @Nullable String subresource)
                implements Place {}
    }

    /** {@code NotFound} if the path has no form that is known. */
    public static Target of(List<String> path) {
        List<String> rest = path;
        Optional<TenantId> tenant = Optional.empty();
        if (isOfTenant(path)) {
            tenant = Optional.of(tenant(path.get(1)));
            rest = path.subList(2, path.size());
        }
        return new Target(tenant, place(rest));
    }

    private static boolean isOfTenant(List<String> path) {
        return path.size() >= 2 && path.get(0).equals("tenants");
    }

    /** The tenant that a path names; empty if that is no name either. */
    public static Optional<TenantId> named(List<String> path) {
        try {
            return isOfTenant(path) ? Optional.of(new TenantId(path.get(1))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static TenantId tenant(String name) {
        try {
            return new TenantId(name);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static Place place(List<String> path) {
        String first = path.isEmpty() ? "" : path.get(0);
        int size = path.size();
        return switch (first) {
            case "api" ->
                size == 1
                        ? new Place.Versions()
                        : size == 2
                                ? new Place.Resources("", path.get(1))
                                : objects("", path.get(1), path.subList(2, size));
            case "apis" ->
                size == 1
                        ? new Place.Groups()
                        : size == 2
                                ? new Place.Group(path.get(1))
                                : size == 3
                                        ? new Place.Resources(path.get(1), path.get(2))
                                        : objects(path.get(1), path.get(2), path.subList(3, size));
            default -> new Place.Document(String.join("/", path));
        };
    }

    private static Place.Objects objects(String group, String version, List<String> path) {
        boolean namespaced = path.size() >= 3
                && path.get(0).equals("namespaces")
                && !(path.size() == 3 && OF_NAMESPACES.contains(path.get(2)));
        String namespace = namespaced ? path.get(1) : null;
        List<String> rest = namespaced ? path.subList(2, path.size()) : path;
        if (rest.size() > 3) {
            throw ApiError.noSuchPath();
        }
        return new Place.Objects(
                group,
                version,
                namespace,
                rest.get(0),
                rest.size() > 1 ? rest.get(1) : null,
                rest.size() > 2 ? rest.get(2) : null);
    }
}
