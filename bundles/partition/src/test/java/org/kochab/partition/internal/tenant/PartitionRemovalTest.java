package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.PartitionRemoval.State;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.store.memory.MemoryStore;

/** Partitions that are added and removed while others are used, and tenants that find their place. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PartitionRemovalTest {
    private static final PartitionId ONE = new PartitionId("tp-1");
    private static final PartitionId TWO = new PartitionId("tp-2");
    private static final PartitionId MANAGER = new PartitionId("rm-2");
    private static final TenantId ACME = new TenantId("acme");

    private final MemoryStore store = new MemoryStore();
    private volatile Consumer<String> reached = step -> {};
    private TestPlane test;

    @BeforeEach
    void start() {
        begin();
        test.partitions.create("tp-2", PartitionKind.TENANT);
        test.plane.lead(test.partitions.partition("tp-2"));
    }

    private void begin() {
        test = new TestPlane(store, step -> {}, step -> reached.accept(step)).ready();
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private void tenant(String name, String partition) {
        Tenant.Spec spec = partition == null ? null : Tenant.Spec.in(partition);
        test.resources()
                .create(
                        TenantId.SYSTEM,
                        new Tenant(Kind.TENANT.apiVersion(), Kind.TENANT.name(), ObjectMeta.named(name), spec, null));
    }

    private PartitionRemoval over(PartitionId id) throws InterruptedException {
        return test.plane.removals().await(id, Duration.ofSeconds(30));
    }

    private boolean isListed(PartitionId id) {
        return test.partitions.partitionService().partitions().stream()
                .anyMatch(s -> s.spec().id().equals(id));
    }

    private void assertRemoved(PartitionId id) throws Exception {
        PartitionRemoval over = over(id);
        assertThat(over.state()).as(over.message()).isEqualTo(State.REMOVED);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !isListed(id));
        List<String> left = new ArrayList<>();
        store.load(id.value(), put -> left.add(new String(put.key())))
                .toCompletableFuture()
                .get();
        assertThat(left).isEmpty();
        assertThat(lease(id).owner()).isEqualTo(PartitionRemover.OWNER);
    }

    private LeaseRecord lease(PartitionId id) throws Exception {
        return store.lease(id.value()).toCompletableFuture().get().orElseThrow();
    }

    @Test
    void whatIsStillUsedIsRefusedWithWhatToDo() {
        tenant("acme", "tp-2");
        assertThatThrownBy(() -> test.plane.removals().begin(TWO, false))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("kochab:tenant-move acme --to tp-1");
        test.partitions
                .partition("rm-1")
                .submit(Transaction.create("node/n1", new byte[0]))
                .toCompletableFuture()
                .join();
        assertThatThrownBy(() -> test.plane.removals().begin(new PartitionId("rm-1"), false))
                .hasMessageContaining("1 nodes, n1 among them");
        assertThatThrownBy(() -> test.plane.removals().begin(new PartitionId("rm-1"), true))
                .hasMessageContaining("no other one that would take them");
        assertThatThrownBy(() -> test.plane.removals().begin(new PartitionId("directory"), false))
                .hasMessageContaining("cannot be removed");
        assertThatThrownBy(() -> test.plane.removals().begin(new PartitionId("tp-9"), false))
                .hasMessageContaining("there is no partition tp-9");
    }

    @Test
    void whatIsBeingMovedToAnotherStoreIsRefused() {
        Partition directory = test.partitions.partition("directory");
        Entry two = directory.get(Directory.partitionKey(TWO)).orElseThrow();
        directory
                .submit(Transaction.update(
                        two.key(), Directory.encode(Directory.partition(two).withNextStore("other")), two.revision()))
                .toCompletableFuture()
                .join();
        assertThatThrownBy(() -> test.plane.removals().begin(TWO, true))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("kochab:store-migrate tp-2 --abort");
    }

    @Test
    void aDrainedPartitionGoesAndItsNameCanBeUsedAgain() throws Exception {
        tenant("acme", "tp-2");
        test.plane.removals().begin(TWO, true);
        assertThatThrownBy(() -> tenant("late", "tp-2")).hasMessageContaining("tp-2");
        assertRemoved(TWO);
        assertThat(test.plane.directory().partition(ACME)).isEqualTo(ONE);
        assertThatThrownBy(() -> test.plane.removals().begin(ONE, true))
                .hasMessageContaining("no other tenant partition");

        long epoch = lease(TWO).epoch();
        test.plane.lead(test.partitions.create("tp-2", PartitionKind.TENANT));
        assertThat(lease(TWO).epoch()).isGreaterThan(epoch);
        tenant("again", "tp-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"moving", "drained", "closing", "taken", "dropping", "emptying", "emptied", "removed"})
    void aRemovalIsFinishedAfterACrashAtEachStep(String step) throws Exception {
        tenant("acme", "tp-2");
        CountDownLatch met = new CountDownLatch(1);
        reached = now -> {
            if (now.equals(step)) {
                met.countDown();
                throw new IllegalStateException("crash at " + step);
            }
        };
        test.plane.removals().begin(TWO, true);
        assertThat(met.await(30, TimeUnit.SECONDS)).isTrue();
        test.close();

        reached = now -> {};
        begin();
        // Whoever stopped may have been through with the move.
        PartitionService service = test.partitions.partitionService();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.partition(TWO).isPresent()
                        || test.plane.removals().await(TWO, Duration.ZERO).state() != State.DRAINING);
        service.partition(TWO).ifPresent(test.plane::lead);
        assertRemoved(TWO);
        assertThat(test.plane.directory().partition(ACME)).isEqualTo(ONE);
    }

    @Test
    void aManagerThatGetsANodeInTheLastMomentStays() throws Exception {
        test.partitions.create("rm-2", PartitionKind.RESOURCE_MANAGER);
        reached = step -> {
            if (step.equals("drained")) {
                test.partitions
                        .partition("rm-2")
                        .submit(Transaction.create("node/n2", new byte[] {1}))
                        .toCompletableFuture()
                        .join();
            }
        };
        test.plane.removals().begin(MANAGER, false);
        assertThat(over(MANAGER).message()).contains("node/n2");
        reached = step -> {};
        assertThat(test.partitions.partition("rm-2").get("node/n2")).isPresent();

        test.partitions
                .partition("rm-2")
                .submit(new Transaction(List.of(), List.of(new org.kochab.api.partition.Operation.Delete("node/n2"))))
                .toCompletableFuture()
                .join();
        test.plane.removals().begin(MANAGER, false);
        assertRemoved(MANAGER);
    }

    @Test
    void whatIsDrainingCanBeKept() throws Exception {
        tenant("acme", "tp-2");
        CountDownLatch kept = new CountDownLatch(1);
        reached = step -> {
            if (step.equals("drained")) {
                test.plane.removals().abort(TWO);
                kept.countDown();
            }
        };
        test.plane.removals().begin(TWO, true);
        assertThat(kept.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(over(TWO)).isEqualTo(new PartitionRemoval(TWO, State.GIVEN_UP, 0, "asked for"));
        tenant("next", "tp-2");
    }

    @Test
    void othersWritersDoNotNoticeThatPartitionsComeAndGo() throws Exception {
        try (MoveLoad load =
                new MoveLoad(TestPlane.TENANT, List.of(test.resources()), () -> test.read(MoveLoad.EVENT))) {
            load.start(4, 8);
            for (int i = 0; i < 2; i++) {
                load.await(10);
                test.plane.removals().begin(TWO, true);
                assertRemoved(TWO);
                test.plane.lead(test.partitions.create("tp-2", PartitionKind.TENANT));
                tenant("t" + i, "tp-2");
            }
            assertThat(load.check()).isGreaterThan(20);
        }
    }

    @Test
    void whatIsSuspendedIsRefusedAtOnceAndComesBackWithAllItHad() throws Exception {
        tenant("acme", "tp-2");
        test.plane.awaitTenant(ACME);
        test.partitions.partitionService().suspend(TWO).toCompletableFuture().get(10, TimeUnit.SECONDS);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> test.partitions.partitionService().partition(TWO).isEmpty());

        assertThatThrownBy(() -> test.resources().list(ACME, Kind.NAMESPACE, Query.namespace(null)))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("kochab:partition-resume tp-2");
        assertThatThrownBy(() -> test.plane.removals().begin(TWO, true)).hasMessageContaining("suspended");
        assertThatThrownBy(() -> tenant("new", "tp-2")).hasMessageContaining("is suspended");

        test.partitions.partitionService().resume(TWO).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(test.resources()
                        .list(ACME, Kind.NAMESPACE, Query.namespace(null))
                        .items())
                .hasSize(3);
    }

    @Test
    void newTenantsGoWhereTheFewestAreButNotToDedicatedOnes() throws Exception {
        PartitionService service = test.partitions.partitionService();
        service.create(new PartitionSpec(new PartitionId("tp-3"), PartitionKind.TENANT, "memory", "spread")
                        .withDedicated(true))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        test.plane.lead(test.partitions.partition("tp-3"));
        for (String name : List.of("a", "b", "c")) {
            tenant(name, null);
        }
        tenant("own", "tp-3");
        // default and system were at tp-1 before.
        assertThat(List.of("a", "b").stream().map(n -> test.plane.directory().partition(new TenantId(n))))
                .containsOnly(TWO);
        assertThat(test.plane.directory().partition(new TenantId("own"))).isEqualTo(new PartitionId("tp-3"));

        PartitionService byHash = (PartitionService) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PartitionService.class},
                (proxy, method, arguments) -> method.getName().equals("tenantPlacement")
                        ? PartitionService.BY_HASH
                        : method.invoke(service, arguments));
        TenantPlacement hash = new TenantDirectory(new Workshop(null, null, null, null, null), byHash).placement();
        var chosen = new TreeSet<PartitionId>();
        for (int i = 0; i < 40; i++) {
            chosen.add(hash.choose("tenant-" + i));
            assertThat(hash.choose("tenant-" + i)).isEqualTo(hash.choose("tenant-" + i));
        }
        assertThat(chosen).isEqualTo(new TreeSet<>(List.of(ONE, TWO)));
    }
}
