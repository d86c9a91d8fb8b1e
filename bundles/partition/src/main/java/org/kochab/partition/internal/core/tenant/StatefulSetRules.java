package org.kochab.partition.internal.core.tenant;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.StatefulSet;

final class StatefulSetRules implements KindRules<StatefulSet> {
    /** Room for the number and the hyphen in a pod's name, which is its host name too. */
    private static final int LONGEST_NAME = 52;

    private static final int MOST_CLAIMS = 32;

    @Override
    public Kind kind() {
        return Kind.STATEFUL_SET;
    }

    @Override
    public StatefulSet complete(StatefulSet wanted) {
        StatefulSet.Spec s = wanted.spec();
        if (s == null) {
            return wanted;
        }
        StatefulSet.UpdateStrategy strategy = s.updateStrategy();
        StatefulSet.Spec full = new StatefulSet.Spec(
                s.replicas() == null ? 1 : s.replicas(),
                s.selector(),
                TemplateRules.complete(s.template()),
                s.serviceName(),
                s.podManagementPolicy() == null ? StatefulSet.ORDERED_READY : s.podManagementPolicy(),
                strategy == null || strategy.type() == null
                        ? new StatefulSet.UpdateStrategy(
                                StatefulSet.ROLLING_UPDATE, strategy == null ? null : strategy.rollingUpdate())
                        : strategy,
                s.minReadySeconds(),
                s.revisionHistoryLimit(),
                s.volumeClaimTemplates());
        return full.equals(s) ? wanted : wanted.withSpec(full);
    }

    @Override
    public void check(StatefulSet set, Problems problems) {
        StatefulSet.Spec s = set.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        TemplateRules.check(s.replicas(), s.selector(), withClaims(s), problems);
        String name = set.metadata().name();
        if (name != null) {
            Names.label(name, "metadata.name", problems);
            problems.require(
                    name.length() <= LONGEST_NAME,
                    "metadata.name",
                    "is longer than " + LONGEST_NAME + " characters; its pods' names would be too long");
        }
        checkClaims(s.volumeClaimTemplates(), problems);
        problems.oneOf(
                s.podManagementPolicy(), "spec.podManagementPolicy", StatefulSet.ORDERED_READY, StatefulSet.PARALLEL);
        StatefulSet.UpdateStrategy strategy = s.updateStrategy();
        if (strategy != null) {
            problems.oneOf(
                    strategy.type(), "spec.updateStrategy.type", StatefulSet.ROLLING_UPDATE, StatefulSet.ON_DELETE);
            if (strategy.rollingUpdate() != null) {
                String at = "spec.updateStrategy.rollingUpdate";
                problems.require(
                        !StatefulSet.ON_DELETE.equals(strategy.type()), at, "has no meaning for OnDelete; remove it");
                problems.atLeast(strategy.rollingUpdate().partition(), 0, at + ".partition");
            }
        }
        problems.atLeast(s.minReadySeconds(), 0, "spec.minReadySeconds");
        problems.atLeast(s.revisionHistoryLimit(), 0, "spec.revisionHistoryLimit");
    }

    /** The template as pods have it, with the volumes of their claims. */
    private static Pod.@Nullable Template withClaims(StatefulSet.Spec s) {
        Pod.Template t = s.template();
        return t == null || t.spec() == null ? t : new Pod.Template(t.metadata(), s.withClaims(t.spec(), "0"));
    }

    private static void checkClaims(List<StatefulSet.VolumeClaimTemplate> claims, Problems problems) {
        problems.require(
                claims.size() <= MOST_CLAIMS,
                "spec.volumeClaimTemplates",
                "are more than " + MOST_CLAIMS + "; use fewer");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < claims.size(); i++) {
            StatefulSet.VolumeClaimTemplate claim = claims.get(i);
            String at = "spec.volumeClaimTemplates[" + i + "]";
            Names.label(claim.name(), at + ".metadata.name", problems);
            problems.require(
                    names.add(claim.name()), at + ".metadata.name", Problems.quoted(claim.name()) + " is there twice");
            if (claim.metadata() != null) {
                Names.labels(claim.metadata().labels(), at + ".metadata.labels", problems);
                Names.annotations(claim.metadata().annotations(), at + ".metadata.annotations", problems);
            }
            PersistentVolumeClaimRules.check(claim.spec(), at + ".spec", problems);
            problems.require(
                    claim.spec() == null || claim.spec().volumeName() == null,
                    at + ".spec.volumeName",
                    "cannot be one volume for all pods; remove it");
        }
    }

    @Override
    public void checkChange(StatefulSet current, StatefulSet wanted, Problems problems) {
        StatefulSet.Spec was = current.spec();
        StatefulSet.Spec is = wanted.spec();
        if (was == null || is == null) {
            return;
        }
        TemplateRules.checkSelectorKept(was.selector(), is.selector(), problems);
        problems.require(
                Objects.equals(was.podManagementPolicy(), is.podManagementPolicy()),
                "spec.podManagementPolicy",
                "cannot be changed; delete the object and create it again");
        problems.require(
                Objects.equals(was.serviceName(), is.serviceName()),
                "spec.serviceName",
                "cannot be changed; delete the object and create it again");
        problems.require(
                was.volumeClaimTemplates().equals(is.volumeClaimTemplates()),
                "spec.volumeClaimTemplates",
                "cannot be changed; delete the object, with its pods or --orphan, and create it again: claims stay");
    }

    @Override
    public StatefulSet merge(StatefulSet current, StatefulSet wanted) {
        StatefulSet.Spec spec = wanted.spec();
        if (spec != null && spec.replicas() == null && current.spec() != null) {
            spec = spec.withReplicas(current.spec().replicas());
        }
        return new StatefulSet(current.apiVersion(), current.kind(), wanted.metadata(), spec, current.status());
    }

    @Override
    public StatefulSet withStatusOf(StatefulSet current, StatefulSet other) {
        return current.withStatus(other.status());
    }

    @Override
    public StatefulSet fresh(StatefulSet wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(StatefulSet a, StatefulSet b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
