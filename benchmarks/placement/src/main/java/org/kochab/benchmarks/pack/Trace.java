package org.kochab.benchmarks.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;

/**
 * The openb trace: {@code nodes.csv} and {@code pods.csv} of a directory.
 *
 * @param hosts by name
 * @param pods in the order in which they were created
 */
record Trace(List<Host> hosts, List<Shape> pods) {
    Trace {
        hosts = List.copyOf(hosts);
        pods = List.copyOf(pods);
    }

    static Trace read(Path directory) throws IOException {
        List<Host> hosts = new ArrayList<>();
        Table nodes = Table.read(directory.resolve("nodes.csv"));
        for (String[] row : nodes.rows) {
            hosts.add(new Host(
                    nodes.text(row, "sn"), nodes.number(row, "cpu_milli"), nodes.number(row, "memory_mib"), (int)
                            nodes.number(row, "gpu")));
        }
        List<Shape> pods = new ArrayList<>();
        Table tasks = Table.read(directory.resolve("pods.csv"));
        for (String[] row : tasks.rows) {
            pods.add(new Shape(
                    tasks.number(row, "cpu_milli"),
                    tasks.number(row, "memory_mib"),
                    (int) tasks.number(row, "num_gpu"),
                    (int) tasks.number(row, "gpu_milli")));
        }
        hosts.sort(Comparator.comparing(Host::name));
        return new Trace(hosts, pods);
    }

    /** Without the nodes that have no GPU. */
    Trace gpuNodes() {
        return new Trace(hosts.stream().filter(h -> h.gpus() > 0).toList(), pods);
    }

    /** The same pods without what they ask of GPUs. */
    Trace withoutGpus() {
        return new Trace(
                hosts.stream()
                        .map(h -> new Host(h.name(), h.cpu(), h.memory(), 0))
                        .toList(),
                pods.stream().map(Shape::withoutGpu).toList());
    }

    /**
     * Every pod of the trace, and as many more drawn from it as ask for {@code capacity} in all, in a random order: how the paper on fragmentation makes a
     * trace that overfills the cluster.
     */
    List<Shape> arrivals(long seed, double capacity, ToLongFunction<Shape> asked) {
        Random random = new Random(seed);
        List<Shape> arrivals = new ArrayList<>(pods);
        double sum = pods.stream().mapToLong(asked).sum();
        while (true) {
            Shape more = pods.get(random.nextInt(pods.size()));
            sum += asked.applyAsLong(more);
            if (sum > capacity) {
                break;
            }
            arrivals.add(more);
        }
        Collections.shuffle(arrivals, random);
        return arrivals;
    }

    private record Table(Path file, List<String> columns, List<String[]> rows) {
        static Table read(Path file) throws IOException {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < 2) {
                throw new IOException(file + " has no rows");
            }
            List<String> columns = Arrays.asList(lines.get(0).split(",", -1));
            List<String[]> rows = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] row = line.split(",", -1);
                if (row.length != columns.size()) {
                    throw new IOException(file + ": not " + columns.size() + " fields: " + line);
                }
                rows.add(row);
            }
            return new Table(file, columns, rows);
        }

        String text(String[] row, String column) {
            int at = columns.indexOf(column);
            if (at < 0) {
                throw new IllegalArgumentException(file + " has no column " + column);
            }
            return row[at];
        }

        long number(String[] row, String column) {
            return Long.parseLong(text(row, column));
        }
    }
}
