package org.kochab.agent.internal.core;

/** How long a container waits before its next start: at once, then 10 s, doubling up to 5 min; forgotten after a run of 10 min. */
final class CrashLoop {
    private static final long FIRST = 10_000;
    private static final long MOST = 300_000;
    private static final long FORGET_AFTER = 600_000;

    private int level;

    CrashLoop(int level) {
        this.level = level;
    }

    int level() {
        return level;
    }

    /** @return milliseconds to wait */
    long ended(long ranMillis) {
        if (ranMillis >= FORGET_AFTER) {
            level = 0;
        }
        long wait = level == 0 ? 0 : Math.min(MOST, FIRST << Math.min(level - 1, 10));
        level = Math.min(level + 1, 16);
        return wait;
    }
}
