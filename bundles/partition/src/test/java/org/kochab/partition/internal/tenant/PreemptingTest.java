package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PriorityClass;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;

/** Classes and urgent pods from the manifest to the node, on the real kernel. */
@Timeout(120)
class PreemptingTest {
    private static final TenantId T = TestPlane.TENANT;
    private static final String CLASS =
            """
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: high}
            value: 1000
            """;

    private final TestPlane test = new TestPlane().ready();
    private final LedgerManager manager = new LedgerManager(test.partitions.partition("rm-1"), test.codec);

    @BeforeEach
    void start() {
        test.plane.addManager(manager);
        test.plane.addScheduler(new FirstFit("spread"), "test", "1.0.0");
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private Pod create(String name, String cpu, String more) {
        return (Pod) test.resources()
                .create(
                        T,
                        test.read(
                                """
                                apiVersion: v1
                                kind: Pod
                                metadata: {name: %s}
                                spec:
                                  %s
                                  terminationGracePeriodSeconds: 3
                                  containers:
                                  - {name: main, image: "web:1", resources: {requests: {cpu: %s}}}
                                """
                                        .formatted(name, more, cpu)));
    }

    private static ResourceRef ref(String name) {
        return new ResourceRef(T, Kind.POD, "default", name);
    }

    private Pod get(String name) {
        return (Pod) test.resources().get(ref(name)).orElseThrow();
    }

    private static void until(Callable<Boolean> holds) {
        await().atMost(Duration.ofSeconds(30)).until(holds);
    }

    private List<Event> events(String pod) {
        return test.resources().list(T, Kind.EVENT, Query.namespace("default")).items().stream()
                .map(Event.class::cast)
                .filter(e -> pod.equals(e.involvedObject().name()))
                .toList();
    }

    @Test
    void anUrgentPodGetsTheRoomOfOneThatIsNot() {
        manager.node("n1", "2", 110);
        manager.nodesConfirm = false;
        test.resources().create(T, test.read(CLASS));
        Pod low = create("low", "2", "");
        until(() -> get("low").spec().nodeName() != null);
        create("urgent", "1", "priorityClassName: high");

        until(() -> get("low").metadata().deletionTimestamp() != null
                && get("urgent").status().nominatedNodeName() != null);
        assertThat(get("low").metadata().deletionGracePeriodSeconds()).isEqualTo(3);
        assertThat(get("low").status().conditions())
                .anyMatch(c -> c.type().equals("DisruptionTarget")
                        && "PreemptionByScheduler".equals(c.reason())
                        && String.valueOf(c.message()).contains("for pod default/urgent of priority 1000"));
        Pod waiting = get("urgent");
        assertThat(waiting.status().nominatedNodeName()).isEqualTo("n1");
        assertThat(waiting.spec().priority()).isEqualTo(1000);
        assertThat(test.plane.explain(T, "default", "urgent").orElseThrow().message())
                .contains("It waits for room on node n1", "default/low (priority 0)");

        manager.confirm(low.metadata().uid());
        until(() -> get("urgent").spec().nodeName() != null);
        assertThat(get("urgent").status().nominatedNodeName()).isNull();
        until(() -> events("low").stream().anyMatch(e -> "Preempted".equals(e.reason()))
                && events("urgent").stream().anyMatch(e -> "Preempting".equals(e.reason())));
        assertThat(manager.least()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void everyTenantHasTheTwoOfTheSystemAndItsOwn() {
        test.resources().create(T, test.read(CLASS));
        assertThat(test.resources()
                        .list(T, Kind.PRIORITY_CLASS, Query.namespace(null))
                        .items())
                .extracting(r -> r.metadata().name(), r -> ((PriorityClass) r).priority())
                .containsExactly(
                        tuple("high", 1000),
                        tuple("system-cluster-critical", 2_000_000_000),
                        tuple("system-node-critical", 2_000_001_000));
        assertThat(test.resources()
                        .list(TenantId.SYSTEM, Kind.PRIORITY_CLASS, Query.namespace(null))
                        .items())
                .hasSize(2);
        assertThatThrownBy(() -> test.resources()
                        .delete(
                                new ResourceRef(T, Kind.PRIORITY_CLASS, null, "system-node-critical"),
                                DeleteOptions.DEFAULT))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("every tenant has");
        assertThatThrownBy(() -> create("a", "1", "priorityClassName: lost"))
                .hasMessageContaining("there is no PriorityClass 'lost'");
        assertThat(create("b", "1", "priorityClassName: system-cluster-critical")
                        .spec()
                        .priority())
                .isEqualTo(2_000_000_000);
        assertThat(create("c", "1", "priorityClassName: high").spec().preemptionPolicy())
                .isEqualTo(PriorityClass.PREEMPT);
    }
}
