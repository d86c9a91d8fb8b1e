package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodDisruptionBudget;
import org.kochab.api.model.PodDisruptionBudget.Status;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.spi.controller.Outcome;

class PodDisruptionBudgetControllerTest {
    private final World world = new World(
            new PodDisruptionBudgetController(),
            new DeploymentController(),
            new ReplicaSetController(),
            new StatefulSetController());

    private void budget(@Nullable String min, @Nullable String max, @Nullable LabelSelector selector) {
        var spec = new PodDisruptionBudget.Spec(min, max, selector);
        world.create(
                World.T, new PodDisruptionBudget("policy/v1", "PodDisruptionBudget", Sample.meta("b"), spec, null));
        world.settle();
    }

    private static LabelSelector all() {
        return new LabelSelector(Map.of(), List.of());
    }

    private Status status() {
        Status status = world.one(Kind.POD_DISRUPTION_BUDGET, "b", PodDisruptionBudget.class)
                .status();
        assertThat(status).isNotNull();
        return status;
    }

    private static Status of(int allowed, int healthy, int desired, int expected) {
        return new Status(allowed, healthy, desired, expected, 1L);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2,    -,    3, 2",
                "5,    -,    0, 5",
                "0,    -,    5, 0",
                "9,    -,    0, 9",
                "50%,  -,    2, 3",
                "100%, -,    0, 5",
                "-,    1,    1, 4",
                "-,    0,    0, 5",
                "-,    30%,  2, 3",
                "-,    100%, 5, 0",
            })
    void amountsAreNumbersOrPercentagesOfWhatIsWanted(
            @Nullable String min, @Nullable String max, int allowed, int desired) {
        world.create(World.T, Sample.deployment(5, "web:1"));
        world.settle();
        world.ready();
        budget(min, max, all());
        assertThat(status()).isEqualTo(of(allowed, 5, desired, 5));
    }

    @Test
    void whatIsMissingOrNotReadyIsNotHealthy() {
        world.create(World.T, Sample.deployment(4, "web:1"));
        budget(null, "2", all());
        assertThat(status()).isEqualTo(of(0, 0, 2, 4));
        world.ready();
        assertThat(status()).isEqualTo(of(2, 4, 2, 4));
        world.status(world.pods().get(0), "Running", false);
        world.settle();
        assertThat(status()).isEqualTo(of(1, 3, 2, 4));
        world.status(world.pods().get(1), "Running", false);
        world.status(world.pods().get(2), "Running", false);
        world.settle();
        assertThat(status()).isEqualTo(of(0, 1, 2, 4));
    }

    @Test
    void aPodUnderDeletionIsNoLongerThere() {
        world.podsEnd = false;
        world.create(World.T, Sample.statefulSet(3, "db:1", "Parallel", 0));
        world.settle();
        world.ready();
        budget("2", null, all());
        assertThat(status()).isEqualTo(of(1, 3, 2, 3));
        world.delete(world.pods().get(0), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(status()).isEqualTo(of(0, 2, 2, 3));
    }

    @Test
    void podsOfNobodyAreThoseThatThereAre() {
        world.create(World.T, Sample.pod("a"));
        world.create(World.T, Sample.pod("b"));
        world.ready();
        budget("50%", null, all());
        assertThat(status()).isEqualTo(of(1, 2, 1, 2));
    }

    @Test
    void noSelectorSelectsNothing() {
        world.create(World.T, Sample.pod("a"));
        world.ready();
        budget("0", null, null);
        assertThat(status()).isEqualTo(of(0, 0, 0, 0));
    }

    @Test
    void manyChangesAtATimeAreLookedAtOnceMore() {
        World still = new World();
        BudgetsOfPods pods = new BudgetsOfPods();
        var budget = new PodDisruptionBudget(
                "policy/v1",
                "PodDisruptionBudget",
                Sample.meta("b"),
                new PodDisruptionBudget.Spec("0", null, all()),
                null);
        still.create(World.T, budget);
        for (String name : List.of("a", "b", "c")) {
            still.create(World.T, Sample.pod(name));
        }
        Outcome later = new Outcome.Again(Duration.ofSeconds(1));

        assertThat(changed(still, pods, "a", true)).isEqualTo(Outcome.DONE);
        assertThat(healthy(still)).isEqualTo(1);
        assertThat(changed(still, pods, "b", true)).isEqualTo(later);
        assertThat(changed(still, pods, "c", true)).isEqualTo(Outcome.DONE);
        assertThat(changed(still, pods, "b", true)).isEqualTo(later);
        assertThat(healthy(still)).isEqualTo(1);

        still.pass(Duration.ofSeconds(1));
        assertThat(changed(still, pods, "b", true)).isEqualTo(Outcome.DONE);
        assertThat(healthy(still)).isEqualTo(3);
        still.pass(Duration.ofSeconds(5));
        assertThat(changed(still, pods, "c", false)).isEqualTo(Outcome.DONE);
        assertThat(healthy(still)).isEqualTo(2);
    }

    private static Outcome changed(World still, BudgetsOfPods pods, String name, boolean ready) {
        Pod pod = still.one(Kind.POD, name, Pod.class);
        still.status(pod, "Running", ready);
        return pods.reconcile(still, ResourceRef.of(Kind.POD, pod));
    }

    private static int healthy(World still) {
        return still.one(Kind.POD_DISRUPTION_BUDGET, "b", PodDisruptionBudget.class)
                .status()
                .currentHealthy();
    }
}
