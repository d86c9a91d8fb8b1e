package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.ResourceRef;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.LocalPartitions;
import org.kochab.partition.internal.core.tenant.Changes;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.ObjectRules;
import org.kochab.store.memory.MemoryStore;

/** What a controller asks for is as new as what was committed before, however far the view was behind: else it makes pods that are there already. */
@Timeout(60)
class OwnerViewTest {
    private static final TenantId TENANT = new TenantId("t");
    private static final String OWNER = "owner";
    private static final int HISTORY = 4_000;

    private final Codec codec = new JacksonCodec();
    private final ObjectRules rules = new ObjectRules();
    private final Workshop shop = new Workshop(
            rules, new Changes(rules), new Decoded(codec, 1_024, () -> 0), () -> Instant.EPOCH, new Workshop.Random() {
                @Override
                public String uid() {
                    return "uid";
                }

                @Override
                public String suffix() {
                    return "aaaaa";
                }
            });
    private LocalPartitions partitions;
    private Partition partition;

    @BeforeEach
    void start() {
        partitions = LocalPartitions.start(new MemoryStore(), HISTORY);
        partition = partitions.partition("tp-1");
    }

    @AfterEach
    void stop() {
        partitions.close();
    }

    @Test
    void seesEverythingCommittedHoweverLongItTakes() throws Exception {
        // as on a machine that does other things
        try (OwnerView view = view(() -> LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200)))) {
            assertThat(dependents(view)).isEmpty();
            put(0, 3_000);
            assertThat(dependents(view)).hasSize(3_000);
        }
    }

    @Test
    void seesEverythingCommittedAlsoIfThatIsMoreThanTheHistoryKeeps() throws Exception {
        try (OwnerView view = view(() -> {})) {
            assertThat(dependents(view)).isEmpty();
            put(0, 2 * HISTORY);
            assertThat(dependents(view)).hasSize(2 * HISTORY);
        }
    }

    private OwnerView view(Runnable slow) {
        return new OwnerView(shop, partition, change -> slow.run(), tenant -> {}, () -> {});
    }

    private List<String> dependents(OwnerView view) {
        return view.dependents(OWNER, ObjectKeys.prefix(TENANT, Kind.POD, "default"));
    }

    private void put(int from, int to) throws Exception {
        for (int first = from; first < to; first += 500) {
            List<Operation> puts = new ArrayList<>();
            for (int i = first; i < Math.min(to, first + 500); i++) {
                Pod pod = pod("p-" + i);
                puts.add(new Operation.Put(
                        ObjectKeys.key(new ResourceRef(TENANT, Kind.POD, "default", "p-" + i)), shop.encode(pod, 1)));
            }
            assertThat(partition
                            .submit(new Transaction(List.of(), puts))
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS))
                    .isInstanceOf(CommitResult.Committed.class);
        }
    }

    private static Pod pod(String name) {
        ObjectMeta meta = new ObjectMeta(
                name,
                null,
                TENANT.value(),
                "default",
                "uid-" + name,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                List.of(new ObjectMeta.OwnerReference("apps/v1", "ReplicaSet", "set", OWNER, true, true)),
                List.of());
        return new Pod(Kind.POD.apiVersion(), Kind.POD.name(), meta, null, null);
    }
}
