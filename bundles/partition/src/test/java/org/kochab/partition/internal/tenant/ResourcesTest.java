package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Action;
import org.kochab.api.model.Container;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.partition.internal.core.tenant.PodRequests;

class ResourcesTest {
    private static final TenantId T = TestPlane.TENANT;

    private TestPlane test;
    private ResourceService resources;

    @BeforeEach
    void start() {
        test = new TestPlane().ready();
        resources = test.resources();
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private Resource pod(String name) {
        return pod(name, "app: web");
    }

    private Resource pod(String name, String label) {
        return test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  labels: {%s}
                spec:
                  containers:
                  - name: main
                    image: registry.local/web:1
                    resources:
                      limits: {cpu: 100m, memory: 64Mi}
                """
                        .formatted(name, label));
    }

    private Resource deployment(String replicas) {
        return test.read(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  %s
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers:
                      - {name: main, image: nginx, ports: [{containerPort: 80}]}
                """
                        .formatted(replicas));
    }

    private static void refused(ThrowingCallable call, Reason reason, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContainingAll(words);
    }

    private static ResourceRef ref(Kind kind, String name) {
        return new ResourceRef(T, kind, kind == Kind.NAMESPACE ? null : "default", name);
    }

    @Test
    void aNewPodIsCompletedAndFound() {
        Pod stored = (Pod) resources.create(T, pod("a"));

        assertThat(stored.spec().restartPolicy()).isEqualTo("Always");
        assertThat(stored.spec().terminationGracePeriodSeconds()).isEqualTo(30);
        assertThat(stored.spec().containers().get(0).imagePullPolicy()).isEqualTo("IfNotPresent");
        assertThat(stored.spec().containers().get(0).resources().requests()).containsEntry("cpu", "100m");
        assertThat(stored.status().phase()).isEqualTo("Pending");
        assertThat(stored.metadata().uid()).isNotNull();
        assertThat(stored.metadata().namespace()).isEqualTo("default");
        assertThat(stored.metadata().tenant()).isEqualTo("default");
        assertThat(resources.get(ref(Kind.POD, "a"))).contains(stored);
        refused(() -> resources.create(T, pod("a")), Reason.ALREADY_EXISTS, "default/a");
    }

    @Test
    void aVirtualMachineAsksForItsSizeAsAContainerDoes() {
        Pod stored = (Pod)
                resources.create(
                        T,
                        test.read(
                                """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: a}
                        spec:
                          virtualMachine:
                            name: vm
                            image: debian.qcow2
                            userData: aGVsbG8=
                            publicKey: ssh-ed25519 AAAA me
                            powerSpec: Running
                            shutdownBehavior: terminate
                            ports: [{containerPort: 22, hostPort: 2222}]
                            resources:
                              requests: {cpu: 500m}
                              limits: {cpu: 2, memory: 512Mi}
                        """));

        assertThat(stored.spec().runtimeKind()).isEqualTo("vm");
        assertThat(PodRequests.of(stored.spec()))
                .containsExactlyInAnyOrderEntriesOf(Map.of("cpu", 500L, "memory", 512L << 20, "pods", 1L));
        assertThat(stored.spec().tasks())
                .singleElement()
                .satisfies(c -> assertThat(c.name()).isEqualTo("vm"))
                .satisfies(c -> assertThat(c.ports().get(0).protocol()).isEqualTo("TCP"));
        assertThat(resources.get(ref(Kind.POD, "a"))).contains(stored);
        assertThat(stored.spec().virtualMachine().shutdownBehavior()).isEqualTo("terminate");
    }

