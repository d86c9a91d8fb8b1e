package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;

final class PodRules implements KindRules<Pod> {
    @Override
    public Kind kind() {
        return Kind.POD;
    }

    @Override
    public Pod complete(Pod wanted) {
        if (wanted.spec() == null) {
            return wanted;
        }
        PodSpec full = PodDefaults.complete(wanted.spec());
        return full == wanted.spec() ? wanted : wanted.withSpec(full);
    }

    @Override
    public void check(Pod pod, Problems problems) {
        if (pod.spec() == null) {
            problems.add("spec", "is required");
        } else {
            PodSpecRules.check(pod.spec(), "spec", problems);
        }
    }

    @Override
    public void checkChange(Pod current, Pod wanted, Problems problems) {
        if (current.spec() != null && wanted.spec() != null) {
            PodChange.check(current.spec(), wanted.spec(), problems);
        }
    }

    @Override
    public Pod merge(Pod current, Pod wanted) {
        PodSpec spec = wanted.spec();
        // A manifest that names no node does not take back the scheduler's choice.
        if (spec != null
                && spec.nodeName() == null
                && current.spec() != null
                && current.spec().nodeName() != null) {
            spec = spec.withNodeName(current.spec().nodeName());
        }
        if (spec != null) {
            spec = PodPriority.kept(current.spec(), spec);
        }
        return new Pod(current.apiVersion(), current.kind(), wanted.metadata(), spec, current.status());
    }

    @Override
    public Pod withStatusOf(Pod current, Pod other) {
        return current.withStatus(other.status());
    }

    @Override
    public Pod fresh(Pod wanted) {
        return wanted.withStatus(PENDING);
    }

    private static final PodStatus PENDING = PodStatus.pending();

    @Override
    public boolean sameSpec(Pod a, Pod b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public Optional<String> field(Pod pod, String path) {
        return switch (path) {
            case "spec.nodeName" -> Optional.ofNullable(pod.spec()).map(PodSpec::nodeName);
            case "status.phase" -> Optional.ofNullable(pod.status()).map(PodStatus::phase);
            default -> Optional.empty();
        };
    }

    @Override
    public boolean owner() {
        return false;
    }
}
