package org.kochab.benchmarks.agents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.kochab.agent.internal.identity.Identity;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.link.Enrolled;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.codec.JacksonCodec;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.service.Identities;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

/**
 * Machines become nodes as the product has it: each makes its key, asks for a certificate with a join token, and keeps both in its directory; the platform's
 * directory has its authority and its nodes. In one process, so without the network; what the directory has is then written to a file, from which each broker's
 * process takes it.
 */
final class Enrolment implements AutoCloseable {
    private static final String DIRECTORY = "directory";
    private static final int MOST_USES = 10_000;
    private static final Duration WEEK = Duration.ofDays(7);
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_EVERY_MILLIS = 10;

    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore());
    private final Identities identities;

    private Enrolment(Codec codec, List<String> entries) throws InterruptedException {
        Partition directory = partitions.partitionService().directory().orElseThrow();
        for (String entry : entries) {
            String[] parts = entry.split(" ", 2);
            Transaction put = Transaction.put(parts[0], parts[1].getBytes(StandardCharsets.UTF_8));
            CommitResult result = directory.submit(put).toCompletableFuture().join();
            if (!(result instanceof CommitResult.Committed)) {
                throw new IllegalStateException(parts[0] + " is not in the directory: " + result);
            }
        }
        identities = new Identities(
                partitions.partitionService(), codec, WEEK, HostNames.of(List.of("127.0.0.1")), Instant::now);
        identities.start();
        long end = System.nanoTime() + SOON_NANOS;
        while (identities.current().isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("there is no authority");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    /** The identities that {@link #write} left there, as a member has them after its start. */
    static Enrolment read(Path base) throws IOException, InterruptedException {
        return new Enrolment(new JacksonCodec(), Files.readAllLines(base.resolve(DIRECTORY)));
    }

    /** Has so many agents join. */
    static void write(Path base, int agents) throws IOException, InterruptedException {
        Codec codec = new JacksonCodec();
        Files.createDirectories(base);
        try (Enrolment enrolment = new Enrolment(codec, List.of())) {
            for (int first = 0; first < agents; first += MOST_USES) {
                int uses = Math.min(MOST_USES, agents - first);
                JoinToken token = enrolment.identities.createToken(
                        new TokenSpec(Plane.MANAGER, null, uses, Duration.ofHours(1), false));
                for (int i = first; i < first + uses; i++) {
                    enrolment.join(base, codec, name(i), token);
                }
            }
            List<String> entries = new ArrayList<>();
            Partition directory =
                    enrolment.partitions.partitionService().directory().orElseThrow();
            Plane.entries(
                    directory,
                    Keys.PREFIX,
                    e -> entries.add(e.key() + " " + new String(e.value(), StandardCharsets.UTF_8)));
            Files.write(base.resolve(DIRECTORY), entries);
        }
    }

    private void join(Path base, Codec codec, String name, JoinToken token) throws IOException {
        Identity identity = Identity.load(base.resolve(name), codec, name, Optional.of(token))
                .orElseThrow();
        Enrolled answer = identities
                .enrol(Plane.MANAGER, name, identity.request())
                .toCompletableFuture()
                .join();
        if (answer.certificate() == null) {
            throw new IllegalStateException(name + " gets no certificate: " + answer.reason());
        }
        identity.take(answer);
    }

    /** What an agent finds in its directory when it starts again. */
    static Identity joined(Path base, Codec codec, String name) throws IOException {
        return Identity.load(base.resolve(name), codec, name, Optional.empty()).orElseThrow();
    }

    static String name(int agent) {
        return "hollow-" + agent;
    }

    Identities identities() {
        return identities;
    }

    @Override
    public void close() {
        identities.close();
        partitions.close();
    }
}
