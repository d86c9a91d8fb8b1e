package org.kochab.partition.internal.core.tenant;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PriorityClass;
import org.kochab.api.resource.ResourceException;

/** What its class gives a pod when it is made, as Kubernetes' admission does it. Pure. */
public final class PodPriority {
    private static final PodRules RULES = new PodRules();

    private PodPriority() {}

    /**
     * The pod with the priority and the policy of its class; the same if it names none and there is no default.
     *
     * @param named a tenant's class by its name
     * @param classes all of the tenant's, asked for only if the pod names none
     * @throws ResourceException {@code INVALID} if there is no such class, or the pod says something else
     */
    public static Pod resolved(
            Pod pod, Function<String, Optional<PriorityClass>> named, Supplier<List<PriorityClass>> classes) {
        PodSpec spec = pod.spec();
        if (spec == null) {
            return pod;
        }
        String name = spec.priorityClassName();
        Problems problems = new Problems();
        Optional<PriorityClass> found = name == null || name.isEmpty() ? byDefault(classes.get()) : find(name, named);
        if (found.isEmpty() && name != null && !name.isEmpty()) {
            problems.add(
                    "spec.priorityClassName",
                    "there is no PriorityClass " + Problems.quoted(name) + "; create it first, or see the "
                            + "priorityclasses that there are");
        } else {
            int priority = found.map(PriorityClass::priority).orElse(0);
            String policy = found.map(PriorityClass::preemptionPolicy).orElse(PriorityClass.PREEMPT);
            String whose = found.map(c -> "PriorityClass " + c.metadata().name() + " has")
                    .orElse("a pod without a priorityClassName has");
            agrees(spec.priority(), priority, "spec.priority", whose, problems);
            agrees(spec.preemptionPolicy(), policy, "spec.preemptionPolicy", whose, problems);
        }
        ObjectRules.refuse(RULES, pod, problems);
        return found.map(c -> pod.withSpec(spec.toBuilder()
                        .priorityClassName(c.metadata().name())
                        .priority(c.priority())
                        .preemptionPolicy(policy(c))
                        .build()))
                .orElse(pod);
    }

    private static String policy(PriorityClass c) {
        return c.preemptionPolicy() == null ? PriorityClass.PREEMPT : c.preemptionPolicy();
    }

    private static void agrees(@Nullable Object is, Object follows, String path, String whose, Problems problems) {
        problems.require(
                is == null || Objects.equals(is, follows),
                path,
                Problems.quoted(String.valueOf(is)) + " is not " + follows + ", which " + whose
                        + "; leave it out, and name a PriorityClass for another one");
    }

    private static Optional<PriorityClass> find(String name, Function<String, Optional<PriorityClass>> named) {
        return PriorityClassRules.OF_ALL.stream()
                .filter(c -> name.equals(c.metadata().name()))
                .findFirst()
                .or(() -> named.apply(name));
    }

    private static Optional<PriorityClass> byDefault(List<PriorityClass> classes) {
        return classes.stream()
                .filter(PriorityClass::isDefault)
                .min(Comparator.comparingInt(PriorityClass::priority)
                        .thenComparing(c -> String.valueOf(c.metadata().name())));
    }

    /** A manifest that leaves out what a class gave does not take it back. */
    static PodSpec kept(@Nullable PodSpec current, PodSpec wanted) {
        String name = wanted.priorityClassName();
        boolean isComplete = name != null && wanted.priority() != null && wanted.preemptionPolicy() != null;
        return isComplete
                        || current == null
                        || current.priorityClassName() == null
                        || name != null && !name.equals(current.priorityClassName())
                ? wanted
                : wanted.toBuilder()
                        .priorityClassName(current.priorityClassName())
                        .priority(wanted.priority() == null ? current.priority() : wanted.priority())
                        .preemptionPolicy(
                                wanted.preemptionPolicy() == null
                                        ? current.preemptionPolicy()
                                        : wanted.preemptionPolicy())
                        .build();
    }
}
