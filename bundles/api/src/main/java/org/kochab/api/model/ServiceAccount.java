package org.kochab.api.model;

import org.jspecify.annotations.Nullable;

/**
 * What programs are called that use the API: user {@code system:serviceaccount:NAMESPACE:NAME} of its tenant. Who has a token of it may do what roles allow to it.
 *
 * @param automountServiceAccountToken taken from manifests without effect: pods are given no tokens
 */
public record ServiceAccount(
        String apiVersion, String kind, ObjectMeta metadata, @Nullable Boolean automountServiceAccountToken)
        implements Resource {
    /** Every namespace has one of this name. Pods that name no other are its. */
    public static final String DEFAULT = "default";

    /** Begins the name of each as a user; namespace and name follow, divided by a colon. */
    public static final String USER = "system:serviceaccount:";

    /** The group of all service accounts of a tenant; with a colon and a namespace behind it, of those of that namespace. */
    public static final String GROUP = "system:serviceaccounts";

    @Override
    public ServiceAccount withMetadata(ObjectMeta value) {
        return new ServiceAccount(apiVersion, kind, value, automountServiceAccountToken);
    }
}
