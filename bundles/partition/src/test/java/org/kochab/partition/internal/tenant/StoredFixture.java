package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Resource;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodReport;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.internal.core.kernel.StoredValue;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.StorePut;
import org.kochab.store.memory.MemoryStore;

/**
 * What a version of Kochab has given to its store, byte for byte: a file for each partition, with its revision in the first line and a key and its value in
 * each other; and in {@code objects.json} what that means.
 */
record StoredFixture(Path directory) {
    private static final List<String> PARTITIONS = List.of("directory", "tp-1", "rm-1");
    private static final String PUTS = ".puts";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Codec CODEC = new JacksonCodec();

    private record Stored(long revision, List<StorePut> puts) {}

    private Path puts(String partition) {
        return directory.resolve(partition + PUTS);
    }

    private Path objects() {
        return directory.resolve("objects.json");
    }

    private Stored stored(String partition) throws IOException {
        List<String> lines = Files.readAllLines(puts(partition));
        List<StorePut> puts = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(" ");
            puts.add(new StorePut(
                    parts[0].getBytes(StandardCharsets.UTF_8),
                    Base64.getDecoder().decode(parts[1])));
        }
        return new Stored(Long.parseLong(lines.get(0)), puts);
    }

    /** A store as the version has left it. */
    MemoryStore store() throws Exception {
        MemoryStore store = new MemoryStore();
        for (String partition : PARTITIONS) {
            Stored stored = stored(partition);
            LeaseRecord free = new LeaseRecord(1, "", 0, 10_000);
            store.compareAndSetLease(partition, Optional.empty(), free)
                    .toCompletableFuture()
                    .get();
            CommitBatch batch = new CommitBatch(partition, 1, 0, stored.revision(), stored.puts(), List.of());
            assertThat(store.commit(batch).toCompletableFuture().get()).isInstanceOf(CommitOutcome.Done.class);
        }
        return store;
    }

    /** What is in {@code objects.json}. */
    JsonNode meant() throws IOException {
        return JSON.readTree(objects().toFile());
    }

    /** The objects as they are read now, by partition and key; of what is not an object, the key alone. */
    JsonNode read() throws IOException {
        ObjectNode all = JSON.createObjectNode();
        for (String partition : PARTITIONS) {
            ObjectNode objects = all.putObject(partition);
            for (StorePut put : stored(partition).puts()) {
                var entry = StoredValue.decode(put);
                Optional<Class<?>> type = type(entry.key());
                objects.set(
                        entry.key(),
                        type.isPresent()
                                ? JSON.readTree(CODEC.encode(CODEC.decode(entry.value(), type.get())))
                                : JSON.nullNode());
            }
        }
        return all;
    }

    private static Optional<Class<?>> type(String key) {
        String head = key.substring(0, Math.max(0, key.indexOf('/')) + 1);
        return switch (head) {
            case NodeKeys.NODES -> Optional.of(Node.class);
            case NodeKeys.CLAIMS -> Optional.of(Claim.class);
            case NodeKeys.REPORTS -> Optional.of(PodReport.class);
            default ->
                ObjectKeys.isCustom(key)
                        ? Optional.of(CustomObject.class)
                        : Kind.BUILT_IN.stream()
                                .filter(kind -> head.equals(kind.plural() + "/"))
                                .<Class<?>>map(Kind::type)
                                .findFirst();
        };
    }

    // ---- making one

    /** Has this version store one object of each kind. */
    static void make(Path manifest, Path directory) throws Exception {
        MemoryStore store = new MemoryStore();
        try (TestPlane test = new TestPlane(store).ready()) {
            for (Resource each : test.readAll(Files.readString(manifest))) {
                Resource made = test.resources().create(TestPlane.TENANT, each);
                if (made instanceof Pod pod && "rich".equals(pod.metadata().name())) {
                    test.resources().updateStatus(TestPlane.TENANT, pod.withStatus(status()));
                    fill(test.partitions.partition("rm-1"), pod);
                } else if (made instanceof Deployment deployment) {
                    test.resources()
                            .updateStatus(
                                    TestPlane.TENANT,
                                    deployment.withStatus(new Deployment.Status(2, 2, 1, 1, 0, 1L, List.of())));
                }
            }
        }
        Files.createDirectories(directory);
        StoredFixture fixture = new StoredFixture(directory);
        for (String partition : PARTITIONS) {
            SortedMap<String, String> lines = new TreeMap<>();
            long revision = store.load(
                            partition,
                            put -> lines.put(
                                    new String(put.key(), StandardCharsets.UTF_8),
                                    Base64.getEncoder().encodeToString(put.value())))
                    .toCompletableFuture()
                    .get();
            StringBuilder text = new StringBuilder().append(revision).append('\n');
            lines.forEach(
                    (key, value) -> text.append(key).append(' ').append(value).append('\n'));
            Files.writeString(fixture.puts(partition), text);
        }
        JsonNode objects = fixture.read();
        Files.writeString(
                fixture.objects(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(objects) + "\n");
        assertThat(kinds(objects))
                .as("kinds in %s: add one of each new kind to %s", directory, manifest)
                .containsAll(Kind.BUILT_IN.stream().map(Kind::name).toList());
    }

    private static TreeSet<String> kinds(JsonNode objects) {
        TreeSet<String> kinds = new TreeSet<>();
        objects.forEach(partition ->
                partition.forEach(object -> kinds.add(object.path("kind").asText())));
        return kinds;
    }

    private static PodStatus status() {
        Instant then = Instant.parse("2026-11-29T12:00:00Z");
        PodStatus.State runs = new PodStatus.State(null, new PodStatus.Running(then), null);
        PodStatus.State ended =
                new PodStatus.State(null, null, new PodStatus.Terminated(3, null, "Error", null, then, then));
        return new PodStatus(
                "Running",
                null,
                null,
                "192.0.2.1",
                "10.77.0.2",
                then,
                List.of(),
                List.of(new PodStatus.ContainerStatus("main", null, null, "pid-7", true, 1, runs, ended, null)),
                List.of(),
                1L);
    }

    /** What a resource manager keeps of a node, a claim and a report. */
    private static void fill(Partition manager, Pod pod) throws Exception {
        String uid = String.valueOf(pod.metadata().uid());
        Node node = new Node(
                "v1",
                "Node",
                ObjectMeta.named("edge-1").withLabels(Map.of("disk", "ssd")),
                new Node.Spec(false, List.of(new Node.Taint("dedicated", "shop", "NoSchedule", null))),
                new Node.Status(
                        "Ready",
                        Map.of("cpu", "4", "memory", "8Gi"),
                        Map.of("cpu", "4", "memory", "7Gi"),
                        List.of(),
                        List.of(new Node.Address("InternalIP", "192.0.2.1")),
                        new Node.SystemFacts("boot", "linux", "amd64", "6.1", "Debian", "0.1.0"),
                        List.of(new Node.Runtime("process", true, null, List.of("cpu", "memory"))),
                        List.of(new Node.Image(List.of("web:2"), 1_000_000L)),
                        new Node.AgentUpdate("spring", "0.2.0", Node.AgentUpdate.SUCCEEDED, null)));
        Claim claim = new Claim(
                uid,
                1,
                "default",
                "shop",
                "rich",
                "tp-1",
                "edge-1",
                Map.of("cpu", 250L, "memory", 64L << 20, "pods", 1L),
                pod.metadata().labels(),
                pod.spec(),
                9,
                null,
                false);
        PodReport report = new PodReport(uid, "default", "shop", "rich", "edge-1", 9, status());
        put(manager, NodeKeys.node("edge-1"), node);
        put(manager, NodeKeys.claim("edge-1", uid), claim);
        put(manager, NodeKeys.report("tp-1", uid), report);
    }

    private static void put(Partition partition, String key, Object value) throws Exception {
        partition
                .submit(Transaction.put(key, CODEC.encode(value)))
                .toCompletableFuture()
                .get();
    }
}
