package org.kochab.scheduler.internal.core;

import java.util.concurrent.TimeUnit;
import org.kochab.api.plugin.Plugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one vendor's plugin has behaved, over all batches. After several failures in a row, or one call that did not end, it is in quarantine for a
 * while, which doubles each time until it has behaved for as many groups as it may fail. A scorer or an order that is slow several times in a row is too; a
 * filter or rules that are slow are only complained about, because the pods that they have a say in would wait. Thread-safe; whether it is in
 * quarantine is asked between batches.
 */
public final class Conduct {
    private static final Logger LOG = LoggerFactory.getLogger(Conduct.class);
    /** The first failures of a plugin are logged, and then every so many. */
    private static final int LOGGED_FIRST = 5;

    private static final int LOGGED_EVERY = 1000;

    /**
     * When a plugin is left alone.
     *
     * @param slowNanos that it may work on one group
     * @param slowGroups so many slow ones in a row are too many
     * @param failures so many in a row are too many
     * @param firstNanos how long the first quarantine is
     * @param mostNanos how long the longest is
     */
    public record Limits(long slowNanos, int slowGroups, int failures, long firstNanos, long mostNanos) {}

    private final Vendor vendor;
    private final Limits limits;
    private final boolean ignored;
    private int failures;
    private int failuresInARow;
    private int slowInARow;
    private int wellInARow;
    private long slowest;
    private String lastFailure = "";
    private int quarantines;
    private boolean quarantined;
    private long until;
    private String why = "";
    private boolean hung;
    private int callsThatDoNotEnd;

    /** @param ignored whether a failure means that it has no say; of a scorer or an order it always does */
    public Conduct(Vendor vendor, Limits limits, boolean ignored) {
        this.vendor = vendor;
        this.limits = limits;
        this.ignored = ignored;
    }

    Vendor vendor() {
        return vendor;
    }

    boolean isIgnored() {
        return ignored;
    }

    /** It has worked so long on one group. */
    synchronized void took(long nanos, long now) {
        if (quarantined) {
            return;
        }
        if (nanos <= limits.slowNanos) {
            slowInARow = 0;
            return;
        }
        slowest = nanos;
        slowInARow++;
        if (slowInARow < limits.slowGroups) {
            return;
        }
        String what = "took " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms for one group of pods, " + slowInARow
                + " times in a row";
        if (isOpinion()) {
            quarantine(what, now);
        } else if (slowInARow == limits.slowGroups) {
            LOG.warn("{} {}", vendor, what);
        }
    }

    /** What is thrown may do anything while it is logged, also never end: then without a lock. */
    void failed(String failure, Throwable cause, long now) {
        int n = count();
        if (n <= LOGGED_FIRST || n % LOGGED_EVERY == 0) {
            try {
                LOG.warn("{} failed, for the {}. time", vendor, n, cause);
            } catch (Throwable e) {
                LOG.warn("{} failed, for the {}. time, with what cannot be shown: {}", vendor, n, failure);
            }
        }
        failed(failure, now);
    }

    private synchronized int count() {
        return ++failures;
    }

    private synchronized void failed(String failure, long now) {
        if (quarantined) {
            return;
        }
        lastFailure = failure;
        wellInARow = 0;
        failuresInARow++;
        if (failuresInARow >= limits.failures) {
            quarantine("failed " + failuresInARow + " times in a row, last with: " + failure, now);
        } else if (quarantines > 0) {
            quarantine("failed again after its quarantine with: " + failure, now);
        }
    }

    /** It has had its say on a group without a failure. */
    synchronized void behaved() {
        if (quarantined) {
            return;
        }
        failuresInARow = 0;
        wellInARow++;
        if (wellInARow >= limits.failures) {
            quarantines = 0;
        }
    }

    /** A batch has been given up while it was in a call of this plugin. */
    synchronized void hangs(long now) {
        callsThatDoNotEnd++;
        hung = true;
        quarantine("did not return from a call, for which a whole batch was given up", now);
    }

    /** A call that had been given up has ended after all. */
    synchronized void returned() {
        callsThatDoNotEnd--;
    }

    private void quarantine(String what, long now) {
        long rest = Math.min(limits.mostNanos, limits.firstNanos << Math.min(20, quarantines));
        quarantines++;
        quarantined = true;
        until = now + rest;
        why = what;
        LOG.warn("{} {}. It is in quarantine. {}", vendor, what, outlook(now));
    }

    /** Asked before each batch. It stays in quarantine for as long as one of its calls does not end, or each try could cost a thread. */
    synchronized boolean isQuarantined(long now) {
        if (quarantined && callsThatDoNotEnd == 0 && now - until >= 0) {
            quarantined = false;
            hung = false;
            failuresInARow = 0;
            slowInARow = 0;
            wellInARow = 0;
            LOG.info("{} is tried again", vendor);
        }
        return quarantined;
    }

    /** Whether pods are placed as if it were not there, because it is a scorer or an order in quarantine. */
    synchronized boolean isLeftOut() {
        return quarantined && isOpinion();
    }

    /** Whether a plugin in quarantine is there because a call did not end: then it cannot even be asked if it has a say in a group. */
    synchronized boolean hung() {
        return hung;
    }

    /** Why it is in quarantine; does not change while it is. */
    synchronized String why() {
        return why;
    }

    synchronized String state() {
        return quarantined ? "Quarantined" : failuresInARow > 0 ? "Failing" : isSlow() ? "Slow" : "Active";
    }

    /** What an operator should know; empty if all is well. */
    synchronized String message(long now) {
        if (quarantined) {
            return vendor + " " + why + ". " + outlook(now);
        }
        if (failuresInARow > 0) {
            return vendor + " failed " + failuresInARow + (failuresInARow == 1 ? " time" : " times in a row")
                    + ", last with: " + lastFailure;
        }
        if (isSlow()) {
            return vendor + " took " + TimeUnit.NANOSECONDS.toMillis(slowest) + " ms for one group of pods, "
                    + slowInARow + " times in a row: all pods of the partition wait for it";
        }
        return "";
    }

    private boolean isSlow() {
        return slowInARow >= limits.slowGroups;
    }

    /** Without it pods can be placed as well. */
    private boolean isOpinion() {
        return vendor.kind().equals(Plugin.SCORER) || vendor.kind().equals(Plugin.ORDER);
    }

    private String outlook(long now) {
        String effect = isOpinion()
                ? "Pods are placed without its opinion"
                : ignored ? "Pods are placed as if it were not there" : "Pods that it has a say in wait";
        String when = callsThatDoNotEnd > 0
                ? ". It is not called before that call has ended"
                : ". It is tried again in " + Math.max(0, TimeUnit.NANOSECONDS.toSeconds(until - now)) + " s";
        return effect + when + "; update its bundle to have it tried at once, uninstall it to be rid of it.";
    }
}
