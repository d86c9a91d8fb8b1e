package org.kochab.partition.internal.core.tenant;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;

final class DeploymentRules implements KindRules<Deployment> {
    private static final Deployment.Strategy ROLLING =
            new Deployment.Strategy("RollingUpdate", new Deployment.RollingUpdate("25%", "25%"));

    @Override
    public Kind kind() {
        return Kind.DEPLOYMENT;
    }

    @Override
    public Deployment complete(Deployment wanted) {
        Deployment.Spec s = wanted.spec();
        if (s == null) {
            return wanted;
        }
        return wanted.withSpec(new Deployment.Spec(
                s.replicas() == null ? 1 : s.replicas(),
                s.selector(),
                TemplateRules.complete(s.template()),
                complete(s.strategy()),
                s.minReadySeconds(),
                s.revisionHistoryLimit() == null ? 10 : s.revisionHistoryLimit(),
                s.paused(),
                s.progressDeadlineSeconds() == null ? 600 : s.progressDeadlineSeconds()));
    }

    private static Deployment.Strategy complete(Deployment.@Nullable Strategy s) {
        if (s == null) {
            return ROLLING;
        }
        String type = s.type() == null ? "RollingUpdate" : s.type();
        Deployment.RollingUpdate r = s.rollingUpdate();
        if (type.equals("RollingUpdate")) {
            r = new Deployment.RollingUpdate(
                    r == null || r.maxSurge() == null ? "25%" : r.maxSurge(),
                    r == null || r.maxUnavailable() == null ? "25%" : r.maxUnavailable());
        }
        return new Deployment.Strategy(type, r);
    }

    @Override
    public void check(Deployment d, Problems problems) {
        Deployment.Spec s = d.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        TemplateRules.check(s.replicas(), s.selector(), s.template(), problems);
        problems.atLeast(s.minReadySeconds(), 0, "spec.minReadySeconds");
        problems.atLeast(s.revisionHistoryLimit(), 0, "spec.revisionHistoryLimit");
        problems.atLeast(s.progressDeadlineSeconds(), 1, "spec.progressDeadlineSeconds");
        problems.require(
                s.progressDeadlineSeconds() == null
                        || s.minReadySeconds() == null
                        || s.progressDeadlineSeconds() > s.minReadySeconds(),
                "spec.progressDeadlineSeconds",
                "must be more than minReadySeconds");
        if (s.strategy() != null) {
            checkStrategy(s.strategy(), problems);
        }
    }

    private static void checkStrategy(Deployment.Strategy s, Problems problems) {
        problems.oneOf(s.type(), "spec.strategy.type", "RollingUpdate", "Recreate");
        Deployment.RollingUpdate r = s.rollingUpdate();
        if (r == null) {
            return;
        }
        problems.require(
                !"Recreate".equals(s.type()),
                "spec.strategy.rollingUpdate",
                "has no meaning for type Recreate; remove it");
        boolean surge = share(r.maxSurge(), Integer.MAX_VALUE, "spec.strategy.rollingUpdate.maxSurge", problems);
        boolean unavailable = share(r.maxUnavailable(), 100, "spec.strategy.rollingUpdate.maxUnavailable", problems);
        problems.require(
                surge || unavailable,
                "spec.strategy.rollingUpdate.maxUnavailable",
                "is 0 although maxSurge is 0 too: nothing could ever be replaced; raise one of them");
    }

    /** @return whether it is, or may be, more than nothing */
    static boolean share(@Nullable String text, int mostPercent, String path, Problems problems) {
        if (text == null) {
            return true;
        }
        if (!text.matches("[0-9]{1,7}%?")) {
            problems.add(path, Problems.quoted(text) + " is neither a number nor a percentage such as 25%");
            return true;
        }
        boolean percent = text.endsWith("%");
        int number = Integer.parseInt(percent ? text.substring(0, text.length() - 1) : text);
        problems.require(!percent || number <= mostPercent, path, text + " is more than " + mostPercent + "%");
        return number > 0;
    }

    @Override
    public void checkChange(Deployment current, Deployment wanted, Problems problems) {
        if (current.spec() != null && wanted.spec() != null) {
            TemplateRules.checkSelectorKept(
                    current.spec().selector(), wanted.spec().selector(), problems);
        }
    }

    @Override
    public Deployment merge(Deployment current, Deployment wanted) {
        Deployment.Spec spec = wanted.spec();
        // A manifest without a number of replicas leaves it to whoever scaled last.
        if (spec != null
                && spec.replicas() == null
                && current.spec() != null
                && current.spec().replicas() != null) {
            spec = spec.withReplicas(current.spec().replicas());
        }
        return new Deployment(current.apiVersion(), current.kind(), wanted.metadata(), spec, current.status());
    }

    @Override
    public Deployment withStatusOf(Deployment current, Deployment other) {
        return new Deployment(current.apiVersion(), current.kind(), current.metadata(), current.spec(), other.status());
    }

    @Override
    public Deployment fresh(Deployment wanted) {
        return new Deployment(wanted.apiVersion(), wanted.kind(), wanted.metadata(), wanted.spec(), null);
    }

    @Override
    public boolean sameSpec(Deployment a, Deployment b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
