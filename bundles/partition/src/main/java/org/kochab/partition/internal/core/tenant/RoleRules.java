package org.kochab.partition.internal.core.tenant;

import java.util.List;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PolicyRule;
import org.kochab.api.model.Role;

/** Of roles in a namespace, and of those outside. */
final class RoleRules implements StatuslessRules<Role> {
    private static final int MOST_RULES = 500;
    private static final int MOST_WORDS = 500;

    private final Kind kind;

    RoleRules(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public Role complete(Role wanted) {
        return wanted;
    }

    @Override
    public void check(Role role, Problems problems) {
        BuiltIns.requireOther(kind, role, problems);
        problems.require(
                role.rules().size() <= MOST_RULES,
                "rules",
                "are " + role.rules().size() + "; use at most " + MOST_RULES);
        for (int i = 0; i < Math.min(role.rules().size(), MOST_RULES); i++) {
            check(role.rules().get(i), "rules[" + i + "]", problems);
        }
    }

    private void check(PolicyRule rule, String at, Problems problems) {
        words(rule.verbs(), at + ".verbs", problems);
        words(rule.apiGroups(), at + ".apiGroups", problems);
        words(rule.resources(), at + ".resources", problems);
        words(rule.resourceNames(), at + ".resourceNames", problems);
        words(rule.nonResourceURLs(), at + ".nonResourceURLs", problems);
        problems.require(!rule.verbs().isEmpty(), at + ".verbs", "is required; name a verb, for example get, or '*'");
        if (rule.nonResourceURLs().isEmpty()) {
            problems.require(
                    !rule.apiGroups().isEmpty(),
                    at + ".apiGroups",
                    "is required; write \"\" for pods and the like, apps for deployments, or '*'");
            problems.require(
                    !rule.resources().isEmpty(),
                    at + ".resources",
                    "is required; write plurals, for example pods, or '*'");
            return;
        }
        problems.require(
                kind == Kind.CLUSTER_ROLE, at + ".nonResourceURLs", "belong to no namespace; use a ClusterRole");
        problems.require(
                rule.apiGroups().isEmpty()
                        && rule.resources().isEmpty()
                        && rule.resourceNames().isEmpty(),
                at + ".nonResourceURLs",
                "cannot be in one rule with resources; make two rules");
        for (String path : rule.nonResourceURLs()) {
            int star = path.indexOf('*');
            problems.require(
                    path.equals("*") || path.startsWith("/") && (star < 0 || star == path.length() - 1),
                    at + ".nonResourceURLs",
                    Problems.quoted(path) + " is not a path; begin with '/', with '*' only at the end");
        }
    }

    private static void words(List<String> words, String at, Problems problems) {
        problems.require(words.size() <= MOST_WORDS, at, "has " + words.size() + " entries; use at most " + MOST_WORDS);
    }

    @Override
    public void checkChange(Role current, Role wanted, Problems problems) {
        // All of it may change.
    }

    @Override
    public Role merge(Role current, Role wanted) {
        return new Role(current.apiVersion(), current.kind(), wanted.metadata(), wanted.rules());
    }

    @Override
    public boolean sameSpec(Role a, Role b) {
        return a.rules().equals(b.rules());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
