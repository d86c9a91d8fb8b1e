package org.kochab.agent.internal.core;

import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;

/** When one probe of one running container is due, and what its results add up to. */
public final class ProbeCycle {
    /** What a probe is for. */
    public enum Kind {
        STARTUP,
        LIVENESS,
        READINESS
    }

    /** What a result means for the container. */
    enum Verdict {
        NOTHING_NEW,
        PASSED,
        FAILED
    }

    private final Kind kind;
    private final Container.Probe probe;
    private long due;
    private boolean underWay;
    private boolean passing;
    private int successes;
    private int failures;

    ProbeCycle(Kind kind, Container.Probe probe, long startedAtMillis, boolean passing) {
        this.kind = kind;
        this.probe = probe;
        this.due = startedAtMillis + 1000L * atLeast(0, probe.initialDelaySeconds(), 0);
        this.passing = passing;
    }

    /** Seconds a single check may take, by Kubernetes' default 1. */
    public static int timeoutSeconds(Container.Probe probe) {
        return atLeast(1, probe.timeoutSeconds(), 1);
    }

    Kind kind() {
        return kind;
    }

    Container.Probe probe() {
        return probe;
    }

    boolean passing() {
        return passing;
    }

    /** @return when the next check is due; {@link Long#MAX_VALUE} while one is under way */
    long due() {
        return underWay ? Long.MAX_VALUE : due;
    }

    void begun(long now) {
        underWay = true;
        due = now + 1000L * atLeast(1, probe.periodSeconds(), 10);
    }

    Verdict result(boolean ok) {
        underWay = false;
        if (ok) {
            failures = 0;
            successes++;
            if (!passing && successes >= atLeast(1, probe.successThreshold(), 1)) {
                passing = true;
                return Verdict.PASSED;
            }
            return Verdict.NOTHING_NEW;
        }
        successes = 0;
        failures++;
        if (failures < atLeast(1, probe.failureThreshold(), 3)) {
            return Verdict.NOTHING_NEW;
        }
        failures = 0;
        boolean news = passing || kind != Kind.READINESS;
        passing = false;
        return news ? Verdict.FAILED : Verdict.NOTHING_NEW;
    }

    private static int atLeast(int least, @Nullable Integer value, int unset) {
        return value == null ? unset : Math.max(least, value);
    }
}