    @Test
    void aFunctionSaysWhatItIsNotTold() {
        Function stored = (Function)
                resources.create(
                        T,
                        test.read(
                                """
                        apiVersion: kochab.org/v1
                        kind: Function
                        metadata: {name: a}
                        spec: {image: /f.wasm, resources: {limits: {memory: 8Mi}}}
                        """));

        assertThat(stored.spec().replicas()).isEqualTo(1);
        assertThat(stored.spec().warm()).isEqualTo(1);
        assertThat(stored.spec().concurrency()).isEqualTo(4);
        assertThat(stored.spec().timeoutSeconds()).isEqualTo(10);
        assertThat(stored.spec().idleSeconds()).isEqualTo(300);
        assertThat(stored.spec().resources().requests()).containsEntry("memory", "8Mi");
        assertThat(resources.get(ref(Kind.FUNCTION, "a")))
                .map(f -> ((Function) f).spec())
                .contains(stored.spec());

        resources.update(T, stored.withSpec(stored.spec().withReplicas(0)));
        Function again = (Function) resources
                .apply(
                        T,
                        test.read(
                                """
                        apiVersion: kochab.org/v1
                        kind: Function
                        metadata: {name: a}
                        spec: {image: /g.wasm, resources: {limits: {memory: 8Mi}}}
                        """))
                .resource();
        assertThat(again.spec().replicas()).isZero();
        assertThat(again.spec().image()).isEqualTo("/g.wasm");

        Pod pod = (Pod)
                resources.create(
                        T,
                        test.read(
                                """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: a}
                        spec:
                          function: {name: f, image: /f.wasm, resources: {limits: {cpu: 50m, memory: 8Mi}}}
                        """));
        assertThat(pod.spec().runtimeKind()).isEqualTo("wasm");
        assertThat(pod.spec().function().concurrency()).isEqualTo(4);
        assertThat(PodRequests.of(pod.spec()))
                .containsExactlyInAnyOrderEntriesOf(Map.of("cpu", 50L, "memory", 8L << 20, "pods", 1L));

        Pod labelled = (Pod) resources.update(T, pod.withMetadata(pod.metadata().withLabels(Map.of("app", "web"))));
        assertThat(labelled.spec()).isEqualTo(pod.spec());
        assertThat(labelled.metadata().labels()).containsEntry("app", "web");
        refused(
                () -> resources.update(
                        T,
                        labelled.withSpec(labelled.spec().toBuilder()
                                .function(pod.spec().function().withResources(null))
                                .build())),
                Reason.INVALID,
                "spec.function");
    }

    @Test
    void aNewTenantHasItsNamespaces() {
        resources.create(
                TenantId.SYSTEM, test.read("{apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: acme}}"));
        TenantId acme = new TenantId("acme");

        assertThat(names(resources.list(acme, Kind.NAMESPACE, Query.namespace(null))))
                .containsExactly("default", "kube-public", "kube-system");
        resources.create(acme, pod("a"));
        assertThat(names(resources.list(acme, Kind.POD, Query.namespace(null)))).containsExactly("a");
        assertThat(resources.list(T, Kind.POD, Query.namespace(null)).items()).isEmpty();
        assertThat(names(resources.list(TenantId.SYSTEM, Kind.TENANT, Query.namespace(null))))
                .containsExactly("acme", "default", "system");
    }

    @Test
    void unknownTenantsAndNamespacesAreNamed() {
        refused(() -> resources.create(new TenantId("nobody"), pod("a")), Reason.NOT_FOUND, "nobody");
        Resource elsewhere = pod("a").withMetadata(pod("a").metadata().withPlace(null, "nowhere"));
        refused(() -> resources.create(T, elsewhere), Reason.NOT_FOUND, "nowhere", "create it first");
        refused(
                () -> resources.apply(
                        T, pod("a").withMetadata(pod("a").metadata().withPlace("other", null))),
                Reason.INVALID,
                "metadata.tenant");
    }

