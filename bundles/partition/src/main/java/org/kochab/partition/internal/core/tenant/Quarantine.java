package org.kochab.partition.internal.core.tenant;

import java.util.Optional;

/**
 * When a plugin is left alone: for a while after three failures in a row, for longer after a call that did not end, each time twice as long until it
 * behaves, and in any case until such a call has ended. Times are nanoseconds of the caller's monotonic clock. Thread-safe.
 */
public final class Quarantine {
    private static final int FAILURES = 3;
    private static final long SECOND = 1_000_000_000L;
    private static final long AFTER_FAILURES = SECOND;
    private static final long LONGEST_AFTER_FAILURES = 60 * SECOND;
    private static final long AFTER_HANGING = 30 * SECOND;
    private static final long LONGEST_AFTER_HANGING = 600 * SECOND;
    private static final int LONGEST_REASON = 200;

    private final String who;
    private int failuresInARow;
    private String lastFailure = "";
    private int times;
    private boolean on;
    private long until;
    private String why = "";
    private int callsThatDoNotEnd;

    /** @param who the plugin, for people: what it is, its name, bundle and version */
    public Quarantine(String who) {
        this.who = who;
    }

    public synchronized void behaved() {
        if (!on) {
            failuresInARow = 0;
            times = 0;
        }
    }

    public synchronized void failed(String failure, long now) {
        lastFailure = failure;
        failuresInARow++;
        if (!on && (failuresInARow >= FAILURES || times > 0)) {
            begin(
                    "failed " + times(failuresInARow) + ", last with: " + failure,
                    now,
                    AFTER_FAILURES,
                    LONGEST_AFTER_FAILURES);
        }
    }

    /** @param call what did not end, as in {@code did not end a call for …} */
    public synchronized void hangs(String call, long now) {
        callsThatDoNotEnd++;
        begin("did not end " + call, now, AFTER_HANGING, LONGEST_AFTER_HANGING);
    }

    /** A call that did not end has ended after all. */
    public synchronized void returned() {
        callsThatDoNotEnd--;
    }

    private void begin(String what, long now, long first, long most) {
        on = true;
        why = what;
        until = now + Backoff.after(first, most, times);
        times++;
    }

    /** Whether it is not to be called. */
    public synchronized boolean isOn(long now) {
        if (on && callsThatDoNotEnd == 0 && now - until >= 0) {
            on = false;
            failuresInARow = 0;
        }
        return on;
    }

    public String who() {
        return who;
    }

    /** Who and why; the same for as long as it lasts. */
    public synchronized String why() {
        return who + " " + why;
    }

    public synchronized Optional<Trouble> trouble(long now) {
        if (on) {
            String when = callsThatDoNotEnd > 0
                    ? "It is not called before that call has ended"
                    : "It is tried again in " + Math.max(0, (until - now) / SECOND) + " s";
            return Optional.of(new Trouble(Trouble.QUARANTINED, why() + ". " + when + "."));
        }
        return failuresInARow == 0
                ? Optional.empty()
                : Optional.of(new Trouble(
                        Trouble.FAILING, who + " failed " + times(failuresInARow) + ", last with: " + lastFailure));
    }

    private static String times(int n) {
        return n == 1 ? "once" : n + " times in a row";
    }

    /** One line of whatever was thrown, also of what cannot even say what it is. Asks the vendor's exception: where that may take any time. */
    public static String text(Throwable failure) {
        String text;
        try {
            text = String.valueOf(failure).replaceAll("\\s+", " ");
        } catch (Throwable e) {
            text = failure.getClass().getName();
        }
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "..." : text;
    }
}
