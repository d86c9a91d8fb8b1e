package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.node.Reading;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.store.memory.MemoryStore;

class SchedulingTest {
    private static final TenantId T = TestPlane.TENANT;

    private final MemoryStore store = new MemoryStore();
    private TestPlane test;
    private LedgerManager manager;
    private FirstFit scheduler;

    @BeforeEach
    void start() {
        begin(store);
    }

    private void begin(MemoryStore on) {
        begin(new TestPlane(on));
    }

    private void begin(TestPlane plane) {
        test = plane.ready();
        manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);
        scheduler = new FirstFit("spread");
        test.plane.addManager(manager);
        test.plane.addScheduler(scheduler, "test", "1.0.0");
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private Pod pod(String name, String cpu) {
        return (Pod) test.read(
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

    private static ResourceRef ref(String name) {
        return new ResourceRef(T, Kind.POD, "default", name);
    }

    /** Waits until the pod is as wanted. */
    private Pod await(String name, Predicate<Pod> wanted) throws Exception {
        Query one = Query.namespace("default").withFields(Map.of("metadata.name", name));
        var page = test.resources().list(T, Kind.POD, one);
        try (ResourceWatch watch = test.resources().watch(T, Kind.POD, one, page.resourceVersion())) {
            for (Resource r : page.items()) {
                if (wanted.test((Pod) r)) {
                    return (Pod) r;
                }
            }
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < end) {
                for (ResourceEvent e : watch.poll(Duration.ofSeconds(1))) {
                    Resource r = e instanceof ResourceEvent.Added a
                            ? a.resource()
                            : e instanceof ResourceEvent.Modified m ? m.resource() : null;
                    if (r != null && wanted.test((Pod) r)) {
                        return (Pod) r;
                    }
                }
            }
        }
        throw new AssertionError(
                name + " did not become as wanted: " + test.resources().get(ref(name)));
    }

    private void awaitGone(String name) throws Exception {
        Query one = Query.namespace("default").withFields(Map.of("metadata.name", name));
        var page = test.resources().list(T, Kind.POD, one);
        if (page.items().isEmpty()) {
            return;
        }
        try (ResourceWatch watch = test.resources().watch(T, Kind.POD, one, page.resourceVersion())) {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < end) {
                for (ResourceEvent e : watch.poll(Duration.ofSeconds(1))) {
                    if (e instanceof ResourceEvent.Deleted) {
                        return;
                    }
                }
            }
        }
        throw new AssertionError(name + " is not gone");
    }

    private static boolean isBound(Pod pod) {
        return pod.spec().nodeName() != null;
    }

    private static Condition condition(Pod pod, String type) {
        return pod.status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElse(new Condition(type, "Unknown", null, null, null));
    }

    private static PodStatus running(boolean ready) {
        return new PodStatus(
                "Running",
                null,
                null,
                "10.0.0.1",
                null,
                null,
                List.of(),
                List.of(new PodStatus.ContainerStatus("main", "web:1", null, "c1", ready, 0, null, null, null)),
                List.of(),
                null);
    }

    @Test
    void aPodIsPlacedClaimedBoundReportedAndEnded() throws Exception {
        manager.node("n1", "2", 110);
        test.resources().create(T, pod("a", "500m"));

        Pod bound = await("a", SchedulingTest::isBound);
        assertThat(bound.spec().nodeName()).isEqualTo("n1");
        assertThat(condition(bound, "PodScheduled").isTrue()).isTrue();
        Claim claim = manager.claims().get(bound.metadata().uid());
        assertThat(claim.requests()).containsEntry("cpu", 500L).containsEntry("pods", 1L);

        manager.report(bound.metadata().uid(), running(false));
        Pod running = await("a", p -> "Running".equals(p.status().phase()));
        assertThat(condition(running, "Ready").status()).isEqualTo("False");
        manager.report(bound.metadata().uid(), running(true));
        Pod ready = await("a", p -> condition(p, "Ready").isTrue());
        assertThat(ready.status().containerStatuses()).hasSize(1);

        manager.nodesConfirm = false;
        Resource marked = test.resources().delete(ref("a"), new DeleteOptions(7L, false, null, false));
        assertThat(marked.metadata().deletionGracePeriodSeconds()).isEqualTo(7);
        awaitClaim(bound.metadata().uid(), 7);
        assertThat(test.resources().get(ref("a"))).isPresent();
        manager.confirm(bound.metadata().uid());
        awaitGone("a");
        assertThat(manager.least()).isGreaterThanOrEqualTo(0);
    }

