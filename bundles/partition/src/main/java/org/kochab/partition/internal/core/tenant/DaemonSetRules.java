package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;

final class DaemonSetRules implements KindRules<DaemonSet> {
    private static final String ONE = "1";

    @Override
    public Kind kind() {
        return Kind.DAEMON_SET;
    }

    @Override
    public DaemonSet complete(DaemonSet wanted) {
        DaemonSet.Spec s = wanted.spec();
        if (s == null) {
            return wanted;
        }
        return wanted.withSpec(new DaemonSet.Spec(
                s.selector(),
                TemplateRules.complete(s.template()),
                complete(s.updateStrategy()),
                s.minReadySeconds(),
                s.revisionHistoryLimit() == null ? 10 : s.revisionHistoryLimit()));
    }

    private static DaemonSet.UpdateStrategy complete(DaemonSet.@Nullable UpdateStrategy s) {
        String type = s == null || s.type() == null ? DaemonSet.ROLLING_UPDATE : s.type();
        DaemonSet.RollingUpdate rolling = s == null ? null : s.rollingUpdate();
        if (type.equals(DaemonSet.ROLLING_UPDATE) && (rolling == null || rolling.maxUnavailable() == null)) {
            rolling = new DaemonSet.RollingUpdate(ONE);
        }
        return new DaemonSet.UpdateStrategy(type, rolling);
    }

    @Override
    public void check(DaemonSet set, Problems problems) {
        problems.require(
                TenantId.SYSTEM.value().equals(set.metadata().tenant()),
                "metadata.tenant",
                "nodes are the platform's, so only tenant " + TenantId.SYSTEM
                        + " has daemon sets; ask an operator, or use a Deployment");
        DaemonSet.Spec s = set.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        TemplateRules.check(null, s.selector(), s.template(), problems);
        problems.require(
                s.template() == null
                        || s.template().spec() == null
                        || s.template().spec().nodeName() == null,
                "spec.template.spec.nodeName",
                "is one node for all pods; use nodeSelector or affinity");
        problems.atLeast(s.minReadySeconds(), 0, "spec.minReadySeconds");
        problems.atLeast(s.revisionHistoryLimit(), 0, "spec.revisionHistoryLimit");
        if (s.updateStrategy() != null) {
            check(s.updateStrategy(), problems);
        }
    }

    private static void check(DaemonSet.UpdateStrategy strategy, Problems problems) {
        problems.oneOf(strategy.type(), "spec.updateStrategy.type", DaemonSet.ROLLING_UPDATE, DaemonSet.ON_DELETE);
        DaemonSet.RollingUpdate rolling = strategy.rollingUpdate();
        if (rolling == null) {
            return;
        }
        String at = "spec.updateStrategy.rollingUpdate";
        problems.require(
                !DaemonSet.ON_DELETE.equals(strategy.type()),
                at,
                "has no meaning for " + DaemonSet.ON_DELETE + "; remove it");
        problems.require(
                DeploymentRules.share(rolling.maxUnavailable(), 100, at + ".maxUnavailable", problems),
                at + ".maxUnavailable",
                "is 0: nothing could ever be replaced; raise it");
    }

    @Override
    public void checkChange(DaemonSet current, DaemonSet wanted, Problems problems) {
        if (current.spec() != null && wanted.spec() != null) {
            TemplateRules.checkSelectorKept(
                    current.spec().selector(), wanted.spec().selector(), problems);
        }
    }

    @Override
    public DaemonSet merge(DaemonSet current, DaemonSet wanted) {
        return wanted.withStatus(current.status());
    }

    @Override
    public DaemonSet withStatusOf(DaemonSet current, DaemonSet other) {
        return current.withStatus(other.status());
    }

    @Override
    public DaemonSet fresh(DaemonSet wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(DaemonSet a, DaemonSet b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
