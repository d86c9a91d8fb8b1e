package org.kochab.chaos.load.internal.swap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kochab.api.codec.Codec;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.ResourceService;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits pods while the scheduler of their partition is swapped, and compares in the end. Its files: {@code progress.txt}; what is wrong, a line
 * each, in {@code findings.txt}; last, as a whole, {@code result.json}.
 */
public final class SwapLoad implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwapLoad.class);
    private static final PartitionId MANAGER = new PartitionId("rm-1");
    private static final int LOOK_MILLIS = 200;
    private static final long NODES_NANOS = TimeUnit.MINUTES.toNanos(10);
    /** What softly refers to a class loader lets it go after a while. */
    private static final long LOADERS_NANOS = TimeUnit.MINUTES.toNanos(4);

    private static final int MORE_THREADS = 8;
    private static final double NANOS_PER_SECOND = 1e9;

    private final SwapPlan plan;
    private final BundleContext context;
    private final PartitionService partitions;
    private final ResourceService resources;
    private final Codec codec;
    private final Findings findings = new Findings();
    private final Map<String, Object> result = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "kochab-chaos-swaps");

    private SwapLoad(
            SwapPlan plan, BundleContext context, PartitionService partitions, ResourceService resources, Codec codec) {
        this.plan = plan;
        this.context = context;
        this.partitions = partitions;
        this.resources = resources;
        this.codec = codec;
    }

    /** Begins; returns at once. */
    public static SwapLoad start(
            SwapPlan plan, BundleContext context, PartitionService partitions, ResourceService resources, Codec codec) {
        SwapLoad load = new SwapLoad(plan, context, partitions, resources, codec);
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    private void run() {
        try {
            swap();
        } catch (InterruptedException e) {
            return;
        } catch (Exception | LinkageError e) {
            LOG.error("The swaps were ended", e);
            findings.add("the run ended early: " + e);
        }
        try {
            Files.write(plan.directory().resolve("findings.txt"), findings.kept());
            result.put("findings", findings.count());
            Path whole = plan.directory().resolve("result.tmp");
            Files.write(whole, codec.encode(result));
            Files.move(whole, plan.directory().resolve("result.json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.error("No result can be written", e);
        }
    }

    private void swap() throws Exception {
        ReadBack readBack = new ReadBack(manager(), codec, findings);
        awaitNodes(readBack);
        Swaps swaps = new Swaps(context, partitions, plan.engine(), plan.seed());
        Bindings bindings = new Bindings(resources, plan.total(), findings);
        try {
            Submissions submissions = new Submissions(resources, bindings, findings, plan.total(), plan.pace());
            phase("to warm up", submissions, bindings, plan.idle(), plan.warmUpSwaps(), swaps);
            phase("without a swap", submissions, bindings, plan.idle(), 0, swaps);
            swaps.clear();
            Footprint before = Footprint.take(plan.directory().resolve("classes-before.txt"));
            phase("with swaps", submissions, bindings, plan.pods(), plan.swaps(), swaps);
            readBack.compare(resources, submissions, bindings, plan.total());
            say("read back");
            awaitLoaders(swaps);
            Footprint after = Footprint.take(plan.directory().resolve("classes-after.txt"));
            report(swaps, submissions, bindings, readBack, before, after);
        } finally {
            bindings.end();
        }
        swaps.end();
    }

    private Partition manager() {
        return partitions.partition(MANAGER).orElseThrow(() -> new IllegalStateException("there is no " + MANAGER));
    }

    private void awaitNodes(ReadBack readBack) throws Exception {
        long begun = System.nanoTime();
        int ready = readBack.ready();
        while (ready < plan.nodes()) {
            if (System.nanoTime() - begun > NODES_NANOS) {
                throw new IllegalStateException("only " + ready + " nodes of " + plan.nodes() + " are ready");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            ready = readBack.ready();
        }
        say(ready + " nodes are ready");
    }

    private void phase(String what, Submissions submissions, Bindings bindings, int pods, int swaps, Swaps swapper)
            throws Exception {
        long begun = System.nanoTime();
        bindings.await(submissions.phase(pods, swaps, swapper), plan.running());
        double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
        say(String.format(
                Locale.ROOT, "%d pods %s, %d swaps: %.1f s, %.0f pods/s", pods, what, swaps, seconds, pods / seconds));
    }

    private void awaitLoaders(Swaps swaps) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (swaps.loadersLeft() > 0 && System.nanoTime() - begun < LOADERS_NANOS) {
            System.gc();
            TimeUnit.SECONDS.sleep(1);
        }
        say("class loaders are gone, but " + swaps.loadersLeft());
    }

    private void report(
            Swaps swaps,
            Submissions submissions,
            Bindings bindings,
            ReadBack readBack,
            Footprint before,
            Footprint after) {
        result.put("swaps", swaps.done().size());
        result.put("pods", plan.pods());
        result.put("pods_before", 2 * plan.idle());
        result.put("nodes", plan.nodes());
        result.putAll(readBack.figures());
        result.put("ran", bindings.running());
        result.put("busy", submissions.busy());
        result.put("loaders_replaced", swaps.loadersReplaced());
        result.put("loaders_left", swaps.loadersLeft());
        result.put("classes_doubled", after.doubled());
        result.put("classes", List.of(before.classes(), after.classes()));
        result.put("classes_unloaded", after.unloaded() - before.unloaded());
        result.put("metaspace_mb", List.of(before.metaspaceMegabytes(), after.metaspaceMegabytes()));
        result.put("threads", List.of(before.threadCount(), after.threadCount()));
        result.put("threads_more", after.moreThan(before));
        Durations idle = new Durations();
        Durations idleBound = new Durations();
        latencies(submissions, bindings, plan.idle(), 2 * plan.idle(), idle, idleBound);
        Durations during = new Durations();
        Durations duringBound = new Durations();
        latencies(submissions, bindings, 2 * plan.idle(), plan.total(), during, duringBound);
        result.put("submit_idle_ms", idle.figures());
        result.put("submit_ms", during.figures());
        result.put("submit_p99_ratio", Math.round(during.at(0.99) / Math.max(0.01, idle.at(0.99)) * 100) / 100.0);
        result.put("bound_idle_ms", idleBound.figures());
        result.put("bound_ms", duringBound.figures());
        result.put("ways", ways(swaps.done(), submissions, bindings));
        judge(swaps, before, after);
    }

    private void judge(Swaps swaps, Footprint before, Footprint after) {
        if (swaps.loadersLeft() > 0 || after.doubled() > 0) {
            findings.add(swaps.loadersLeft() + " class loaders of " + swaps.loadersReplaced() + " are left, and "
                    + after.doubled() + " classes have objects of more than one");
        }
        if (after.threadCount() > before.threadCount() + MORE_THREADS) {
            findings.add("there are more threads: " + after.moreThan(before));
        }
    }

    private static void latencies(
            Submissions submissions, Bindings bindings, int from, int to, Durations submitted, Durations bound) {
        for (int number = from; number < to; number++) {
            submitted.add(submissions.answeredAt(number) - submissions.askedAt(number));
            if (bindings.node(number) != null) {
                bound.add(bindings.boundAt(number) - submissions.askedAt(number));
            }
        }
    }

    /** Of each way: how long the swaps took, and how long pods took that were submitted from such a swap's begin to the next swap's. */
    private Map<Swaps.Way, Object> ways(List<Swaps.Swap> done, Submissions submissions, Bindings bindings) {
        Map<Swaps.Way, Durations> took = new EnumMap<>(Swaps.Way.class);
        Map<Swaps.Way, Durations> submitted = new EnumMap<>(Swaps.Way.class);
        Map<Swaps.Way, Durations> bound = new EnumMap<>(Swaps.Way.class);
        done.forEach(
                swap -> took.computeIfAbsent(swap.way(), w -> new Durations()).add(swap.endedAt() - swap.begunAt()));
        int last = -1;
        for (int number = 2 * plan.idle(); number < plan.total(); number++) {
            long asked = submissions.askedAt(number);
            // Neighbours may have been asked for in another order, by the length of a call at most.
            while (last + 1 < done.size() && done.get(last + 1).begunAt() <= asked) {
                last++;
            }
            if (last >= 0 && bindings.node(number) != null) {
                Swaps.Way way = done.get(last).way();
                submitted.computeIfAbsent(way, w -> new Durations()).add(submissions.answeredAt(number) - asked);
                bound.computeIfAbsent(way, w -> new Durations()).add(bindings.boundAt(number) - asked);
            }
        }
        Map<Swaps.Way, Object> ways = new EnumMap<>(Swaps.Way.class);
        took.forEach((way, durations) -> ways.put(
                way,
                Map.of(
                        "swaps",
                        durations.size(),
                        "swap_ms",
                        durations.figures(),
                        "submit_ms",
                        submitted.getOrDefault(way, new Durations()).figures(),
                        "bound_ms",
                        bound.getOrDefault(way, new Durations()).figures())));
        return ways;
    }

    private void say(String line) throws IOException {
        LOG.info("{}", line);
        Files.writeString(
                plan.directory().resolve("progress.txt"),
                line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Ends it, in the middle if need be; bounded. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.MINUTES.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
