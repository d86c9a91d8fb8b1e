package org.kochab.api.model;

import java.util.List;

/**
 * Rights to do something with some resources, or to read some paths. {@code *} stands for all in each list but {@code resourceNames}.
 *
 * @param verbs {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code patch}, {@code delete}, and what else a resource knows
 * @param apiGroups those of the resources; {@code ""} for the first
 * @param resources plurals; a subresource by itself, for example {@code pods/log}, or {@code *}{@code /scale} for all that have it
 * @param resourceNames only objects of these names; empty for all
 * @param nonResourceURLs paths of the API that are no resources, with {@code *} at the end for all below; only without resources, and only in a cluster role
 */
public record PolicyRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceURLs) {
    public PolicyRule {
        verbs = Copies.list(verbs);
        apiGroups = Copies.list(apiGroups);
        resources = Copies.list(resources);
        resourceNames = Copies.list(resourceNames);
        nonResourceURLs = Copies.list(nonResourceURLs);
    }

    /** For all objects of some resources. */
    public static PolicyRule of(List<String> verbs, List<String> apiGroups, List<String> resources) {
        return new PolicyRule(verbs, apiGroups, resources, List.of(), List.of());
    }
}