    @Test
    void applyCreatesConfiguresAndLeavesUnchanged() {
        Applied first = resources.apply(T, deployment("replicas: 3"));
        assertThat(first.change()).isEqualTo(Applied.Change.CREATED);
        assertThat(resources.apply(T, deployment("replicas: 3")).change()).isEqualTo(Applied.Change.UNCHANGED);

        Applied scaled = resources.apply(T, deployment("replicas: 5"));
        assertThat(scaled.change()).isEqualTo(Applied.Change.CONFIGURED);
        assertThat(scaled.resource().metadata().generation()).isEqualTo(2);
        Deployment kept = (Deployment) resources.apply(T, deployment("")).resource();
        assertThat(kept.spec().replicas()).isEqualTo(5);
        assertThat(kept.spec().strategy().rollingUpdate().maxSurge()).isEqualTo("25%");
    }

    @Test
    void dryRunChangesNothing() {
        assertThat(resources.dryRun(T, pod("a")).change()).isEqualTo(Applied.Change.CREATED);
        assertThat(resources.get(ref(Kind.POD, "a"))).isEmpty();
        resources.create(T, pod("a"));
        assertThat(resources.dryRun(T, pod("a", "app: other")).change()).isEqualTo(Applied.Change.CONFIGURED);
        assertThat(resources.get(ref(Kind.POD, "a")).get().metadata().labels()).containsEntry("app", "web");
    }

    @Test
    void onlySizesOfAPodCanChange() {
        resources.create(T, sized("limits: {cpu: 1, memory: 64Mi}"));
        Pod larger = (Pod)
                resources.apply(T, sized("limits: {cpu: 2, memory: 128Mi}")).resource();
        assertThat(larger.metadata().generation()).isEqualTo(2);
        assertThat(larger.spec().containers().get(0).resources().requests())
                .containsEntry("cpu", "2")
                .containsEntry("memory", "128Mi");
        refused(
                () -> resources.apply(T, sized("limits: {cpu: 2}")),
                Reason.INVALID,
                "spec.containers[0].resources.limits[memory]",
                "cannot be removed");
        refused(
                () -> resources.apply(T, sized("limits: {cpu: 2, memory: 128Mi, ephemeral-storage: 1Gi}")),
                Reason.INVALID,
                "spec.containers[0].resources.limits[ephemeral-storage]",
                "only cpu and memory");
        refused(
                () -> resources.apply(T, sized("requests: {cpu: 3}, limits: {cpu: 2, memory: 128Mi}")),
                Reason.INVALID,
                "spec.containers[0].resources.requests[cpu]",
                "more than the limit");
        assertThat(resources.get(ref(Kind.POD, "a")).get().metadata().generation())
                .isEqualTo(2);
    }

    @Test
    void howAPodIsResizedIsKeptAndChecked() {
        resources.create(
                T,
                sized("{limits: {cpu: 1}}, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]", ""));
        Pod stored = (Pod) resources.get(ref(Kind.POD, "a")).get();
        assertThat(stored.spec().containers().get(0).resizePolicy())
                .containsExactly(new Container.ResizePolicy("cpu", "RestartContainer"));
        refused(
                () -> resources.create(
                        T,
                        sized(
                                "{}, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]",
                                ", restartPolicy: Never")),
                Reason.INVALID,
                "spec.containers[0].resizePolicy[0].restartPolicy",
                "use NotRequired");
        refused(
                () -> resources.create(
                        T, sized("{}, resizePolicy: [{resourceName: disk, restartPolicy: NotRequired}]", "")),
                Reason.INVALID,
                "spec.containers[0].resizePolicy[0].resourceName",
                "use cpu or memory");
    }

    private Resource sized(String resources) {
        return sized("{" + resources + "}", "");
    }