    /** Does not come back. */
    private static final class Hangs implements Scheduler {
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public String name() {
            return "spread";
        }

        @Override
        public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    // It hangs on.
                }
            }
            return List.of();
        }
    }

    @Test
    void podsWaitForASchedulerThatHangsAndAreTakenByTheNextOne() throws Exception {
        test.close();
        begin(new TestPlane(new Vendors(new Admission(), new EventSinks(), new BindHooks(), Duration.ofSeconds(1))));
        Hangs hangs = new Hangs();
        test.plane.removeScheduler(scheduler);
        test.plane.addScheduler(hangs, "com.acme", "1.2.0");
        manager.node("n1", "2", 110);
        test.resources().create(T, pod("a", "500m"));

        String who = "scheduler 'spread' of com.acme 1.2.0 did not end a ";
        Pod waiting = await(
                "a", p -> String.valueOf(condition(p, "PodScheduled").message()).contains(who));
        assertThat(condition(waiting, "PodScheduled").status()).isEqualTo("False");
        assertThat(test.plane.explain(T, "default", "a").orElseThrow().message())
                .contains(who);
        assertThat(test.plane.plugins().plugins())
                .filteredOn(p -> p.kind().equals(Plugin.SCHEDULER))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.state()).isEqualTo("Quarantined");
                    assertThat(p.message()).startsWith("tp-1: " + who);
                });

        test.plane.removeScheduler(hangs);
        test.plane.addScheduler(scheduler, "test", "1.0.0");
        await("a", SchedulingTest::isBound);
        hangs.release.countDown();
    }

    @Test
    void plugInsThatABundleReportsAreListed() {
        test.plane.addReport(
                () -> List.of(
                        new Plugin(Plugin.SCORER, "x", "com.acme", "1.2.0", List.of(), "Quarantined", "It failed.")),
                "test");
        test.plane.addReport(
                () -> {
                    throw new IllegalStateException("expected by the test");
                },
                "hostile");

        assertThat(test.plane.plugins().plugins())
                .contains(new Plugin(
                        Plugin.SCORER, "x", "com.acme", "1.2.0", List.of("tp-1"), "Quarantined", "It failed."));
    }

    private void awaitClaim(String uid, long grace) throws Exception {
        var watched = test.partitions.partition("rm-1");
        try (var watch = watched.watch("claim/", watched.revision())) {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < end) {
                Claim claim = manager.claims().get(uid);
                if (claim != null && Long.valueOf(grace).equals(claim.releaseGraceSeconds())) {
                    return;
                }
                watch.poll(Duration.ofMillis(500));
            }
        }
        throw new AssertionError("not released");
    }

    @Test
    void whatDoesNotFitIsExplainedAndPlacedWhenItDoes() throws Exception {
        manager.node("n1", "1", 110);
        test.resources().create(T, pod("big", "4"));

        Pod refused = await("big", p -> condition(p, "PodScheduled").status().equals("False"));
        assertThat(condition(refused, "PodScheduled").message()).contains("0/1 nodes", "too little is free");
        PodPlacement why = test.plane.explain(T, "default", "big").orElseThrow();
        assertThat(why.state()).isEqualTo(PodPlacement.State.REFUSED);
        assertThat(why.scheduler()).isEqualTo("spread");
        assertThat(why.refusals()).hasSize(1);
        assertThat(why.attempts()).isPositive();

        manager.node("n2", "8", 110);
        assertThat(await("big", SchedulingTest::isBound).spec().nodeName()).isEqualTo("n2");
    }

    @Test
    void podsWaitForASchedulerAndGoOnWithTheNext() throws Exception {
        manager.node("n1", "100", 1_000);
        test.plane.removeScheduler(scheduler);
        test.resources().create(T, pod("a", "1"));
        test.plane.addScheduler(new FirstFit("spread"), "other", "2.0.0");
        await("a", SchedulingTest::isBound);
    }

    /** Of some, the fastest counts: this machine may do other things too. */
    @Test
    void aSchedulerThatComesIsGivenAtOnceWhatHasWaitedForIt() throws Exception {
        manager.node("n1", "100", 1_000);
        long soon = Duration.ofMillis(40).toNanos();
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 100 && fastest > soon; i++) {
            String name = "a" + i;
            test.plane.removeScheduler(scheduler);
            test.resources().create(T, pod(name, "1"));
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!isToldThatThereIsNone(name) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            long begun = System.nanoTime();
            test.plane.addScheduler(scheduler, "test", "1.0.0");
            await(name, SchedulingTest::isBound);
            fastest = Math.min(fastest, System.nanoTime() - begun);
        }
        assertThat(fastest).isLessThanOrEqualTo(soon);
    }

    private boolean isToldThatThereIsNone(String name) {
        return test.plane
                .explain(T, "default", name)
                .filter(p -> p.message().contains("is not installed"))
                .isPresent();
    }

    @Test
    @Timeout(240)
    void swappingTheSchedulerPlacesEveryPodOnce() throws Exception {
        manager.node("n1", "1000", 5_000);
        Pod template = pod("x", "100m");
        List<Resource> pods = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            pods.add(template.withMetadata(template.metadata().withName("p-" + i)));
        }
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 20; i++) {
                test.resources().createAll(T, pods.subList(i * 50, i * 50 + 50));
            }
        });
        writer.start();
        FirstFit current = scheduler;
        FirstFit binpack = new FirstFit("binpack");
        test.plane.addScheduler(binpack, "test", "1.0.0");
        for (int i = 0; i < 30; i++) {
            test.partitions
                    .partitionService()
                    .useScheduler(new org.kochab.api.partition.PartitionId("tp-1"), i % 2 == 0 ? "binpack" : "spread")
                    .toCompletableFuture()
                    .get(30, java.util.concurrent.TimeUnit.SECONDS);
            FirstFit next = new FirstFit("spread");
            test.plane.removeScheduler(current);
            test.plane.addScheduler(next, "test", "1.0." + i);
            current = next;
        }
        writer.join();
        awaitBound(T, 1_000);
        assertThat(manager.claims()).hasSize(1_000);
        assertThat(manager.least()).isGreaterThanOrEqualTo(0);
        assertThat(test.plane.plugins().plugins()).extracting(p -> p.name()).contains("binpack", "spread");
    }

    @Test
    void aStaticPodIsClaimedToo() throws Exception {
        manager.node("n1", "1", 110);
        Pod p = pod("static", "500m");
        Resource stored = test.resources().create(T, p.withSpec(p.spec().withNodeName("n1")));
        awaitClaims(1);
        assertThat(manager.claims()).containsKey(stored.metadata().uid());
        test.resources().delete(ref("static"), DeleteOptions.DEFAULT);
        awaitGone("static");
        assertThat(manager.claims()).isEmpty();
    }

    private void awaitClaims(int number) throws Exception {
        var managed = test.partitions.partition("rm-1");
        try (var watch = managed.watch("claim/", managed.revision())) {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (manager.claims().size() != number && System.nanoTime() < end) {
                watch.poll(Duration.ofMillis(200));
            }
        }
        assertThat(manager.claims()).hasSize(number);
    }

    @Test
    void theNextLeaderSettlesWhatTheFormerLeft() throws Exception {
        manager.node("n1", "10", 110);
        test.plane.removeManager(manager);
        Resource kept = test.resources().create(T, pod("kept", "1"));
        test.close();
        // As after a crash between claim and bind, and with a claim whose pod was deleted.
        test = new TestPlane(store.restarted());
        manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);
        manager.node("n1", "10", 110);
        Claim claim = new Claim(
                kept.metadata().uid(),
                1,
                "default",
                "default",
                "kept",
                "tp-1",
                "n1",
                Map.of("cpu", 1000L, "pods", 1L),
                Map.of(),
                ((Pod) kept).spec(),
                0,
                null,
                false);
        Claim orphan = new Claim(
                "0000",
                1,
                "default",
                "default",
                "gone",
                "tp-1",
                "n1",
                Map.of("cpu", 1000L, "pods", 1L),
                Map.of(),
                ((Pod) kept).spec(),
                0,
                null,
                false);
        manager.claim(List.of(
                        new org.kochab.api.node.ClaimRequest(claim, new Reading(1, 0), null),
                        new org.kochab.api.node.ClaimRequest(orphan, new Reading(1, 0), null)))
                .toCompletableFuture()
                .get();
        test.plane.addManager(manager);
        test.ready();
        assertThat(await("kept", SchedulingTest::isBound).spec().nodeName()).isEqualTo("n1");
        awaitClaims(1);
        assertThat(manager.claims()).containsOnlyKeys(kept.metadata().uid());
    }

    @Test
    void podsLeaveNodesTheyDoNotTolerate() throws Exception {
        manager.node("n1", "10", 110);
        Pod p = pod("a", "1");
        test.resources().create(T, p);
        await("a", SchedulingTest::isBound);
        manager.node("n1", "10", 110, new Node.Taint("maintenance", null, "NoExecute", null));
        awaitGone("a");
    }

    @Test
    @Timeout(300)
    void tenThousandPodsOfTwoPartitionsNeverOversellANode() throws Exception {
        test.partitions.create("tp-2", org.kochab.api.partition.PartitionKind.TENANT);
        test.plane.lead(test.partitions.partition("tp-2"));
        test.resources()
                .create(
                        TenantId.SYSTEM,
                        test.read(
                                """
                apiVersion: kochab.org/v1
                kind: Tenant
                metadata: {name: other}
                spec: {partition: tp-2}
                """));
        int each = 5_000;
        for (int i = 0; i < 100; i++) {
            manager.node("n" + i, "10", 100);
        }
        List<Resource> pods = new ArrayList<>();
        Pod template = pod("x", "100m");
        for (int i = 0; i < each; i++) {
            pods.add(template.withMetadata(template.metadata().withName("p-" + i)));
        }
        Thread second = new Thread(() -> test.resources().createAll(new TenantId("other"), pods));
        second.start();
        test.resources().createAll(T, pods);
        second.join();
        awaitBound(T, each);
        awaitBound(new TenantId("other"), each);
        assertThat(manager.least()).isZero();
        assertThat(manager.claims()).hasSize(2 * each);
        Map<String, Claim> claims = manager.claims();
        Set<String> uids = new HashSet<>();
        for (TenantId t : List.of(T, new TenantId("other"))) {
            for (Resource r :
                    test.resources().list(t, Kind.POD, Query.namespace(null)).items()) {
                Pod bound = (Pod) r;
                assertThat(uids.add(bound.metadata().uid())).isTrue();
                assertThat(claims.get(bound.metadata().uid()).node())
                        .isEqualTo(bound.spec().nodeName());
            }
        }
    }

    private void awaitBound(TenantId tenant, int number) throws Exception {
        var page = test.resources().list(tenant, Kind.POD, Query.namespace(null));
        Set<String> bound = new HashSet<>();
        page.items().stream()
                .filter(r -> isBound((Pod) r))
                .forEach(r -> bound.add(r.metadata().uid()));
        try (ResourceWatch watch =
                test.resources().watch(tenant, Kind.POD, Query.namespace(null), page.resourceVersion())) {
            long end = System.nanoTime() + Duration.ofSeconds(240).toNanos();
            while (bound.size() < number && System.nanoTime() < end) {
                for (ResourceEvent e : watch.poll(Duration.ofSeconds(1))) {
                    if (e instanceof ResourceEvent.Modified m && isBound((Pod) m.resource())) {
                        bound.add(m.resource().metadata().uid());
                    }
                }
            }
        }
        assertThat(bound).hasSize(number);
    }
}
