package org.kochab.benchmarks.takeover;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.kernel.KernelLimits;
import org.kochab.partition.internal.member.Member;
import org.kochab.partition.internal.member.MemberSettings;
import org.kochab.partition.internal.member.Publisher;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.store.ignite.internal.core.Settings;
import org.kochab.store.ignite.internal.grid.IgnitePartitionStore;

/**
 * A member of three in a JVM of its own: the real store with fsync and the real kernel, without OSGi. It does what it reads, a line each, and answers a line
 * each; an answer bears the machine's monotonic clock, which all its JVMs share.
 */
final class Plane {
    private static final int CHUNK = 500;
    private static final long PROBE_NANOS = 20_000_000;
    private static final String PODS = "pods/default/default/";

    private final Member member;

    private Plane(Member member) {
        this.member = member;
    }

    /** @param args {@code DIRECTORY PORT INDEX LEASE_MILLIS DETECTION_MILLIS} */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        int index = Integer.parseInt(args[2]);
        String name = name(index);
        List<String> addresses = IntStream.range(0, 3)
                .mapToObj(i -> "127.0.0.1:" + (port + 2 * i))
                .toList();
        IgnitePartitionStore store = IgnitePartitionStore.open(new Settings(
                "ignite",
                name,
                Path.of(args[0], name),
                "127.0.0.1",
                port + 2 * index,
                port + 2 * index + 1,
                addresses,
                512,
                true,
                4,
                100,
                10_000,
                120,
                Integer.parseInt(args[4]),
                Optional.empty()));
        KernelLimits limits = KernelLimits.DEFAULT.withLease(
                Duration.ofMillis(Long.parseLong(args[3])), KernelLimits.DEFAULT.commitRetry());
        Peers peers = new Peers(name);
        peers.attach(store.calls());
        Member member = new Member(new MemberSettings(name, "ignite", "none", 2, 0, limits), Publisher.NONE, peers);
        member.addStore(store);
        new Plane(member).obey();
        Runtime.getRuntime().halt(0);
    }

    static String name(int index) {
        return String.valueOf((char) ('a' + index));
    }

    private void obey() throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "leaders" -> say("leaders " + leaders());
                case "fill" -> {
                    fill(partition(words[1]), Integer.parseInt(words[2]));
                    say("filled");
                }
                case "commits" -> new Thread(() -> commits(partition(words[1]), Integer.parseInt(words[2]))).start();
                case "probe" -> new Thread(() -> probe(words[1])).start();
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private static synchronized void say(String what) {
        System.out.println("@ " + System.nanoTime() + " " + what);
    }

    private String leaders() {
        StringBuilder all = new StringBuilder();
        for (PartitionStatus status : member.partitions()) {
            if (status.state().equals("Serving")) {
                all.append(status.spec().id())
                        .append('=')
                        .append(status.leader().orElse(""))
                        .append(' ');
            }
        }
        return all.toString();
    }

    private Partition partition(String id) {
        return member.partition(new PartitionId(id)).orElseThrow();
    }

    /** A pod as it is stored: about 900 bytes of JSON. */
    private static byte[] pod(int i) {
        return String.format(
                        Locale.ROOT,
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p-%d\",\"namespace\":\"default\",\"uid\":\"%032x\","
                                + "\"labels\":{\"app\":\"shop\",\"tier\":\"front\"},\"note\":\"%s\"},\"spec\":{\"nodeName\":\"node-%d\","
                                + "\"containers\":[{\"name\":\"c\",\"image\":\"registry.example/shop/front@sha256:%064x\","
                                + "\"resources\":{\"requests\":{\"cpu\":\"100m\",\"memory\":\"128Mi\"}}}]},\"status\":{\"phase\":\"Running\"}}",
                        i,
                        i,
                        "x".repeat(500),
                        i % 5_000,
                        i)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void fill(Partition partition, int pods) {
        for (int i = 0; i < pods; i += CHUNK) {
            List<Operation> puts = new ArrayList<>();
            for (int k = i; k < Math.min(pods, i + CHUNK); k++) {
                puts.add(new Operation.Put(PODS + "p-" + k, pod(k)));
            }
            CommitResult result;
            do {
                result = partition
                        .submit(new Transaction(List.of(), puts))
                        .toCompletableFuture()
                        .join();
            } while (!(result instanceof CommitResult.Committed));
        }
    }

    /** Commits one after the other for so many seconds, and says how long they took. */
    private void commits(Partition partition, int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        List<Long> micros = new ArrayList<>();
        int failed = 0;
        for (int i = 0; System.nanoTime() < end; i++) {
            long begun = System.nanoTime();
            CommitResult result = partition
                    .submit(Transaction.put("probe/" + i % 100, pod(i)))
                    .toCompletableFuture()
                    .join();
            if (result instanceof CommitResult.Committed) {
                micros.add((System.nanoTime() - begun) / 1_000);
            } else {
                if (failed++ == 0) {
                    System.err.println("first refusal: " + result + " of " + partition);
                }
            }
        }
        long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
        say("committed " + sorted.length + " " + failed + " " + at(sorted, 0.5) + " " + at(sorted, 0.99) + " "
                + at(sorted, 1));
    }

    private static long at(long[] sorted, double part) {
        return sorted.length == 0 ? -1 : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)];
    }

    private boolean isLoading(String id) {
        return member.partitions().stream()
                .anyMatch(s -> s.spec().id().value().equals(id) && s.message().equals("loading"));
    }

    /** Says when this member begins to load the partition, if it does, and when a list of the pods and a commit have both succeeded. */
    private void probe(String id) {
        boolean loads = false;
        while (true) {
            if (!loads && isLoading(id)) {
                loads = true;
                say("loads");
            }
            try {
                Partition partition = partition(id);
                int found = partition.list(PODS, CHUNK).entries().size();
                CommitResult result = partition
                        .submit(Transaction.put("probe/served", new byte[] {1}))
                        .toCompletableFuture()
                        .join();
                if (result instanceof CommitResult.Committed && found == CHUNK) {
                    say("served epoch " + partition.epoch());
                    return;
                }
            } catch (NotLeaderException | CompletionException | NoSuchElementException e) {
                // not yet
            }
            LockSupport.parkNanos(PROBE_NANOS);
        }
    }
}
