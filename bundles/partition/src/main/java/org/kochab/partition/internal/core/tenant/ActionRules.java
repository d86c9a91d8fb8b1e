package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Action;
import org.kochab.api.model.Kind;

final class ActionRules implements KindRules<Action> {
    private static final int DEFAULT_SECONDS = 300;
    private static final int MOST_SECONDS = 3600;
    private static final int DEFAULT_KEPT_SECONDS = 3600;
    private static final int MOST_KEPT_SECONDS = 7 * 24 * 3600;

    @Override
    public Kind kind() {
        return Kind.ACTION;
    }

    @Override
    public Action complete(Action wanted) {
        Action.Spec s = wanted.spec();
        if (s == null || s.timeoutSeconds() != null && s.ttlSecondsAfterFinished() != null) {
            return wanted;
        }
        return wanted.withSpec(new Action.Spec(
                s.pod(),
                s.action(),
                s.snapshotName(),
                s.timeoutSeconds() == null ? DEFAULT_SECONDS : s.timeoutSeconds(),
                s.ttlSecondsAfterFinished() == null ? DEFAULT_KEPT_SECONDS : s.ttlSecondsAfterFinished()));
    }

    @Override
    public void check(Action action, Problems problems) {
        Action.Spec s = action.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        Names.subdomain(s.pod(), "spec.pod", problems);
        problems.require(
                s.action() != null,
                "spec.action",
                "is required; write " + Action.REBOOT + ", " + Action.SNAPSHOT + " or " + Action.RESTORE);
        problems.oneOf(s.action(), "spec.action", Action.REBOOT, Action.SNAPSHOT, Action.RESTORE);
        if (Action.REBOOT.equals(s.action())) {
            problems.require(
                    s.snapshotName() == null,
                    "spec.snapshotName",
                    "is for " + Action.SNAPSHOT + " and " + Action.RESTORE + "; leave it out");
        } else if (s.snapshotName() != null || s.action() != null) {
            Names.label(s.snapshotName(), "spec.snapshotName", problems);
        }
        between(s.timeoutSeconds(), 1, MOST_SECONDS, "spec.timeoutSeconds", problems);
        between(s.ttlSecondsAfterFinished(), 0, MOST_KEPT_SECONDS, "spec.ttlSecondsAfterFinished", problems);
    }

    private static void between(@Nullable Integer value, int least, int most, String path, Problems problems) {
        problems.atLeast(value, least, path);
        problems.require(value == null || value <= most, path, value + " is too large; the most is " + most);
    }

    @Override
    public void checkChange(Action current, Action wanted, Problems problems) {
        problems.add("spec", "cannot change: an action is done once; make another");
    }

    @Override
    public Action merge(Action current, Action wanted) {
        return new Action(current.apiVersion(), current.kind(), wanted.metadata(), wanted.spec(), current.status());
    }

    @Override
    public Action withStatusOf(Action current, Action other) {
        return current.withStatus(other.status());
    }

    @Override
    public Action fresh(Action wanted) {
        return wanted.withStatus(new Action.Status(Action.PENDING, null, null, null, null, null));
    }

    @Override
    public boolean sameSpec(Action a, Action b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public Optional<String> field(Action action, String path) {
        return switch (path) {
            case "spec.pod" -> Optional.ofNullable(action.spec()).map(Action.Spec::pod);
            case "status.phase" -> Optional.ofNullable(action.status()).map(Action.Status::phase);
            default -> Optional.empty();
        };
    }

    @Override
    public boolean owner() {
        return false;
    }
}
