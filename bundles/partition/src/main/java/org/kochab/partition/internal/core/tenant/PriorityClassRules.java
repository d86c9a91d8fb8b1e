package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PriorityClass;

final class PriorityClassRules implements StatuslessRules<PriorityClass> {
    /** The largest of classes that tenants make. */
    static final int MOST = 1_000_000_000;

    /** Of names that are the platform's, and so of the classes that every tenant has. */
    static final String SYSTEM = "system-";

    /** Kubernetes' two. */
    static final List<PriorityClass> OF_ALL = List.of(
            system("system-cluster-critical", 2 * MOST, "Used for pods that the whole tenant needs."),
            system("system-node-critical", 2 * MOST + 1_000, "Used for pods that nodes need to work."));

    private static PriorityClass system(String name, int value, String description) {
        return new PriorityClass(
                Kind.PRIORITY_CLASS.apiVersion(),
                Kind.PRIORITY_CLASS.name(),
                ObjectMeta.named(name).withResourceVersion("1").withGeneration(1L),
                value,
                false,
                description,
                PriorityClass.PREEMPT);
    }

    @Override
    public Kind kind() {
        return Kind.PRIORITY_CLASS;
    }

    @Override
    public PriorityClass complete(PriorityClass wanted) {
        return wanted.preemptionPolicy() != null
                ? wanted
                : new PriorityClass(
                        wanted.apiVersion(),
                        wanted.kind(),
                        wanted.metadata(),
                        wanted.value(),
                        wanted.globalDefault(),
                        wanted.description(),
                        PriorityClass.PREEMPT);
    }

    @Override
    public void check(PriorityClass wanted, Problems problems) {
        problems.require(
                !String.valueOf(wanted.metadata().name()).startsWith(SYSTEM),
                "metadata.name",
                "names that begin with '" + SYSTEM + "' are the platform's; use another name");
        problems.require(wanted.value() != null, "value", "is required");
        problems.require(wanted.priority() <= MOST, "value", wanted.value() + " is too large; the most is " + MOST);
        problems.oneOf(wanted.preemptionPolicy(), "preemptionPolicy", PriorityClass.PREEMPT, PriorityClass.NEVER);
    }

    @Override
    public void checkChange(PriorityClass current, PriorityClass wanted, Problems problems) {
        same(current.value(), wanted.value(), "value", problems);
        same(current.preemptionPolicy(), wanted.preemptionPolicy(), "preemptionPolicy", problems);
    }

    private static void same(@Nullable Object before, @Nullable Object after, String path, Problems problems) {
        problems.require(
                Objects.equals(before, after),
                path,
                "of a PriorityClass cannot be changed; delete it and create it again: pods that are there keep theirs");
    }

    @Override
    public PriorityClass merge(PriorityClass current, PriorityClass wanted) {
        return complete(wanted);
    }

    @Override
    public boolean sameSpec(PriorityClass a, PriorityClass b) {
        return a.withMetadata(b.metadata()).equals(b);
    }

    @Override
    public boolean owner() {
        return false;
    }
}
