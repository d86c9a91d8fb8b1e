package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LimitRange;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodFunction;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;
import org.kochab.api.model.Resource;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionMutator;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionValidator;
import org.kochab.spi.admission.Interest;
import org.kochab.spi.admission.Verdict;

/** The platform's own admission rule: limit ranges give new pods what they leave out, and bound what they ask for. */
public final class ContainerLimits implements AdmissionMutator, AdmissionValidator {
    /** Behind vendors' mutators: what they leave out. */
    private static final int RANK = 1_000;

    @Override
    public String name() {
        return "limit-range";
    }

    @Override
    public int rank() {
        return RANK;
    }

    @Override
    public Interest interest() {
        return Interest.writesOf(Kind.POD.name());
    }

    private static List<LimitRange.Item> items(AdmissionRequest request, AdmissionContext context) {
        List<LimitRange.Item> items = new ArrayList<>();
        for (Resource range : context.list(Kind.LIMIT_RANGE, request.namespace())) {
            LimitRange.Spec spec = ((LimitRange) range).spec();
            if (spec != null) {
                items.addAll(spec.limits());
            }
        }
        return items;
    }

    /** A pod that is there keeps what it was given. */
    @Override
    public Resource mutate(AdmissionRequest request, AdmissionContext context) {
        Pod pod = (Pod) Objects.requireNonNull(request.object());
        PodSpec spec = pod.spec();
        if (spec == null || request.operation() != AdmissionRequest.Operation.CREATE) {
            return pod;
        }
        List<LimitRange.Item> items = items(request, context);
        return items.isEmpty() ? pod : pod.withSpec(completed(spec, items));
    }

    private static PodSpec completed(PodSpec spec, List<LimitRange.Item> items) {
        PodSpec.Builder b = spec.toBuilder()
                .containers(spec.containers().stream()
                        .map(c -> c.withResources(completed(c.resources(), items)))
                        .toList())
                .initContainers(spec.initContainers().stream()
                        .map(c -> c.withResources(completed(c.resources(), items)))
                        .toList());
        VirtualMachine m = spec.virtualMachine();
        if (m != null) {
            b.virtualMachine(m.withSizes(completed(m.resources(), items), m.powerSpec()));
        }
        PodFunction f = spec.function();
        return f == null
                ? b.build()
                : b.function(f.withResources(completed(f.resources(), items))).build();
    }

    private static Container.@Nullable Resources completed(
            Container.@Nullable Resources given, List<LimitRange.Item> items) {
        Map<String, String> limits = new TreeMap<>(given == null ? Collections.emptyMap() : given.limits());
        // A limit alone is a request of as much, as everywhere.
        Map<String, String> requests = new TreeMap<>(limits);
        requests.putAll(given == null ? Collections.emptyMap() : given.requests());
        for (LimitRange.Item item : items) {
            item.defaultRequest().forEach(requests::putIfAbsent);
            item.defaultLimit().forEach(limits::putIfAbsent);
        }
        return limits.isEmpty() && requests.isEmpty() ? given : new Container.Resources(requests, limits);
    }

    @Override
    public Verdict validate(AdmissionRequest request, AdmissionContext context) {
        Pod pod = (Pod) Objects.requireNonNull(request.object());
        Pod old = (Pod) request.old();
        if (pod.spec() == null || old != null && Objects.equals(old.spec(), pod.spec())) {
            return Verdict.ALLOWED;
        }
        for (LimitRange.Item item : items(request, context)) {
            List<Container> all = new ArrayList<>(pod.spec().tasks());
            all.addAll(pod.spec().initContainers());
            for (Container c : all) {
                Verdict verdict = check(c, item);
                if (verdict != Verdict.ALLOWED) {
                    return verdict;
                }
            }
        }
        return Verdict.ALLOWED;
    }

    private static Verdict check(Container c, LimitRange.Item item) {
        Map<String, String> requests =
                c.resources() == null ? Collections.emptyMap() : c.resources().requests();
        Map<String, String> limits =
                c.resources() == null ? Collections.emptyMap() : c.resources().limits();
        for (var min : item.min().entrySet()) {
            String asked = requests.get(min.getKey());
            if (asked == null || milli(asked) < milli(min.getValue())) {
                return refused(c, "requests", min.getKey(), asked, "ask for at least " + min.getValue());
            }
        }
        for (var max : item.max().entrySet()) {
            String limit = limits.get(max.getKey());
            if (limit == null || milli(limit) > milli(max.getValue())) {
                return refused(c, "limits", max.getKey(), limit, "set it to at most " + max.getValue());
            }
        }
        for (var ratio : item.maxLimitRequestRatio().entrySet()) {
            String asked = requests.get(ratio.getKey());
            String limit = limits.get(ratio.getKey());
            if (asked == null || limit == null || isBeyond(limit, asked, ratio.getValue())) {
                return refused(
                        c,
                        "limits",
                        ratio.getKey(),
                        limit,
                        "it may be at most " + ratio.getValue() + " times the request, which is "
                                + (asked == null ? "not set" : asked));
            }
        }
        return Verdict.ALLOWED;
    }

    private static boolean isBeyond(String limit, String request, String ratio) {
        return (double) milli(limit) * 1000 > (double) milli(request) * milli(ratio);
    }

    private static long milli(String text) {
        return Quantity.parse(text).milli();
    }

    private static Verdict refused(Container c, String part, String resource, @Nullable String is, String remedy) {
        return Verdict.refused(
                "spec.containers[" + c.name() + "].resources." + part + "." + resource,
                (is == null ? "is not set" : is + " is out of the namespace's limit range") + "; " + remedy);
    }
}
