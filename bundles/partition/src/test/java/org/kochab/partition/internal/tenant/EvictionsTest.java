package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.PodDisruptionBudget.Status;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;

/** Nobody keeps budgets' status here: what is in it is what the test has put there, less what evictions have taken. */
@Timeout(60)
class EvictionsTest {
    private static final TenantId T = TestPlane.TENANT;
    private static final int THREADS = 4;

    private final TestPlane test = new TestPlane();

    @BeforeEach
    void ready() {
        test.ready();
    }

    @AfterEach
    void close() {
        test.close();
    }

    private static ResourceRef pod(String name) {
        return new ResourceRef(T, Kind.POD, "default", name);
    }

    private void pod(String name, String phase, boolean ready) {
        Pod made = (Pod)
                test.resources()
                        .create(
                                T,
                                test.read(
                                        "{apiVersion: v1, kind: Pod, metadata: {name: " + name
                                                + ", labels: {app: web}}, spec: {containers: [{name: m, image: registry.local/w:1}]}}"));
        var condition = new Condition("Ready", ready ? "True" : "False", null, null, Instant.EPOCH);
        test.resources()
                .updateStatus(
                        T,
                        made.withStatus(new PodStatus(
                                phase, null, null, null, null, null, List.of(condition), List.of(), List.of(), null)));
    }

    private void budget(String name, int allowed, int healthy, int desired) {
        PodDisruptionBudget made = (PodDisruptionBudget) test.resources()
                .create(
                        T,
                        test.read("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + name
                                + "}, spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}"));
        test.resources()
                .updateStatus(
                        T,
                        made.withStatus(new Status(
                                allowed,
                                healthy,
                                desired,
                                healthy,
                                made.metadata().generation())));
    }

    private PodDisruptionBudget budget(String name) {
        return (PodDisruptionBudget) test.resources()
                .get(new ResourceRef(T, Kind.POD_DISRUPTION_BUDGET, "default", name))
                .orElseThrow();
    }

    private void evict(String name) {
        test.resources().evict(pod(name), DeleteOptions.DEFAULT);
    }

    private boolean isThere(String name) {
        return test.resources().get(pod(name)).isPresent();
    }

    @Test
    void eachTakesOneOff() {
        pod("a", "Running", true);
        pod("b", "Running", true);
        budget("web", 1, 2, 1);
        evict("a");
        assertThat(isThere("a")).isFalse();
        assertThat(budget("web").status()).isEqualTo(new Status(0, 1, 1, 2, 1L));
        assertThatThrownBy(() -> evict("b"))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
                .hasMessage(
                        "Cannot evict pod default/b as it would violate the pod's disruption budget. The disruption budget web needs 1 healthy pods and has 1 currently");
        assertThat(isThere("b")).isTrue();
        assertThat(budget("web").status()).isEqualTo(new Status(0, 1, 1, 2, 1L));
    }

    @Test
    void allBudgetsAreAskedAndNoneIsSpentForNothing() {
        pod("a", "Running", true);
        budget("many", 5, 9, 4);
        budget("none", 0, 1, 1);
        assertThatThrownBy(() -> evict("a")).hasMessageContaining("budget none needs");
        assertThat(budget("many").status().disruptionsAllowed()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "Pending,   false, 0, 0, 1, true",
        "Succeeded, false, 0, 0, 1, true",
        "Failed,    false, 0, 0, 1, true",
        "Running,   true,  0, 1, 1, false",
        "Running,   false, 0, 1, 1, true",
        "Running,   false, 0, 0, 1, false",
        "Unknown,   true,  0, 1, 1, false",
    })
    void whatDoesNotRunOrIsNotNeededGoes(
            String phase, boolean ready, int allowed, int healthy, int desired, boolean goes) {
        pod("a", phase, ready);
        budget("web", allowed, healthy, desired);
        if (goes) {
            evict("a");
        } else {
            assertThatThrownBy(() -> evict("a")).hasMessageContaining("disruption budget web");
        }
        assertThat(isThere("a")).isEqualTo(!goes);
        assertThat(budget("web").status().disruptionsAllowed()).isEqualTo(allowed);
    }

    @Test
    void aBudgetOfOthersHasNoSay() {
        pod("a", "Running", true);
        test.resources()
                .create(
                        T,
                        test.read(
                                "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: other}, spec: {minAvailable: 1, selector: {matchLabels: {app: db}}}}"));
        evict("a");
        assertThat(isThere("a")).isFalse();
    }

    @Test
    void aBudgetThatWasChangedIsWorkedOutFirst() {
        pod("a", "Running", true);
        budget("web", 1, 1, 0);
        test.resources()
                .apply(
                        T,
                        test.read(
                                "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}}"));
        assertThatThrownBy(() -> evict("a")).hasMessageContaining("web has not been worked out yet");
    }

    @Test
    void onlyThisVeryPod() {
        pod("a", "Running", true);
        assertThatThrownBy(() -> test.resources().evict(pod("a"), new DeleteOptions(null, false, "another", false)))
                .isInstanceOfSatisfying(
                        ResourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
        assertThatThrownBy(() -> evict("ghost")).hasMessageContaining("there is no");
    }

    @Test
    void ofManyAtATimeOnlyAsManyAsAllowedAreMade() throws Exception {
        int pods = 12;
        for (int i = 0; i < pods; i++) {
            pod("p" + i, "Running", true);
        }
        budget("web", 5, pods, pods - 5);
        CyclicBarrier together = new CyclicBarrier(THREADS);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int first = t;
            all.add(CompletableFuture.runAsync(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int i = first; i < pods; i += THREADS) {
                    try {
                        evict("p" + i);
                    } catch (ResourceException e) {
                        assertThat(e.reason()).isEqualTo(Reason.BUSY);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> one : all) {
            one.get();
        }
        assertThat(IntStream.range(0, pods).filter(i -> !isThere("p" + i)).count())
                .isEqualTo(5);
        assertThat(budget("web").status().disruptionsAllowed()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'selector: {}', 'spec: needs one of minAvailable and maxUnavailable'",
        "'minAvailable: 1, maxUnavailable: 1', 'spec: needs one of'",
        "'minAvailable: some', 'spec.minAvailable: '",
        "'maxUnavailable: 101%', 'spec.maxUnavailable: 101% is more than 100%'",
        "'maxUnavailable: -1', 'spec.maxUnavailable: '",
    })
    void whatIsNotRightIsRefused(String spec, String sentence) {
        assertThatThrownBy(() -> test.resources()
                        .create(
                                T,
                                test.read(
                                        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: x}, spec: {"
                                                + spec + "}}")))
                .hasMessageContaining(sentence);
    }
}
