package org.kochab.chaos.soak;

import java.util.Locale;

/** What is measured of each JVM, and what of it is no growth although it is more. */
enum Measure {
    /** Megabytes of objects that survive a full collection. */
    HEAP_MB(3, 0),
    /** Objects of this project's classes that survive it; a namespace alone may keep 1,000 events. */
    KOCHAB_OBJECTS(5_000, 0),
    /** Watches that survive it. */
    WATCHES(8, 0),
    /** Megabytes of memory that the process has. */
    RSS_MB(32, 0),
    THREADS(8, 0),
    /** Open files, sockets among them. */
    FDS(16, 0),
    SOCKETS(8, 0),
    /** Megabytes of the store's log of writes, which may grow to what it keeps and two segments more. */
    WAL_MB(8, 384),
    /** Megabytes of what the process logs. */
    LOG_MB(4, 0),
    /** Megabytes of all else that it has on the disk. */
    DISK_MB(16, 0),
    /** Seconds of processor time since its start, which is only shown. */
    CPU_S(Double.POSITIVE_INFINITY, 0);

    private static final double RATIO = 1.1;

    private final double allowance;
    private final double bound;

    Measure(double allowance, double bound) {
        this.allowance = allowance;
        this.bound = bound;
    }

    /** As it is called in what is written. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The greatest value that is no growth where {@code before} was the greatest one before. */
    double allowed(double before) {
        return Math.max(Math.max(RATIO * before, before + allowance), bound);
    }
}
