package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.RoleBinding;
import org.kochab.api.model.RoleBinding.RoleRef;
import org.kochab.api.model.RoleBinding.Subject;

/** Of bindings in a namespace, and of those outside. */
final class RoleBindingRules implements StatuslessRules<RoleBinding> {
    private static final int MOST_SUBJECTS = 1_000;
    private static final String GROUP = Kind.ROLE.group();

    private final Kind kind;

    RoleBindingRules(Kind kind) {
        this.kind = kind;
    }

    @Override
    public Kind kind() {
        return kind;
    }

    /** As Kubernetes: API groups that are not given are those there are. */
    @Override
    public RoleBinding complete(RoleBinding wanted) {
        RoleRef ref = wanted.roleRef();
        return new RoleBinding(
                wanted.apiVersion(),
                wanted.kind(),
                wanted.metadata(),
                wanted.subjects().stream()
                        .map(s -> new Subject(s.kind(), group(s), s.name(), s.namespace()))
                        .toList(),
                ref == null ? null : new RoleRef(or(ref.apiGroup(), GROUP), ref.kind(), ref.name()));
    }

    private static String group(Subject subject) {
        return or(subject.apiGroup(), Subject.SERVICE_ACCOUNT.equals(subject.kind()) ? "" : GROUP);
    }

    private static String or(@Nullable String given, String otherwise) {
        return given == null || given.isEmpty() ? otherwise : given;
    }

    @Override
    public void check(RoleBinding binding, Problems problems) {
        BuiltIns.requireOther(kind, binding, problems);
        RoleRef ref = binding.roleRef();
        if (ref == null) {
            problems.add("roleRef", "is required; write the kind and the name of the role that it gives");
        } else {
            problems.oneOf(ref.apiGroup(), "roleRef.apiGroup", GROUP);
            if (kind == Kind.ROLE_BINDING) {
                problems.oneOf(ref.kind(), "roleRef.kind", Kind.ROLE.name(), Kind.CLUSTER_ROLE.name());
            } else {
                problems.oneOf(ref.kind(), "roleRef.kind", Kind.CLUSTER_ROLE.name());
            }
            required(ref.kind(), "roleRef.kind", problems);
            required(ref.name(), "roleRef.name", problems);
        }
        int count = binding.subjects().size();
        problems.require(
                count <= MOST_SUBJECTS, "subjects", "are " + count + "; use at most " + MOST_SUBJECTS + ", or a group");
        for (int i = 0; i < Math.min(count, MOST_SUBJECTS); i++) {
            check(binding.subjects().get(i), "subjects[" + i + "]", problems);
        }
    }

    private static void check(Subject subject, String at, Problems problems) {
        required(subject.kind(), at + ".kind", problems);
        required(subject.name(), at + ".name", problems);
        problems.oneOf(subject.kind(), at + ".kind", Subject.USER, Subject.GROUP, Subject.SERVICE_ACCOUNT);
        if (Subject.SERVICE_ACCOUNT.equals(subject.kind())) {
            problems.oneOf(subject.apiGroup(), at + ".apiGroup", "");
            Names.label(subject.namespace(), at + ".namespace", problems);
        } else {
            problems.oneOf(subject.apiGroup(), at + ".apiGroup", GROUP);
        }
    }

    private static void required(@Nullable String value, String at, Problems problems) {
        problems.require(value != null && !value.isEmpty(), at, "is required");
    }

    @Override
    public void checkChange(RoleBinding current, RoleBinding wanted, Problems problems) {
        problems.require(
                Objects.equals(current.roleRef(), wanted.roleRef()),
                "roleRef",
                "cannot be changed; delete the binding and make one for the other role");
    }

    @Override
    public RoleBinding merge(RoleBinding current, RoleBinding wanted) {
        return new RoleBinding(
                current.apiVersion(), current.kind(), wanted.metadata(), wanted.subjects(), wanted.roleRef());
    }

    @Override
    public boolean sameSpec(RoleBinding a, RoleBinding b) {
        return a.subjects().equals(b.subjects()) && Objects.equals(a.roleRef(), b.roleRef());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
