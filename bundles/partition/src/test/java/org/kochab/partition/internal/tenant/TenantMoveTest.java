package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.TenantMove.State;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.controllers.internal.core.ContentsController;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.store.memory.MemoryStore;
import org.slf4j.LoggerFactory;

/** Tenants that move between two tenant partitions of one member while they are used. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TenantMoveTest {
    private static final TenantId T = TestPlane.TENANT;
    private static final PartitionId ONE = new PartitionId("tp-1");
    private static final PartitionId TWO = new PartitionId("tp-2");

    private final MemoryStore store = new MemoryStore();
    private TestPlane test;
    private LedgerManager manager;

    @BeforeEach
    void start() {
        begin(step -> {});
        test.partitions.create("tp-2", PartitionKind.TENANT);
        test.plane.lead(test.partitions.partition("tp-2"));
    }

    private void begin(Consumer<String> moveReached) {
        test = new TestPlane(store, moveReached).ready();
        manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);
        test.plane.addManager(manager);
        test.plane.addScheduler(new FirstFit("spread"), "test", "1.0.0");
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private TenantMove move(PartitionId to) throws InterruptedException {
        test.plane.moves().begin(T, to);
        TenantMove moved = test.plane.moves().await(T, Duration.ofSeconds(60)).orElseThrow();
        assertThat(moved.state()).as(moved.message()).isEqualTo(State.DONE);
        assertThat(test.plane.directory().partition(T)).isEqualTo(to);
        return moved;
    }

    private Resource deployment() {
        return test.read(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - {name: main, image: nginx}
                """);
    }

    private Resource deployment(String name) {
        return deployment().withMetadata(ObjectMeta.named(name));
    }

    private Resource pod(String name, String cpu) {
        return test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  containers:
                  - {name: main, image: "web:1", resources: {requests: {cpu: %s}}}
                """
                        .formatted(name, cpu));
    }

    private static ResourceRef ref(Kind kind, String name) {
        return new ResourceRef(T, kind, "default", name);
    }

    private Pod pod(String name) {
        return (Pod) test.resources().get(ref(Kind.POD, name)).orElseThrow();
    }

    private void awaitBound(String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> pod(name).spec().nodeName() != null);
    }

    private Map<String, Entry> keys(String partition) throws Exception {
        Map<String, Entry> keys = new TreeMap<>();
        Partition p = test.partitions.partition(partition);
        TenantKeys.all(p, T, p.revision()).forEach(e -> keys.put(e.key(), e));
        return keys;
    }

    private void createMany(int count) {
        test.resources()
                .createAll(
                        T,
                        IntStream.range(0, count)
                                .mapToObj(i -> deployment("d" + i))
                                .toList());
    }

    @Test
    void tenMovesUnderLoadLoseAndDoubleNothing() throws Exception {
        createMany(1_000);
        List<Long> pauses = new ArrayList<>();
        try (MoveLoad load = new MoveLoad(T, List.of(test.resources()), () -> test.read(MoveLoad.EVENT))) {
            load.start(8, 50);
            for (int i = 0; i < 5; i++) {
                load.await(50);
                pauses.add(move(TWO).pauseMillis());
                load.await(50);
                pauses.add(move(ONE).pauseMillis());
            }
            int changes = load.check();
            assertThat(changes).isGreaterThan(100);
            LoggerFactory.getLogger(TenantMoveTest.class)
                    .warn("{} changes, pauses {} ms, longest write {} ms", changes, pauses, load.longestMillis());
        }
        assertThat(keys("tp-2")).isEmpty();
    }

    @Test
    void tenThousandObjectsAreMovedWithAShortPause() throws Exception {
        createMany(10_000);
        Map<String, Entry> before = keys("tp-1");

        TenantMove moved = move(TWO);

        assertThat(moved.objects()).isGreaterThan(10_000);
        assertThat(keys("tp-1")).isEmpty();
        Map<String, Entry> after = keys("tp-2");
        assertThat(after.remove(Home.key(T))).isNotNull();
        assertThat(after.keySet()).isEqualTo(before.keySet());
        LoggerFactory.getLogger(TenantMoveTest.class)
                .warn("{} keys moved, pause {} ms", moved.objects(), moved.pauseMillis());
        assertThat(moved.pauseMillis()).isLessThan(5_000);
    }

    @Test
    void versionsOfTheFormerPartitionAreNeverMisread() throws Exception {
        createMany(10);
        Query some = Query.namespace("default").page(3, Optional.empty());
        ResourcePage page = test.resources().list(T, Kind.DEPLOYMENT, some);
        Resource kept = test.resources().get(ref(Kind.DEPLOYMENT, "d1")).orElseThrow();
        Resource changed = test.resources().get(ref(Kind.DEPLOYMENT, "d2")).orElseThrow();

        move(TWO);

        requireSame(test.resources().get(ref(Kind.DEPLOYMENT, "d1")).orElseThrow(), kept);
        assertThatThrownBy(() -> test.resources().list(T, Kind.DEPLOYMENT, some.page(3, page.next())))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GONE));
        Resource updated =
                test.resources().update(T, kept.withMetadata(kept.metadata().withLabels(Map.of("a", "b"))));
        assertThat(Long.parseLong(updated.metadata().resourceVersion()))
                .isGreaterThan(Long.parseLong(page.resourceVersion()));
        test.resources().update(T, changed.withMetadata(changed.metadata().withLabels(Map.of("a", "1"))));
        assertThatThrownBy(() -> test.resources()
                        .update(T, changed.withMetadata(changed.metadata().withLabels(Map.of("a", "2")))))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
        test.resources().delete(ref(Kind.DEPLOYMENT, "d3"), DeleteOptions.DEFAULT);

        move(ONE);

        // The number of a revision that the first partition did have, in another era.
        assertThatThrownBy(() -> test.resources().watch(T, Kind.DEPLOYMENT, some, page.resourceVersion()))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GONE));
        assertThatThrownBy(() -> test.resources()
                        .update(T, kept.withMetadata(kept.metadata().withLabels(Map.of()))))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
        String now = test.resources().list(T, Kind.DEPLOYMENT, some).resourceVersion();
        try (ResourceWatch watch = test.resources().watch(T, Kind.DEPLOYMENT, some, now)) {
            Resource last = test.resources().create(T, deployment("last"));
            assertThat(watch.poll(Duration.ofSeconds(10)))
                    .singleElement()
                    .isInstanceOfSatisfying(ResourceEvent.Added.class, e -> requireSame(e.resource(), last));
        }
    }

    /** Times are stored in seconds, so an object that was just written may say more than one that was read. */
    private static void requireSame(Resource actual, Resource wanted) {
        assertThat(actual.metadata().uid()).isEqualTo(wanted.metadata().uid());
        assertThat(actual.metadata().resourceVersion())
                .isEqualTo(wanted.metadata().resourceVersion());
    }

    private void awaitClaimsOf(String partition) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> manager.claims().values().stream()
                .allMatch(c -> c.partition().equals(partition)));
    }

    @Test
    void anOldWordOfTheDirectoryOpensNothing() throws Exception {
        Partition directory = test.partitions.partitionService().directory().orElseThrow();
        Entry old = directory.get(ObjectKeys.tenant(T)).orElseThrow();
        Partition former = test.partitions.partition("tp-1");
        move(TWO);

        // Its watch of the directory may be that late.
        new TenantLifecycle(test.plane.shop(), test.partitions.partitionService(), former, tenant -> {})
                .settle(old, directory);

        assertThat(former.get(ObjectKeys.openTenant(T))).isEmpty();
        assertThat(former.get(Fence.key(T))).isPresent();
    }

    @Test
    void aLateBeginningClosesNothing() throws Exception {
        MoveRecord late = MoveRecord.begun("late", T, "uid", new PartitionId("tp-1"), TWO, 0);
        TenantImport copy = new TenantImport(late, Committer.of(test.partitions.partition("tp-2")));

        // Between its look at the target and what it does there, another leader carries the move out.
        assertThatThrownBy(
                        () -> copy.begin(() -> assertThatCode(() -> move(TWO)).doesNotThrowAnyException()))
                .isInstanceOf(TenantImport.Superseded.class);

        assertThat(test.partitions.partition("tp-2").get(Fence.key(T))).isEmpty();
    }

    @Test
    void podsKeepWhatTheyRunOn() throws Exception {
        manager.node("n1", "4", 10);
        test.resources().create(T, pod("a", "1"));
        test.resources().create(T, pod("b", "2"));
        awaitBound("a");
        awaitBound("b");
        test.resources().create(T, pod("large", "3"));
        Map<String, Claim> before = manager.claims();

        for (int i = 0; i < 10; i++) {
            move(TWO);
            awaitClaimsOf("tp-2");
            move(ONE);
            awaitClaimsOf("tp-1");
        }
        move(TWO);

        awaitClaimsOf("tp-2");
        assertThat(manager.claims().keySet()).isEqualTo(before.keySet());
        manager.claims().forEach((uid, c) -> {
            assertThat(c.token()).isEqualTo(before.get(uid).token());
            assertThat(c.releaseGraceSeconds()).isNull();
        });
        manager.report(String.valueOf(pod("a").metadata().uid()), running());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> "Running"
                .equals(pod("a").status().phase()));
        assertThat(pod("large").spec().nodeName()).isNull();

        manager.node("n2", "4", 10);

        awaitBound("large");
        test.resources().delete(ref(Kind.POD, "b"), DeleteOptions.DEFAULT);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> test.resources().get(ref(Kind.POD, "b")).isEmpty());
        assertThat(manager.claims()).hasSize(2);
        assertThat(manager.least()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void aClaimThatWasOnItsWayMeanwhileIsRefused() throws Exception {
        CompletableFuture<List<ClaimRequest>> onItsWay = new CompletableFuture<>();
        manager.delayed = onItsWay;
        manager.node("n1", "4", 10);
        test.resources().create(T, pod("a", "1"));
        List<ClaimRequest> late = onItsWay.get(20, TimeUnit.SECONDS);

        move(TWO);
        awaitBound("a");
        move(ONE);
        awaitClaimsOf("tp-1");

        assertThat(manager.claim(late).toCompletableFuture().get())
                .singleElement()
                .isInstanceOfSatisfying(
                        ClaimAnswer.Refused.class, r -> assertThat(r.code()).isEqualTo(ClaimAnswer.Code.STALE_EPOCH));
    }

    private static PodStatus running() {
        return new PodStatus("Running", null, null, "10.0.0.1", null, null, List.of(), List.of(), List.of(), null);
    }

    @Test
    void aManagerThatCannotBeReachedMeanwhileLosesNothing() throws Exception {
        manager.node("n1", "4", 10);
        test.resources().create(T, pod("a", "1"));
        awaitBound("a");
        Map<String, Claim> before = manager.claims();
        test.plane.removeManager(manager);
        test.resources().create(T, pod("late", "1"));

        move(TWO);
        move(ONE);
        move(TWO);
        test.plane.addManager(manager);

        awaitBound("late");
        assertThat(manager.claims()).hasSize(2).containsKeys(before.keySet().toArray(String[]::new));
        assertThat(manager.claims().values())
                .allMatch(c -> c.partition().equals("tp-2") && c.releaseGraceSeconds() == null);
        assertThat(pod("a").spec().nodeName()).isEqualTo("n1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"begun", "entered", "copied", "frozen", "caught up", "decided", "activated", "left", "cleared"})
    void aMoveThatEndedAnywhereIsFinishedByTheNextLeader(String step) throws Exception {
        restart(crashAt(step));
        createMany(50);
        Map<String, Entry> before = keys("tp-1");
        test.plane.moves().begin(T, TWO);
        awaitCrash(step);

        restart(s -> {});

        assertThat(test.plane
                        .moves()
                        .await(T, Duration.ofSeconds(60))
                        .orElseThrow()
                        .state())
                .isEqualTo(State.DONE);
        requireOnlyAt("tp-2", "tp-1", before);
        move(ONE);
        requireOnlyAt("tp-1", "tp-2", before);
    }

    @ParameterizedTest
    @CsvSource({
        "begun,no",
        "entered,no",
        "copied,no",
        "frozen,no",
        "caught up,no",
        "caught up,thawed",
        "copied,rolled back"
    })
    void aMoveThatIsGivenUpChangesNothing(String step, String again) throws Exception {
        restart(crashAt(step, again));
        createMany(50);
        Map<String, Entry> before = keys("tp-1");
        String version = test.resources()
                .list(T, Kind.DEPLOYMENT, Query.namespace("default"))
                .resourceVersion();
        ResourceWatch watch = test.resources().watch(T, Kind.DEPLOYMENT, Query.namespace("default"), version);
        test.plane.moves().begin(T, TWO);
        awaitCrash(step);
        test.plane.moves().abort(T);
        if (!again.equals("no")) {
            awaitCrash(again);
        }
        crash = s -> {};

        TenantMove over = test.plane.moves().await(T, Duration.ofSeconds(60)).orElseThrow();

        assertThat(over.state()).isEqualTo(State.ABORTED);
        requireOnlyAt("tp-1", "tp-2", before);
        Resource last = test.resources().create(T, deployment("last"));
        List<ResourceEvent> seen = new ArrayList<>();
        while (seen.isEmpty()) {
            watch.poll(Duration.ofSeconds(1)).stream()
                    .filter(e -> !(e instanceof ResourceEvent.Bookmark))
                    .forEach(seen::add);
        }
        assertThat(seen)
                .singleElement()
                .isInstanceOfSatisfying(ResourceEvent.Added.class, e -> requireSame(e.resource(), last));
        watch.close();
        move(TWO);
    }

    private volatile Consumer<String> crash = s -> {};
    private volatile String crashed = "";

    private Consumer<String> crashAt(String... steps) {
        return s -> {
            if (List.of(steps).contains(s)) {
                crashed = s;
                throw new IllegalStateException("crash after " + s);
            }
        };
    }

    private void awaitCrash(String step) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> crashed.equals(step));
    }

    private void restart(Consumer<String> moveReached) {
        test.close();
        crash = moveReached;
        begin(s -> crash.accept(s));
        test.plane.lead(test.partitions.partition("tp-2"));
    }

    private void requireOnlyAt(String there, String notThere, Map<String, Entry> before) throws Exception {
        assertThat(keys(notThere)).isEmpty();
        Map<String, Entry> now = keys(there);
        now.remove(Home.key(T));
        assertThat(now.keySet()).isEqualTo(before.keySet());
        assertThat(test.resources()
                        .list(T, Kind.DEPLOYMENT, Query.namespace("default"))
                        .items())
                .hasSize(50);
    }

    @Test
    void aMoveIsRefusedWithASentence() throws Exception {
        refused(() -> test.plane.moves().begin(T, ONE), Reason.INVALID, "already");
        refused(() -> test.plane.moves().begin(T, new PartitionId("tp-9")), Reason.INVALID, "partition-list");
        refused(() -> test.plane.moves().begin(T, new PartitionId("rm-1")), Reason.INVALID, "partition-list");
        refused(() -> test.plane.moves().begin(new TenantId("nobody"), TWO), Reason.NOT_FOUND, "nobody");
        refused(() -> test.plane.moves().abort(T), Reason.NOT_FOUND, "not being moved");
        assertThat(test.plane.moves().await(T, Duration.ZERO)).isEqualTo(Optional.empty());
    }

    private static void refused(Runnable call, Reason reason, String words) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tp-1", "tp-2", "tp-3"})
    void aTenantsNameCanBeUsedAgainAnywhere(String partition) throws Exception {
        test.partitions.create("tp-3", PartitionKind.TENANT);
        test.plane.lead(test.partitions.partition("tp-3"));
        manager.node("n1", "4", 10);
        TenantId name = new TenantId("again");
        test.resources().create(TenantId.SYSTEM, tenant("tp-1"));
        test.plane.moves().begin(name, TWO);
        assertThat(test.plane
                        .moves()
                        .await(name, Duration.ofSeconds(60))
                        .orElseThrow()
                        .state())
                .isEqualTo(State.DONE);
        test.plane.addController(ContentsController.ofTenants(), "test", "1.0.0");
        test.plane.addController(ContentsController.ofNamespaces(), "test", "1.0.0");
        test.resources().delete(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, "again"), DeleteOptions.DEFAULT);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> test.resources()
                .get(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, "again"))
                .isEmpty());

        test.resources().create(TenantId.SYSTEM, tenant(partition));

        test.resources().create(name, pod("first", "1"));
        ResourceRef first = new ResourceRef(name, Kind.POD, "default", "first");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        ((Pod) test.resources().get(first).orElseThrow()).spec().nodeName() != null);
        assertThat(manager.claims().values()).allMatch(c -> c.partition().equals(partition));
    }

    private Resource tenant(String partition) {
        return test.read("{apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: again}, spec: {partition: "
                + partition + "}}");
    }
}