    private Resource sized(String resources, String more) {
        return test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: a}
                spec: {containers: [{name: main, image: nginx, resources: %s}]%s}
                """
                        .formatted(resources, more));
    }

    @Test
    void whatCannotChangeIsRefused() {
        resources.create(T, pod("a"));
        Resource other = test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: a}
                spec: {containers: [{name: main, image: other}]}
                """);
        refused(() -> resources.apply(T, other), Reason.INVALID, "spec.containers[0].image", "cannot be changed");
        resources.create(T, deployment(""));
        Deployment d = (Deployment) deployment("");
        Deployment moved = d.withSpec(new Deployment.Spec(
                1,
                new LabelSelector(Map.of("app", "web", "tier", "x"), List.of()),
                new Pod.Template(
                        d.spec().template().metadata().withLabels(Map.of("app", "web", "tier", "x")),
                        d.spec().template().spec()),
                null,
                null,
                null,
                null,
                null));
        refused(() -> resources.apply(T, moved), Reason.INVALID, "spec.selector");
    }

    @Test
    void anActionIsCompletedAndNeverChanges() {
        Action made = (Action)
                resources.apply(T, action("Snapshot, snapshotName: one")).resource();
        assertThat(made.spec()).isEqualTo(new Action.Spec("vm", "Snapshot", "one", 300, 3600));
        assertThat(made.status().phase()).isEqualTo(Action.PENDING);
        assertThat(resources.apply(T, action("Snapshot, snapshotName: one")).change())
                .isEqualTo(Applied.Change.UNCHANGED);
        refused(
                () -> resources.apply(T, action("Restore, snapshotName: one")),
                Reason.INVALID,
                "spec",
                "cannot change",
                "make another");
    }

    private Resource action(String what) {
        return test.read(
                """
                apiVersion: kochab.org/v1
                kind: Action
                metadata: {name: a}
                spec: {pod: vm, action: %s}
                status: {phase: Succeeded}
                """
                        .formatted(what));
    }

    @Test
    void updatesAreOptimistic() {
        Resource stored = resources.create(T, deployment("replicas: 1"));
        Deployment d = (Deployment) stored;
        Resource updated = resources.update(T, d.withSpec(d.spec().withReplicas(2)));
        assertThat(updated.metadata().generation()).isEqualTo(2);
        refused(() -> resources.update(T, d.withSpec(d.spec().withReplicas(3))), Reason.CONFLICT, "read it again");
        Deployment now = (Deployment) updated;
        Resource status = resources.updateStatus(
                T,
                now.withSpec(now.spec().withReplicas(9))
                        .withStatus(new Deployment.Status(1, 1, 1, 1, 0, 2L, List.of())));
        assertThat(((Deployment) status).spec().replicas()).isEqualTo(2);
        assertThat(((Deployment) status).status().readyReplicas()).isEqualTo(1);
        assertThat(status.metadata().generation()).isEqualTo(2);
    }

    @Test
    void manyAreCreatedAtOnceAndRefusedOneByOne() {
        List<Resource> pods = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            pods.add(pod(String.format("p-%04d", i)));
        }
        pods.set(7, pod("Bad_Name"));
        pods.set(8, pod("p-0009"));
        resources.create(T, pod("p-1200"));

        List<Outcome> outcomes = resources.createAll(T, pods);

        assertThat(outcomes).hasSize(2_500);
        assertThat(outcomes.get(7)).isInstanceOfSatisfying(Outcome.Refused.class, r -> {
            assertThat(r.reason()).isEqualTo(Reason.INVALID);
            assertThat(r.message()).contains("metadata.name");
        });
        assertThat(outcomes.get(9)).isInstanceOfSatisfying(Outcome.Refused.class, r -> assertThat(r.reason())
                .isEqualTo(Reason.ALREADY_EXISTS));
        assertThat(outcomes.get(1_200)).isInstanceOf(Outcome.Refused.class);
        assertThat(outcomes.stream().filter(Outcome.Stored.class::isInstance)).hasSize(2_497);
    }

    @Test
    void pagesShowOneRevision() {
        for (int i = 0; i < 7; i++) {
            resources.create(T, pod("p" + i, i % 2 == 0 ? "app: even" : "app: odd"));
        }
        Query even = Query.namespace("default").withLabels(new LabelSelector(Map.of("app", "even"), List.of()));
        ResourcePage first = resources.list(T, Kind.POD, even.page(3, Optional.empty()));
        assertThat(names(first)).containsExactly("p0", "p2", "p4");
        resources.delete(ref(Kind.POD, "p6"), DeleteOptions.DEFAULT);
        ResourcePage second = resources.list(T, Kind.POD, even.page(3, first.next()));
        assertThat(names(second)).containsExactly("p6");
        assertThat(second.next()).isEmpty();
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
        assertThat(names(resources.list(
                        T, Kind.POD, Query.namespace("default").withFields(Map.of("metadata.name", "p3")))))
                .containsExactly("p3");
        refused(
                () -> resources.list(T, Kind.POD, Query.namespace(null).withFields(Map.of("spec.foo", "x"))),
                Reason.INVALID,
                "fields");
        refused(
                () -> resources.list(T, Kind.POD, Query.namespace(null).page(3, Optional.of("rubbish"))),
                Reason.INVALID,
                "continueFrom");
    }

    @Test
    void aWatchSeesEnteringAndLeaving() throws Exception {
        String from = resources.list(T, Kind.POD, Query.namespace(null)).resourceVersion();
        Query web = Query.namespace(null).withLabels(new LabelSelector(Map.of("app", "web"), List.of()));
        try (ResourceWatch watch = resources.watch(T, Kind.POD, web, from)) {
            resources.create(T, pod("a", "app: other"));
            resources.apply(T, pod("a", "app: web"));
            resources.apply(T, pod("a", "app: web, tier: x"));
            resources.apply(T, pod("a", "app: other"));
            resources.create(T, pod("b"));
            resources.delete(ref(Kind.POD, "b"), DeleteOptions.DEFAULT);
            List<String> seen = new ArrayList<>();
            while (seen.size() < 5) {
                for (ResourceEvent e : watch.poll(Duration.ofSeconds(10))) {
                    if (!(e instanceof ResourceEvent.Bookmark)) {
                        seen.add(describe(e));
                    }
                }
            }
            assertThat(seen).containsExactly("Added a", "Modified a", "Deleted a", "Added b", "Deleted b");
        }
    }

    @Test
    void aWatchSaysWhenThereIsSomethingToPoll() throws Exception {
        String from = resources.list(T, Kind.POD, Query.namespace(null)).resourceVersion();
        resources.create(T, pod("before"));
        BlockingQueue<String> signals = new LinkedBlockingQueue<>();
        ResourceWatch watch = resources.watch(T, Kind.POD, Query.namespace(null), from);
        watch.onAvailable(() -> signals.add("signal"));
        for (String expected : List.of("Added before", "Added after")) {
            List<String> seen = new ArrayList<>();
            while (seen.isEmpty()) {
                assertThat(signals.poll(10, TimeUnit.SECONDS)).isEqualTo("signal");
                watch.poll(Duration.ZERO).forEach(e -> seen.add(describe(e)));
            }
            assertThat(seen).containsExactly(expected);
            if (expected.equals("Added before")) {
                resources.create(T, pod("after"));
            }
        }
        signals.clear();
        watch.close();
        assertThat(signals.poll(10, TimeUnit.SECONDS)).isEqualTo("signal");
        assertThat(watch.poll(Duration.ZERO)).isEmpty();
    }

    private static String describe(ResourceEvent e) {
        if (e instanceof ResourceEvent.Added a) {
            return "Added " + a.resource().metadata().name();
        } else if (e instanceof ResourceEvent.Modified m) {
            return "Modified " + m.resource().metadata().name();
        }
        return "Deleted " + ((ResourceEvent.Deleted) e).last().metadata().name();
    }

    @Test
    void deletedOwnersWaitForTheirDependents() {
        resources.create(T, deployment(""));
        Resource marked = resources.delete(ref(Kind.DEPLOYMENT, "web"), DeleteOptions.DEFAULT);
        assertThat(marked.metadata().finalizers()).containsExactly(Finalizers.DEPENDENTS);
        assertThat(marked.metadata().deletionTimestamp()).isNotNull();

        Resource still =
                resources.update(T, marked.withMetadata(marked.metadata().withFinalizers(List.of())));
        assertThat(still.metadata().finalizers()).containsExactly(Finalizers.DEPENDENTS);
        test.plane
                .directory()
                .objects(T)
                .update(
                        T,
                        still.withMetadata(still.metadata().withFinalizers(List.of())),
                        true,
                        test.plane.admission().gate(Requester.UNKNOWN));
        assertThat(resources.get(ref(Kind.DEPLOYMENT, "web"))).isEmpty();
    }

    @Test
    void aFinalizerOfTheUsersKeepsAPod() {
        Resource p = pod("a");
        resources.create(T, p.withMetadata(p.metadata().withFinalizers(List.of("example.org/keep"))));
        Resource marked = resources.delete(ref(Kind.POD, "a"), DeleteOptions.DEFAULT);
        assertThat(marked.metadata().deletionTimestamp()).isNotNull();
        resources.update(T, marked.withMetadata(marked.metadata().withFinalizers(List.of())));
        assertThat(resources.get(ref(Kind.POD, "a"))).isEmpty();
    }

    @Test
    void nothingIsCreatedInANamespaceUnderDeletion() {
        resources.create(T, test.read("{apiVersion: v1, kind: Namespace, metadata: {name: team}}"));
        Resource p = pod("a").withMetadata(pod("a").metadata().withPlace(null, "team"));
        resources.create(T, p);
        Namespace marked = (Namespace) resources.delete(ref(Kind.NAMESPACE, "team"), DeleteOptions.DEFAULT);
        assertThat(marked.status().phase()).isEqualTo("Terminating");
        Resource q = p.withMetadata(p.metadata().withName("b"));
        refused(() -> resources.create(T, q), Reason.INVALID, "team", "being deleted");
        TenantObjects objects = test.plane.directory().objects(T);
        Resource emptied = marked.withMetadata(marked.metadata().withFinalizers(List.of()));
        refused(
                () -> objects.update(T, emptied, true, test.plane.admission().gate(Requester.UNKNOWN)),
                Reason.CONFLICT,
                "still holds pods");
        resources.delete(new ResourceRef(T, Kind.POD, "team", "a"), DeleteOptions.DEFAULT);
        resources.delete(new ResourceRef(T, Kind.SERVICE_ACCOUNT, "team", "default"), DeleteOptions.DEFAULT);
        objects.update(T, emptied, true, test.plane.admission().gate(Requester.UNKNOWN));
        assertThat(resources.get(ref(Kind.NAMESPACE, "team"))).isEmpty();
        refused(
                () -> resources.delete(ref(Kind.NAMESPACE, "default"), DeleteOptions.DEFAULT),
                Reason.INVALID,
                "cannot be deleted");
    }

    @Test
    void kindsOfThePlatformAreAskedOfThePlatform() {
        resources.create(T, pod("a"));
        assertThat(resources
                        .list(TenantId.SYSTEM, Kind.NODE, Query.namespace(null))
                        .items())
                .isEmpty();
        refused(() -> resources.list(T, Kind.NODE, Query.namespace(null)), Reason.INVALID, "platform");
        refused(
                () -> resources.create(
                        TenantId.SYSTEM, test.read("{apiVersion: v1, kind: Node, metadata: {name: n1}}")),
                Reason.INVALID,
                "edge agent");
    }

    private static List<String> names(ResourcePage page) {
        return page.items().stream().map(r -> r.metadata().name()).toList();
    }

    /** Which has a service account. */
    @Test
    void aRoleMayBeCalledAsANamespaceThatHoldsSomething() {
        resources.apply(
                T,
                test.read(
                        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: default}, rules: []}"));
        ResourceRef role = new ResourceRef(T, Kind.CLUSTER_ROLE, null, "default");

        resources.delete(role, DeleteOptions.DEFAULT);

        assertThat(resources.get(role)).isEmpty();
    }
}
