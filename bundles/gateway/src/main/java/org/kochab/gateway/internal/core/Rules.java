package org.kochab.gateway.internal.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PolicyRule;

/** What rules allow, as Kubernetes evaluates them. Pure functions. */
public final class Rules {
    private static final String ALL = "*";
    private static final int MOST_SINGLE = 20_000;

    /** What everybody may do who is admitted to a tenant: learn what there is, and ask what they may do. */
    public static final List<PolicyRule> OF_EVERYBODY = List.of(
            PolicyRule.of(
                    List.of("create"),
                    List.of(Discovery.AUTHORIZATION),
                    List.of(Discovery.ACCESS_REVIEWS, Discovery.RULES_REVIEWS)),
            new PolicyRule(
                    List.of("get"),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(
                            "/api",
                            "/api/*",
                            "/apis",
                            "/apis/*",
                            "/healthz",
                            "/livez",
                            "/openapi/v2",
                            "/readyz",
                            "/version")));

    private Rules() {}

    public static boolean allow(List<PolicyRule> rules, Attempt attempt) {
        return rules.stream().anyMatch(r -> allows(r, attempt));
    }

    private static boolean allows(PolicyRule rule, Attempt attempt) {
        return covers(rule.verbs(), attempt.verb())
                && covers(rule.apiGroups(), attempt.group())
                && coversResource(rule.resources(), attempt.resource())
                && coversName(rule.resourceNames(), attempt.name());
    }

    /** Whether a path that is no resource may be asked for. */
    public static boolean allowPath(List<PolicyRule> rules, String verb, String path) {
        return rules.stream().anyMatch(r -> covers(r.verbs(), verb) && coversPath(r.nonResourceURLs(), path));
    }

    private static boolean covers(List<String> words, String word) {
        return words.contains(ALL) || words.contains(word);
    }

    /** A rule for objects is none for their subresources, and the other way round. */
    private static boolean coversResource(List<String> resources, String resource) {
        int slash = resource.indexOf('/');
        return covers(resources, resource) || slash > 0 && resources.contains(ALL + resource.substring(slash));
    }

    /** What has no name, as a creation, is covered only by rules for all names. */
    private static boolean coversName(List<String> names, @Nullable String name) {
        return names.isEmpty() || name != null && names.contains(name);
    }

    private static boolean coversPath(List<String> paths, String path) {
        return paths.stream()
                .anyMatch(p -> p.equals(path) || p.endsWith(ALL) && path.startsWith(p.substring(0, p.length() - 1)));
    }

    /**
     * Those of the wanted rights that somebody does not have, each as a rule of one verb and one resource; the first few.
     *
     * @throws ApiError {@code BadRequest} if a rule is too large to be compared
     */
    public static List<PolicyRule> missing(List<PolicyRule> had, List<PolicyRule> wanted, int most) {
        List<PolicyRule> missing = new ArrayList<>();
        for (PolicyRule rule : wanted) {
            for (PolicyRule single : singles(rule)) {
                if (missing.size() < most && had.stream().noneMatch(h -> coversSingle(h, single))) {
                    missing.add(single);
                }
            }
        }
        return missing;
    }

    private static boolean coversSingle(PolicyRule had, PolicyRule single) {
        if (!covers(had.verbs(), single.verbs().get(0))) {
            return false;
        }
        return single.nonResourceURLs().isEmpty()
                ? covers(had.apiGroups(), single.apiGroups().get(0))
                        && coversResource(had.resources(), single.resources().get(0))
                        && coversName(
                                had.resourceNames(),
                                single.resourceNames().isEmpty()
                                        ? null
                                        : single.resourceNames().get(0))
                : coversPath(had.nonResourceURLs(), single.nonResourceURLs().get(0));
    }

    private static List<PolicyRule> singles(PolicyRule rule) {
        long count = (long) rule.verbs().size()
                * Math.max(1, rule.apiGroups().size())
                * Math.max(1, rule.resources().size())
                * Math.max(1, rule.resourceNames().size());
        if (count > MOST_SINGLE) {
            throw ApiError.badRequest("rules: one rule stands for " + count + " single rights, more than " + MOST_SINGLE
                    + ": make several of it, or use '*'");
        }
        List<PolicyRule> singles = new ArrayList<>();
        for (String verb : rule.verbs()) {
            List<String> verbs = List.of(verb);
            for (String path : rule.nonResourceURLs()) {
                singles.add(new PolicyRule(verbs, List.of(), List.of(), List.of(), List.of(path)));
            }
            for (String group : rule.apiGroups()) {
                for (String resource : rule.resources()) {
                    if (rule.resourceNames().isEmpty()) {
                        singles.add(PolicyRule.of(verbs, List.of(group), List.of(resource)));
                    }
                    for (String name : rule.resourceNames()) {
                        singles.add(new PolicyRule(verbs, List.of(group), List.of(resource), List.of(name), List.of()));
                    }
                }
            }
        }
        return singles;
    }
}
