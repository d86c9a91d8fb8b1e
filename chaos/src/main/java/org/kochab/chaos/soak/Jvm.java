package org.kochab.chaos.soak;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.chaos.installation.Tools;

/**
 * A member or an agent that runs, as Linux and its own virtual machine show it. One thread; the methods block while they look, about a second
 * at most.
 */
final class Jvm {
    private static final double MEGABYTE = 1 << 20;
    private static final double KILOBYTES = 1 << 10;
    private static final double TICKS = 100;
    private static final Pattern STATUS = Pattern.compile("(?m)^(VmRSS|Threads):\\s+(\\d+)");
    private static final Pattern CLASS = Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(org\\.kochab\\.\\S+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private final String name;
    private final long pid;
    private final Path directory;
    private final Path output;

    /**
     * @param directory all that it has on the disk
     * @param output where to write what its heap holds: {@code NAME-first.txt} once, {@code NAME-last.txt} each time
     */
    Jvm(String name, long pid, Path directory, Path output) {
        this.name = name;
        this.pid = pid;
        this.directory = directory;
        this.output = output;
    }

    String name() {
        return name;
    }

    boolean alive() {
        return Files.exists(Path.of("/proc/" + pid + "/fd/0"));
    }

    /**
     * What costs little to see.
     *
     * @throws IOException if it does not run
     */
    Map<Measure, Double> look() throws IOException, InterruptedException {
        Map<Measure, Double> seen = new EnumMap<>(Measure.class);
        Path proc = Path.of("/proc/" + pid);
        Matcher status = STATUS.matcher(Files.readString(proc.resolve("status")));
        while (status.find()) {
            double value = Double.parseDouble(status.group(2));
            if (status.group(1).equals("Threads")) {
                seen.put(Measure.THREADS, value);
            } else {
                seen.put(Measure.RSS_MB, value / KILOBYTES);
            }
        }
        String stat = Files.readString(proc.resolve("stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        seen.put(Measure.CPU_S, (Double.parseDouble(words[11]) + Double.parseDouble(words[12])) / TICKS);
        descriptors(proc.resolve("fd"), seen);
        disk(Tools.run(List.of("du", "-k", directory.toString()), scratch()), directory.toString(), seen);
        return seen;
    }

    private static void descriptors(Path directory, Map<Measure, Double> seen) throws IOException {
        double all = 0;
        double sockets = 0;
        try (DirectoryStream<Path> each = Files.newDirectoryStream(directory)) {
            for (Path fd : each) {
                try {
                    sockets += Files.readSymbolicLink(fd).toString().startsWith("socket:") ? 1 : 0;
                    all++;
                } catch (IOException closedMeanwhile) {
                    continue;
                }
            }
        }
        seen.put(Measure.FDS, all);
        seen.put(Measure.SOCKETS, sockets);
    }

    /** Reads the output of {@code du -k}. */
    static void disk(String du, String directory, Map<Measure, Double> seen) {
        double all = 0;
        double wal = 0;
        double log = 0;
        for (String line : du.split("\n")) {
            String[] words = line.split("\t", 2);
            if (words.length < 2 || !words[1].startsWith(directory)) {
                continue; // du says so where a file went away meanwhile
            }
            double megabytes = Double.parseDouble(words[0]) / KILOBYTES;
            switch (words[1].substring(directory.length())) {
                case "" -> all = megabytes;
                case "/store/wal" -> wal = megabytes;
                case "/log" -> log = megabytes;
                default -> {
                    // a part of the whole
                }
            }
        }
        seen.put(Measure.WAL_MB, wal);
        seen.put(Measure.LOG_MB, log);
        seen.put(Measure.DISK_MB, all - wal - log);
    }

    /**
     * What is in the heap after a full collection, which this asks for.
     *
     * @throws IOException if the virtual machine does not answer
     */
    Map<Measure, Double> heap(boolean warm) throws IOException, InterruptedException {
        String histogram = Tools.jcmd(pid, "GC.class_histogram", scratch());
        Map<Measure, Double> seen = new EnumMap<>(Measure.class);
        heap(histogram, seen);
        Path first = output.resolve(name + "-first.txt");
        if (warm && !Files.exists(first)) {
            Files.writeString(first, histogram);
        }
        Files.writeString(output.resolve(name + "-last.txt"), histogram);
        return seen;
    }

    /** Reads a class histogram. */
    static void heap(String histogram, Map<Measure, Double> seen) throws IOException {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IOException(
                    "no class histogram: " + histogram.lines().limit(3).toList());
        }
        double objects = 0;
        double watches = 0;
        Matcher one = CLASS.matcher(histogram);
        while (one.find()) {
            double instances = Double.parseDouble(one.group(1));
            objects += instances;
            watches += one.group(2).endsWith("Watch") ? instances : 0;
        }
        seen.put(Measure.HEAP_MB, Double.parseDouble(total.group(1)) / MEGABYTE);
        seen.put(Measure.KOCHAB_OBJECTS, objects);
        seen.put(Measure.WATCHES, watches);
    }

    private Path scratch() {
        return output.resolve(name + ".out");
    }
}
