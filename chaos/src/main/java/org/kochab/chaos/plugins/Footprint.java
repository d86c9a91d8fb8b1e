package org.kochab.chaos.plugins;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.chaos.installation.Tools;

/**
 * What a member holds after a full collection.
 *
 * @param loaders class loaders of bundles, of which a bundle that was removed leaves none
 * @param classes that are loaded
 * @param metaspace kilobytes of it in use
 * @param threads that live
 */
record Footprint(long loaders, long classes, long metaspace, long threads) {
    private static final Pattern LOADER = Pattern.compile(
            "(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+org\\.apache\\.felix\\.framework\\.BundleWiringImpl\\$BundleClassLoader(?:\\s|$)");

    private static final double GROWTH = 1.02;
    private static final int MORE_THREADS = 4;

    /** @throws IOException if the virtual machine does not answer */
    static Footprint of(long pid, Path scratch) throws IOException, InterruptedException {
        // A class goes with the collection after the one that found its loader dead.
        Tools.jcmd(pid, "GC.run", scratch);
        String histogram = Tools.jcmd(pid, "GC.class_histogram", scratch);
        return of(histogram, Tools.jcmd(pid, "PerfCounter.print", scratch));
    }

    /** Reads a class histogram and the virtual machine's counters. */
    static Footprint of(String histogram, String counters) throws IOException {
        long loaders = 0;
        Matcher one = LOADER.matcher(histogram);
        while (one.find()) {
            loaders += Long.parseLong(one.group(1));
        }
        long classes = counter(counters, "java.cls.loadedClasses") - counter(counters, "java.cls.unloadedClasses");
        return new Footprint(
                loaders,
                classes,
                counter(counters, "sun.gc.metaspace.used") / 1024,
                counter(counters, "java.threads.live"));
    }

    private static long counter(String counters, String name) throws IOException {
        Matcher found =
                Pattern.compile("(?m)^" + Pattern.quote(name) + "=(\\d+)").matcher(counters);
        if (!found.find()) {
            throw new IOException(
                    "no counter " + name + ": " + counters.lines().limit(3).toList());
        }
        return Long.parseLong(found.group(1));
    }

    /** A later one, but with the threads of this one if these were more: sessions and idle pools come and go. */
    Footprint withMoreThreads(Footprint later) {
        return new Footprint(later.loaders, later.classes, later.metaspace, Math.max(threads, later.threads));
    }

    /** What it has more than another one had, beyond what is no growth: 2 % of classes and metaspace, four threads; empty if nothing. */
    String growth(Footprint before) {
        StringBuilder growth = new StringBuilder();
        grown(growth, "class loaders of bundles", before.loaders, loaders, 1);
        grown(growth, "classes", before.classes, classes, GROWTH);
        grown(growth, "KB of metaspace", before.metaspace, metaspace, GROWTH);
        grown(growth, "threads", before.threads + MORE_THREADS, threads, 1);
        return growth.toString();
    }

    private static void grown(StringBuilder growth, String what, long before, long after, double allowed) {
        if (after > before * allowed) {
            growth.append(growth.isEmpty() ? "" : ", ")
                    .append(after)
                    .append(' ')
                    .append(what)
                    .append(" after ")
                    .append(before);
        }
    }
}
