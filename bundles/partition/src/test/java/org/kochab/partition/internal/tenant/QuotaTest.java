package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.ResourceQuota;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService.Outcome;
import org.kochab.controllers.internal.core.ReplicaSetController;
import org.kochab.partition.internal.core.tenant.ContainerLimits;
import org.kochab.store.memory.MemoryStore;

class QuotaTest {
    private static final TenantId T = TestPlane.TENANT;

    private final MemoryStore store = new MemoryStore();
    private TestPlane test = new TestPlane(store).ready();

    @AfterEach
    void stop() {
        test.close();
    }

    private Resource pod(String name, String resources) {
        return test.read(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {a: b}}
                spec: {containers: [{name: main, image: registry.local/web:1, resources: {%s}}]}
                """
                        .formatted(name, resources));
    }

    private Resource quota(String name, String hard) {
        return test.read("{apiVersion: v1, kind: ResourceQuota, metadata: {name: %s}, spec: {hard: {%s}}}"
                .formatted(name, hard));
    }

    private static Resource anonymous(Resource pod) {
        ObjectMeta m = pod.metadata();
        return pod.withMetadata(new ObjectMeta(
                null,
                "web-",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                m.labels(),
                Map.of(),
                List.of(),
                List.of()));
    }

    private static ResourceRef ref(Kind kind, String name) {
        return new ResourceRef(T, kind, "default", name);
    }

    private static void refused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INVALID))
                .hasMessageContainingAll(words);
    }

    private int pods() {
        return test.resources()
                .list(T, Kind.POD, Query.namespace("default"))
                .items()
                .size();
    }

    private void awaitUsed(String quota, String name, String used) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            ResourceQuota now = (ResourceQuota)
                    test.resources().get(ref(Kind.RESOURCE_QUOTA, quota)).orElseThrow();
            assertThat(now.status()).isNotNull();
            assertThat(now.status().used()).containsEntry(name, used);
        });
    }

    @Test
    void concurrentCreatorsNeverExceedIt() throws Exception {
        test.resources().create(T, quota("team", "pods: 100, count/pods: 150"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<List<Outcome>>> all = new ArrayList<>();
            Resource pod = anonymous(pod("x", ""));
            for (int i = 0; i < 16; i++) {
                int each = i % 2 == 0 ? 7 : 30;
                all.add(() -> test.resources().createAll(T, Collections.nCopies(each, pod)));
            }
            int stored = 0;
            for (Future<List<Outcome>> f : threads.invokeAll(all)) {
                stored += (int) f.get().stream()
                        .filter(o -> o instanceof Outcome.Stored)
                        .count();
            }
            assertThat(stored).isEqualTo(100);
        } finally {
            threads.shutdown();
        }
        assertThat(pods()).isEqualTo(100);
        refused(
                () -> test.resources().create(T, pod("more", "")),
                "Pod default/more is refused: exceeded quota 'team' of namespace default",
                "requested pods=1, used 100, limited to 100",
                "have the quota raised");
        awaitUsed("team", "pods", "100");
    }

    @Test
    void deletionFreesAndARestartCountsAgain() {
        test.resources().create(T, quota("team", "requests.cpu: 1, limits.memory: 128Mi, count/deployments.apps: 0"));
        String half = "limits: {cpu: 500m, memory: 64Mi}";
        refused(
                () -> test.resources().create(T, pod("d", "limits: {memory: 1}")),
                "container 'main' must say its requests.cpu",
                "spec.containers.resources");
        test.resources().create(T, pod("a", half));
        test.resources().create(T, pod("b", half));
        refused(() -> test.resources().create(T, pod("c", half)), "requested limits.memory=64Mi, used 128Mi");
        awaitUsed("team", "requests.cpu", "1");

        test.close();
        test = new TestPlane(store).ready();
        refused(() -> test.resources().create(T, pod("c", half)), "limits.memory");
        test.resources().delete(ref(Kind.POD, "a"), DeleteOptions.DEFAULT);
        test.resources().create(T, pod("c", half));
        refused(
                () -> test.resources()
                        .create(
                                T,
                                test.read(
                                        """
                                        apiVersion: apps/v1
                                        kind: Deployment
                                        metadata: {name: web}
                                        spec:
                                          selector: {matchLabels: {app: web}}
                                          template:
                                            metadata: {labels: {app: web}}
                                            spec: {containers: [{name: main, image: nginx}]}
                                        """)),
                "requested count/deployments=1, used 0, limited to 0");
        test.resources().delete(ref(Kind.RESOURCE_QUOTA, "team"), DeleteOptions.DEFAULT);
        test.resources().create(T, pod("d", ""));
    }

    @Test
    void aQuotaCountsWhatWasThereBefore() {
        Resource pod = pod("x", "limits: {cpu: 100m}");
        test.resources()
                .createAll(
                        T,
                        IntStream.range(0, 2_500)
                                .mapToObj(i -> pod.withMetadata(pod.metadata().withName("pod-" + i)))
                                .toList());
        test.resources().create(T, quota("late", "pods: 2501, cpu: 1000"));
        test.resources().create(T, pod("one", "limits: {cpu: 1}"));
        refused(() -> test.resources().create(T, pod("two", "limits: {cpu: 1}")), "used 2501, limited to 2501");
        awaitUsed("late", "cpu", "251");
    }

    @Test
    void anEndedPodIsNotCounted() {
        test.resources().create(T, quota("team", "pods: 1"));
        Pod a = (Pod) test.resources().create(T, pod("a", ""));
        refused(() -> test.resources().create(T, pod("b", "")), "pods");
        test.resources()
                .updateStatus(
                        T,
                        a.withStatus(new PodStatus(
                                "Succeeded", null, null, null, null, null, List.of(), List.of(), List.of(), null)));
        test.resources().create(T, pod("b", ""));
    }

    @Test
    void aGrowingPodIsHeldToIt() {
        test.resources().create(T, quota("team", "requests.cpu: 1"));
        test.resources().apply(T, pod("a", "requests: {cpu: 500m}"));
        refused(
                () -> test.resources().apply(T, pod("a", "requests: {cpu: 2}")),
                "requested requests.cpu=1500m, used 500m");
        test.resources().apply(T, pod("a", "requests: {cpu: 1}"));
    }

    @Test
    void aTenantHasAQuotaToo() {
        Resource tenant = test.read(
                "{apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: small}, spec: {quota: {hard: {pods: 2, count/namespaces: 4}}}}");
        test.resources().create(TenantId.SYSTEM, tenant);
        TenantId small = new TenantId("small");
        test.resources().create(small, pod("a", ""));
        test.resources().create(small, test.read("{apiVersion: v1, kind: Namespace, metadata: {name: team}}"));
        Resource b = pod("b", "");
        test.resources().create(small, b.withMetadata(b.metadata().withPlace(null, "team")));
        refused(
                () -> test.resources().create(small, pod("c", "")),
                "exceeded the quota of tenant small: requested pods=1");
        refused(
                () -> test.resources()
                        .create(small, test.read("{apiVersion: v1, kind: Namespace, metadata: {name: more}}")),
                "count/namespaces");
        Resource raised = test.read(
                "{apiVersion: kochab.org/v1, kind: Tenant, metadata: {name: small}, spec: {quota: {hard: {pods: 3}}}}");
        test.resources().apply(TenantId.SYSTEM, raised);
        await().atMost(Duration.ofSeconds(30))
                .ignoreException(ResourceException.class)
                .until(() -> test.resources().create(small, pod("c", "")) != null);
    }

    @Test
    void theConfigurationsCapHoldsForEveryTenant() {
        for (int i = 0; i < 3; i++) {
            test.resources().create(T, range("sizes-" + i));
        }
        refused(
                () -> test.resources().create(T, range("more")),
                "exceeded the quota of tenant default",
                "limited to 3");
    }

    private Resource range(String name) {
        return test.read("{apiVersion: v1, kind: LimitRange, metadata: {name: %s}, spec: {limits: [{max: {cpu: 1}}]}}"
                .formatted(name));
    }

    @Test
    void aReplicaSetSaysThatItWaitsForQuotaAndGoesOn() {
        test.plane.addController(new ReplicaSetController(), "test", "1.0.0");
        test.resources().create(T, quota("team", "pods: 3"));
        test.resources()
                .create(
                        T,
                        test.read(
                                """
                                apiVersion: apps/v1
                                kind: ReplicaSet
                                metadata: {name: web}
                                spec:
                                  replicas: 5
                                  selector: {matchLabels: {app: web}}
                                  template:
                                    metadata: {labels: {app: web}}
                                    spec: {containers: [{name: main, image: nginx}]}
                                """));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(pods()).isEqualTo(3);
            assertThat(test.resources()
                            .list(T, Kind.EVENT, Query.namespace("default"))
                            .items())
                    .anySatisfy(e -> assertThat(((Event) e).message())
                            .contains("Error creating: Pod default/web-", "exceeded quota 'team'", "limited to 3"));
            ReplicaSet set = (ReplicaSet)
                    test.resources().get(ref(Kind.REPLICA_SET, "web")).orElseThrow();
            assertThat(set.status()).isNotNull();
            assertThat(set.status().conditions()).anyMatch(c -> c.type().equals("ReplicaFailure"));
        });
        test.resources().apply(T, quota("team", "pods: 4"));
        await().atMost(Duration.ofSeconds(20)).until(() -> pods() == 4);
        test.resources().apply(T, quota("team", "pods: 10"));
        await().atMost(Duration.ofSeconds(20)).until(() -> pods() == 5);
    }

    @Test
    void aBadQuotaIsRefusedAndNamesTheField() {
        refused(() -> test.resources().create(T, quota("q", "podz: 1")), "spec.hard[podz]", "nothing that is counted");
        refused(
                () -> test.resources().create(T, quota("q", "count/deployment.apps: 1")),
                "names no kind of group 'apps'",
                "deployments");
        refused(() -> test.resources().create(T, quota("q", "pods: -1")), "spec.hard[pods]", "negative");
        refused(() -> test.resources().create(T, quota("q", "count/events: 1")), "bounded number of events");
    }

    @Test
    void aLimitRangeGivesDefaultsAndBounds() {
        ContainerLimits rule = new ContainerLimits();
        test.plane.admission().mutators().add(rule, "kochab-partition", "1.0.0");
        test.plane.admission().validators().add(rule, "kochab-partition", "1.0.0");
        test.resources()
                .create(
                        T,
                        test.read(
                                """
                                apiVersion: v1
                                kind: LimitRange
                                metadata: {name: sizes}
                                spec:
                                  limits:
                                  - type: Container
                                    default: {memory: 128Mi}
                                    defaultRequest: {memory: 64Mi, cpu: 50m}
                                    max: {cpu: 2}
                                    min: {cpu: 10m}
                                    maxLimitRequestRatio: {memory: 4}
                                """));
        Pod stored = (Pod) test.resources().create(T, pod("a", ""));
        assertThat(stored.spec().containers().get(0).resources().requests())
                .containsEntry("memory", "64Mi")
                .containsEntry("cpu", "50m");
        assertThat(stored.spec().containers().get(0).resources().limits())
                .containsEntry("memory", "128Mi")
                .containsEntry("cpu", "2");
        refused(
                () -> test.resources().create(T, pod("b", "limits: {cpu: 3}")),
                "validator 'limit-range'",
                "spec.containers[main].resources.limits.cpu: 3 is out of the namespace's limit range; set it to at most 2");
        refused(() -> test.resources().create(T, pod("c", "requests: {memory: 10Mi}")), "at most 4 times the request");
        refused(
                () -> test.resources()
                        .create(
                                T,
                                test.read(
                                        "{apiVersion: v1, kind: LimitRange, metadata: {name: bad}, spec: {limits: [{min: {cpu: 2}, max: {cpu: 1}}]}}")),
                "spec.limits[0]");
    }
}
