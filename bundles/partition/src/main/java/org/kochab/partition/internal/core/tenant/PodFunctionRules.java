package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.PodFunction;
import org.kochab.api.model.PodSpec;

/** What a pod with a function may say, and what it says if its author does not. */
final class PodFunctionRules {
    private static final int MOST_CONCURRENCY = 16;
    private static final int MOST_TIMEOUT_SECONDS = 900;
    private static final int MOST_IDLE_SECONDS = 86_400;

    private PodFunctionRules() {}

    static @Nullable PodFunction complete(@Nullable PodFunction f) {
        if (f == null) {
            return null;
        }
        PodFunction full = f.complete().withResources(PodDefaults.requests(f.resources()));
        return full.equals(f) ? f : full;
    }

    static void check(PodSpec spec, PodFunction f, String pod, Problems problems) {
        String at = pod + ".function";
        problems.require(
                spec.containers().isEmpty() && spec.initContainers().isEmpty(),
                at,
                "cannot be in one pod with containers or initContainers; make two pods");
        problems.require(spec.volumes().isEmpty(), pod + ".volumes", "cannot be mounted by a function; remove them");
        problems.require(
                !Boolean.TRUE.equals(spec.hostNetwork()),
                pod + ".hostNetwork",
                "is not for functions, which have no network; remove it");
        Names.label(f.name(), at + ".name", problems);
        check(f, spec.runtimeKind(), pod + ".runtimeClassName", at, problems);
    }

    /** @param at where the function's fields are */
    static void check(PodFunction f, String runtime, String runtimeAt, String at, Problems problems) {
        problems.require(
                !List.of("oci", "process", "vm").contains(runtime),
                runtimeAt,
                "'" + runtime + "' runs no functions; write wasm, or leave it out");
        ValueSourceRules.refuse(f.env(), at + ".env", problems);
        ContainerRules.check(f.asContainer(), at, runtime, new TreeSet<>(), problems);
        problems.require(
                f.resources() != null && f.resources().limits().containsKey("memory"),
                at + ".resources.limits[memory]",
                "is required: it is shared out among the calls that may run at once; write for example 8Mi");
        range(f.concurrency(), 1, MOST_CONCURRENCY, at + ".concurrency", problems);
        range(f.warm(), 0, MOST_CONCURRENCY, at + ".warm", problems);
        problems.require(
                f.warm() == null || f.concurrency() == null || f.warm() <= f.concurrency(),
                at + ".warm",
                "is more than concurrency, " + f.concurrency() + ": raise that or lower this");
        range(f.timeoutSeconds(), 1, MOST_TIMEOUT_SECONDS, at + ".timeoutSeconds", problems);
        range(f.idleSeconds(), 1, MOST_IDLE_SECONDS, at + ".idleSeconds", problems);
    }

    private static void range(@Nullable Integer value, int least, int most, String path, Problems problems) {
        problems.require(
                value == null || value >= least && value <= most,
                path,
                value + " is out of range; use " + least + " to " + most);
    }
}
