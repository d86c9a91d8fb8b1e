package org.kochab.partition.internal.core.tenant;

import org.kochab.api.model.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PodFunction;

final class FunctionRules implements KindRules<Function> {
    @Override
    public Kind kind() {
        return Kind.FUNCTION;
    }

    @Override
    public Function complete(Function wanted) {
        Function.Spec s = wanted.spec();
        PodFunction full = s == null ? null : PodFunctionRules.complete(s.podFunction());
        if (s == null || full == null) {
            return wanted;
        }
        Function complete =
                wanted.withSpec(s.with(full).withReplicas(s.replicas() == null ? Integer.valueOf(1) : s.replicas()));
        return complete.equals(wanted) ? wanted : complete;
    }

    @Override
    public void check(Function f, Problems problems) {
        Function.Spec s = f.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        if (f.metadata().name() != null) {
            // It is the value of a label, and the beginning of its pods' names.
            Names.label(f.metadata().name(), "metadata.name", problems);
        }
        TemplateRules.checkReplicas(s.replicas(), problems);
        if (s.runtimeClassName() != null) {
            Names.label(s.runtimeClassName(), "spec.runtimeClassName", problems);
        }
        String runtime = s.runtimeClassName() == null ? "wasm" : s.runtimeClassName();
        PodFunctionRules.check(s.podFunction(), runtime, "spec.runtimeClassName", "spec", problems);
        PlacementRules.check(s.nodeSelector(), s.tolerations(), "spec", problems);
    }

    @Override
    public void checkChange(Function current, Function wanted, Problems problems) {}

    @Override
    public Function merge(Function current, Function wanted) {
        Function.Spec spec = wanted.spec();
        // A manifest without a number of replicas leaves it to whoever scaled last.
        if (spec != null && spec.replicas() == null && current.spec() != null) {
            spec = spec.withReplicas(current.spec().replicas());
        }
        return new Function(current.apiVersion(), current.kind(), wanted.metadata(), spec, current.status());
    }

    @Override
    public Function withStatusOf(Function current, Function other) {
        return current.withStatus(other.status());
    }

    @Override
    public Function fresh(Function wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(Function a, Function b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
