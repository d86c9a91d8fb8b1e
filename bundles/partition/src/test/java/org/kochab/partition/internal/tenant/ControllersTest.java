package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Action;
import org.kochab.api.model.DaemonSet;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome.Stored;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.controllers.internal.core.ActionController;
import org.kochab.controllers.internal.core.ContentsController;
import org.kochab.controllers.internal.core.DaemonSetController;
import org.kochab.controllers.internal.core.DeploymentController;
import org.kochab.controllers.internal.core.GarbageCollector;
import org.kochab.controllers.internal.core.ReplicaSetController;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;
import org.kochab.spi.scheduler.Scheduler;

@Timeout(240)
class ControllersTest {
    private static final TenantId T = TestPlane.TENANT;

    private TestPlane test;
    private LedgerManager manager;
    private Scheduler scheduler;

    @BeforeEach
    void start() {
        test = new TestPlane().ready();
        manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);
        test.plane.addManager(manager);
        scheduler = new FirstFit("spread");
        test.plane.addScheduler(scheduler, "test", "1.0.0");
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private void add(Controller controller) {
        test.plane.addController(controller, "test", "1.0.0");
    }

    private void addAll() {
        add(new DeploymentController());
        add(new ReplicaSetController());
        add(ContentsController.ofNamespaces());
        add(ContentsController.ofTenants());
        add(new ActionController());
        GarbageCollector.all().forEach(this::add);
    }

