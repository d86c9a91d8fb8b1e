package org.kochab.chaos.load.internal.swap;

import java.io.IOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this JVM holds after a full collection.
 *
 * @param doubled classes of schedulers' bundles that have objects of more than one class loader
 * @param threads by name, digits aside
 */
record Footprint(long classes, long unloaded, double metaspaceMegabytes, int doubled, Map<String, Integer> threads) {
    private static final int SECONDS = 60;
    private static final double MEGABYTE = 1 << 20;
    private static final double ROUNDED_TO = 10;
    private static final Pattern SCHEDULER_CLASS =
            Pattern.compile("(?m)^\\s*\\d+:\\s+\\d+\\s+\\d+\\s+(org\\.kochab\\.(?:chaos\\.)?scheduler\\.\\S+)");

    /** @param histogram where to keep the histogram of the heap's classes */
    static Footprint take(Path histogram) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(
                        jcmd, Long.toString(ProcessHandle.current().pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .redirectOutput(histogram.toFile())
                .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("jcmd did not end");
        }
        ClassLoadingMXBean loading = ManagementFactory.getClassLoadingMXBean();
        double metaspace = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
                .sum();
        Map<String, Integer> threads = new TreeMap<>();
        Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("\\d+", "N"))
                .forEach(name -> threads.merge(name, 1, Integer::sum));
        return new Footprint(
                loading.getLoadedClassCount(),
                loading.getUnloadedClassCount(),
                Math.round(metaspace / MEGABYTE * ROUNDED_TO) / ROUNDED_TO,
                doubled(Files.readString(histogram)),
                threads);
    }

    private static int doubled(String histogram) {
        Set<String> seen = new HashSet<>();
        int doubled = 0;
        Matcher row = SCHEDULER_CLASS.matcher(histogram);
        while (row.find()) {
            doubled += seen.add(row.group(1)) ? 0 : 1;
        }
        return doubled;
    }

    int threadCount() {
        return threads.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Threads of which there are more than before, and how many more. */
    Map<String, Integer> moreThan(Footprint before) {
        Map<String, Integer> more = new LinkedHashMap<>();
        threads.forEach((name, count) -> {
            int added = count - before.threads.getOrDefault(name, 0);
            if (added > 0) {
                more.put(name, added);
            }
        });
        return more;
    }
}
