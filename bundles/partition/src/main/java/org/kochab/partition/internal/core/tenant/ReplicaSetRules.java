package org.kochab.partition.internal.core.tenant;

import org.kochab.api.model.Kind;
import org.kochab.api.model.ReplicaSet;

final class ReplicaSetRules implements KindRules<ReplicaSet> {
    @Override
    public Kind kind() {
        return Kind.REPLICA_SET;
    }

    @Override
    public ReplicaSet complete(ReplicaSet wanted) {
        ReplicaSet.Spec s = wanted.spec();
        if (s == null) {
            return wanted;
        }
        var template = TemplateRules.complete(s.template());
        if (template == s.template() && s.replicas() != null) {
            return wanted;
        }
        return wanted.withSpec(new ReplicaSet.Spec(
                s.replicas() == null ? 1 : s.replicas(), s.selector(), template, s.minReadySeconds()));
    }

    @Override
    public void check(ReplicaSet set, Problems problems) {
        if (set.spec() == null) {
            problems.add("spec", "is required");
            return;
        }
        TemplateRules.check(
                set.spec().replicas(), set.spec().selector(), set.spec().template(), problems);
        problems.atLeast(set.spec().minReadySeconds(), 0, "spec.minReadySeconds");
    }

    @Override
    public void checkChange(ReplicaSet current, ReplicaSet wanted, Problems problems) {
        if (current.spec() != null && wanted.spec() != null) {
            TemplateRules.checkSelectorKept(
                    current.spec().selector(), wanted.spec().selector(), problems);
        }
    }

    @Override
    public ReplicaSet merge(ReplicaSet current, ReplicaSet wanted) {
        ReplicaSet.Spec spec = wanted.spec();
        if (spec != null
                && spec.replicas() == null
                && current.spec() != null
                && current.spec().replicas() != null) {
            spec = spec.withReplicas(current.spec().replicas());
        }
        return new ReplicaSet(current.apiVersion(), current.kind(), wanted.metadata(), spec, current.status());
    }

    @Override
    public ReplicaSet withStatusOf(ReplicaSet current, ReplicaSet other) {
        return new ReplicaSet(current.apiVersion(), current.kind(), current.metadata(), current.spec(), other.status());
    }

    @Override
    public ReplicaSet fresh(ReplicaSet wanted) {
        return new ReplicaSet(wanted.apiVersion(), wanted.kind(), wanted.metadata(), wanted.spec(), null);
    }

    @Override
    public boolean sameSpec(ReplicaSet a, ReplicaSet b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