    /** Waits until a list is as wanted, looking again at each change. */
    private ResourcePage await(TenantId tenant, Kind kind, Predicate<ResourcePage> wanted) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(200).toNanos();
        ResourcePage page = test.resources().list(tenant, kind, Query.namespace(null));
        try (ResourceWatch watch =
                test.resources().watch(tenant, kind, Query.namespace(null), page.resourceVersion())) {
            while (!wanted.test(page) && System.nanoTime() < end) {
                watch.poll(Duration.ofSeconds(1));
                page = test.resources().list(tenant, kind, Query.namespace(null));
            }
        }
        assertThat(page).matches(wanted);
        return page;
    }

    private Deployment deployment(int replicas) {
        return (Deployment) test.read(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - {name: main, image: "web:1", resources: {requests: {cpu: 100m}}}
                """
                        .formatted(replicas));
    }

    private static boolean allBound(ResourcePage pods, int number) {
        return pods.items().size() == number
                && pods.items().stream().allMatch(r -> ((Pod) r).spec().nodeName() != null);
    }

    @Test
    void daemonSetsFollowTheNodesAndAreThePlatformsOnly() throws Exception {
        add(new DaemonSetController());
        manager.node("n1", "4", 110);
        Resource set = test.read(
                """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: logs}
                spec:
                  selector: {matchLabels: {app: logs}}
                  template:
                    metadata: {labels: {app: logs}}
                    spec: {containers: [{name: main, image: "logs:1"}]}
                """);
        assertThatThrownBy(() -> test.resources().apply(T, set))
                .hasMessageContaining(
                        "metadata.tenant: nodes are the platform's, so only tenant system has daemon sets");

        test.resources().apply(TenantId.SYSTEM, set);
        await(TenantId.SYSTEM, Kind.POD, pods -> pods.items().size() == 1);
        manager.node("n2", "4", 110);
        await(TenantId.SYSTEM, Kind.POD, pods -> pods.items().size() == 2);
        await(TenantId.SYSTEM, Kind.DAEMON_SET, sets -> {
            DaemonSet.Status s = ((DaemonSet) sets.items().get(0)).status();
            return s != null
                    && s.desiredNumberScheduled() == 2
                    && Long.valueOf(1).equals(s.observedGeneration());
        });
    }

    @Test
    void anActionIsAskedForUntilItsNodeAnswersWhoeverLeadsAndGoesWithItsPod() throws Exception {
        addAll();
        manager.node("n1", "4", 110);
        for (Resource r : test.readAll(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: vm}
                spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 100m}}}]}
                ---
                apiVersion: kochab.org/v1
                kind: Action
                metadata: {name: a}
                spec: {pod: vm, action: Snapshot, snapshotName: one}
                """)) {
            test.resources().apply(T, r);
        }
        LedgerManager.Asked first = command();
        assertThat(first.command()).isInstanceOfSatisfying(NodeCommand.Act.class, c -> {
            assertThat(c.action()).isEqualTo("Snapshot");
            assertThat(c.snapshotName()).isEqualTo("one");
            assertThat(c.container()).isEqualTo("main");
        });
        first.exit().completeExceptionally(new IllegalStateException("Node n1 is Lost."));
        String correlation = correlation(first);
        assertThat(correlation(command())).isEqualTo(correlation);

        test.plane.lead(test.partitions.partition("tp-1"));
        // What the former leader asked for on its way out is not heard by the next, which asks itself.
        ResourcePage page = await(T, Kind.ACTION, p -> {
            for (LedgerManager.Asked a = manager.commands.poll(); a != null; a = manager.commands.poll()) {
                assertThat(correlation(a)).isEqualTo(correlation);
                a.sink().output(false, "The snapshot was taken.".getBytes(StandardCharsets.UTF_8));
                a.exit().complete(NodeCommand.Act.DONE);
            }
            return p.items().size() == 1 && ((Action) p.items().get(0)).finished();
        });
        Action.Status end = ((Action) page.items().get(0)).status();
        assertThat(end.phase()).isEqualTo(Action.SUCCEEDED);
        assertThat(end.message()).isEqualTo("The snapshot was taken.");
        assertThat(end.node()).isEqualTo("n1");

        test.resources().delete(new ResourceRef(T, Kind.POD, "default", "vm"), DeleteOptions.DEFAULT);
        await(T, Kind.ACTION, p -> p.items().isEmpty());
    }

    private LedgerManager.Asked command() throws InterruptedException {
        LedgerManager.Asked asked = manager.commands.poll(60, TimeUnit.SECONDS);
        assertThat(asked).isNotNull();
        return asked;
    }

    private static String correlation(LedgerManager.Asked asked) {
        return ((NodeCommand.Act) asked.command()).correlation();
    }

    @Test
    void aDeploymentBecomesPlacedPodsAndGoesWithThem() throws Exception {
        addAll();
        manager.node("n1", "4", 110);
        test.resources().apply(T, deployment(5));
        await(T, Kind.POD, p -> allBound(p, 5));
        assertThat(manager.claims()).hasSize(5);

        test.resources().apply(T, deployment(2));
        await(T, Kind.POD, p -> allBound(p, 2));

        test.resources().delete(new ResourceRef(T, Kind.DEPLOYMENT, "default", "web"), DeleteOptions.DEFAULT);
        await(T, Kind.DEPLOYMENT, p -> p.items().isEmpty());
        assertThat(test.resources().list(T, Kind.POD, Query.namespace(null)).items())
                .isEmpty();
        assertThat(test.resources()
                        .list(T, Kind.REPLICA_SET, Query.namespace(null))
                        .items())
                .isEmpty();
        assertThat(manager.claims()).isEmpty();
        ResourcePage events =
                await(T, Kind.EVENT, p -> p.items().stream().anyMatch(e -> "Scheduled".equals(((Event) e).reason())));
        assertThat(events.items()).isNotEmpty();
    }

    @Test
    void aTenantUnderDeletionFinishesWhileObjectsAreCreated() throws Exception {
        addAll();
        manager.node("n1", "100", 5_000);
        test.resources()
                .create(
                        TenantId.SYSTEM,
                        test.read(
                                """
                {apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: doomed}}
                """));
        TenantId doomed = new TenantId("doomed");
        test.resources().create(doomed, test.read("{apiVersion: v1, kind: Namespace, metadata: {name: team}}"));
        Pod template = (Pod)
                test.read(
                        """
                apiVersion: v1
                kind: Pod
                metadata: {generateName: p-, namespace: team}
                spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 10m}}}]}
                """);
        AtomicBoolean gone = new AtomicBoolean();
        AtomicInteger created = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(500);
        Thread writer = new Thread(() -> {
            while (!gone.get() && refused.get() < 100_000) {
                List<Resource> some = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    some.add(template);
                }
                try {
                    test.resources().createAll(doomed, some).forEach(o -> {
                        (o instanceof Stored ? created : refused).incrementAndGet();
                        begun.countDown();
                    });
                } catch (org.kochab.api.resource.ResourceException e) {
                    refused.addAndGet(10);
                }
            }
        });
        writer.start();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        test.resources().delete(new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, "doomed"), DeleteOptions.DEFAULT);
        await(TenantId.SYSTEM, Kind.TENANT, p -> p.items().stream()
                .noneMatch(t -> "doomed".equals(t.metadata().name())));
        gone.set(true);
        writer.join();

        assertThat(created.get()).isGreaterThanOrEqualTo(500);
        assertThat(refused.get()).isPositive();
        for (String prefix : List.of("pods/", "namespaces/", "events/", "open-namespace/")) {
            assertThat(test.partitions
                            .partition("tp-1")
                            .list(prefix + "doomed/", 10)
                            .entries())
                    .as(prefix)
                    .isEmpty();
        }
        // The name can be used again, for an empty tenant.
        test.resources()
                .create(
                        TenantId.SYSTEM,
                        test.read(
                                """
                {apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: doomed}}
                """));
        assertThat(test.resources()
                        .list(doomed, Kind.POD, Query.namespace(null))
                        .items())
                .isEmpty();
    }

    /** Notes whether it was ever called twice at a time for one object, and fails as often as told. */
    private static final class Watchful implements Controller {
        final Map<ResourceRef, AtomicInteger> calls = new ConcurrentHashMap<>();
        final AtomicInteger overlaps = new AtomicInteger();
        final CountDownLatch enough;
        /** The tenant's namespaces that it was not called for yet. */
        final CountDownLatch unseen = new CountDownLatch(3);

        final int failures;
        private final Map<ResourceRef, AtomicBoolean> inside = new ConcurrentHashMap<>();

        Watchful(int failures, int enough) {
            this.failures = failures;
            this.enough = new CountDownLatch(enough);
        }

        @Override
        public String name() {
            return "watchful";
        }

        @Override
        public Kind kind() {
            return Kind.NAMESPACE;
        }

        @Override
        public List<Kind> owns() {
            return List.of();
        }

        @Override
        public Outcome reconcile(ControllerContext context, ResourceRef object) {
            AtomicBoolean here = inside.computeIfAbsent(object, o -> new AtomicBoolean());
            if (!here.compareAndSet(false, true)) {
                overlaps.incrementAndGet();
            }
            try {
                int call =
                        calls.computeIfAbsent(object, o -> new AtomicInteger()).incrementAndGet();
                if (call == 1 && object.tenant().equals(T)) {
                    unseen.countDown();
                }
                context.get(object).ifPresent(n -> context.event(n, "Normal", "Seen", "seen"));
                enough.countDown();
                if (call <= failures) {
                    throw new IllegalStateException("not yet");
                }
                return call < failures + 5 ? new Outcome.Again(Duration.ofMillis(1)) : Outcome.DONE;
            } finally {
                here.set(false);
            }
        }
    }

    @Test
    void aControllerIsCalledForEveryObjectAndAgainAfterFailures() throws Exception {
        Watchful first = new Watchful(3, 3 * 8);
        add(first);
        for (int i = 0; i < 20; i++) {
            Resource ns = test.resources()
                    .get(new ResourceRef(T, Kind.NAMESPACE, null, "default"))
                    .orElseThrow();
            test.resources().apply(T, ns.withMetadata(ns.metadata().withLabels(Map.of("n", "v" + i))));
        }
        assertThat(first.enough.await(60, TimeUnit.SECONDS)).isTrue();
        test.plane.removeController(first);
        int calls = first.calls.values().stream().mapToInt(AtomicInteger::get).sum();

        Watchful next = new Watchful(0, 1);
        add(next);
        assertThat(next.unseen.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.calls.values().stream().mapToInt(AtomicInteger::get).sum())
                .isEqualTo(calls);
        assertThat(first.overlaps.get() + next.overlaps.get()).isZero();
        assertThat(next.calls.keySet()).extracting(ResourceRef::name).contains("default", "kube-public", "kube-system");
    }

    /** Looks at pods. */
    private abstract static class PodWatcher implements Controller {
        private final String name;

        PodWatcher(String name) {
            this.name = name;
        }

        abstract void look(Pod pod);

        @Override
        public String name() {
            return name;
        }

        @Override
        public Kind kind() {
            return Kind.POD;
        }

        @Override
        public List<Kind> owns() {
            return List.of();
        }

        @Override
        public Outcome reconcile(ControllerContext context, ResourceRef object) {
            context.get(object).map(Pod.class::cast).ifPresent(this::look);
            return Outcome.DONE;
        }
    }

    @Test
    void whoMakesNothingOfNodesIsNotCalledForABinding() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch bound = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(1);
        AtomicBoolean called = new AtomicBoolean();
        add(new PodWatcher("a-quiet") {
            @Override
            public boolean watchesBindings() {
                return false;
            }

            @Override
            void look(Pod pod) {
                boolean other = "other".equals(pod.metadata().name());
                (other ? others : first).countDown();
                if (!other && pod.spec().nodeName() != null) {
                    called.set(true);
                }
            }
        });
        add(new PodWatcher("b-loud") {
            @Override
            void look(Pod pod) {
                if (pod.spec().nodeName() != null) {
                    bound.countDown();
                }
            }
        });
        test.plane.removeScheduler(scheduler);
        manager.node("n1", "4", 110);
        // Whoever comes is called for all there are: that is over when a later one was.
        Watchful later = new Watchful(0, 1);
        add(later);
        assertThat(later.enough.await(60, TimeUnit.SECONDS)).isTrue();
        test.resources().create(T, pod("first"));
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        test.plane.addScheduler(scheduler, "test", "1.0.0");
        assertThat(bound.await(60, TimeUnit.SECONDS)).isTrue();
        test.resources().create(T, pod("other"));
        assertThat(others.await(60, TimeUnit.SECONDS)).isTrue();

        assertThat(called).isFalse();
    }

    private Resource pod(String name) {
        return test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 10m}}}]}
                """
                        .formatted(name));
    }
}
