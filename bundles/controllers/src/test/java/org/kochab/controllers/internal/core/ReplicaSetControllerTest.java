package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.resource.DeleteOptions;

class ReplicaSetControllerTest {
    private final World world = new World(new ReplicaSetController(), new PodAdoption());

    private ReplicaSet set() {
        return world.one(Kind.REPLICA_SET, "web", ReplicaSet.class);
    }

    private void scale(int replicas) {
        world.change(set().withSpec(set().spec().withReplicas(replicas)));
        world.settle();
    }

    @Test
    void createsThePodsOfItsTemplateAndCountsThem() {
        world.create(World.T, Sample.replicaSet(3));
        world.settle();
        assertThat(world.pods()).hasSize(3).allSatisfy(p -> {
            assertThat(p.metadata().name()).startsWith("web-");
            assertThat(p.metadata().labels()).isEqualTo(Sample.LABELS);
            assertThat(Owners.controls(set(), p)).isTrue();
        });
        assertThat(set().status()).isEqualTo(new ReplicaSet.Status(3, 3, 0, 0, 1L, List.of()));
        world.ready();
        assertThat(set().status()).isEqualTo(new ReplicaSet.Status(3, 3, 3, 3, 1L, List.of()));
    }

    @Test
    void makesAndEndsMoreThanOneCallDoes() {
        int many = 2 * ReplicaSetController.MOST_AT_ONCE + 7;
        world.create(World.T, Sample.replicaSet(many));
        world.settle();
        assertThat(world.pods()).hasSize(many);
        scale(0);
        assertThat(world.pods()).isEmpty();
        assertThat(world.events())
                .contains("Normal SuccessfulCreate Created " + ReplicaSetController.MOST_AT_ONCE + " pods");
    }

    @Test
    void replacesWhatEndedOrIsUnderDeletionWithoutCountingIt() {
        world.podsEnd = false;
        world.create(World.T, Sample.replicaSet(3));
        world.settle().ready();
        world.status(world.pods().get(0), "Failed", false);
        world.delete(world.pods().get(1), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.pods()).hasSize(5);
        assertThat(world.pods().stream().filter(PodState::active)).hasSize(3);
        assertThat(set().status().replicas()).isEqualTo(3);
        assertThat(set().status().readyReplicas()).isEqualTo(1);
    }

    @Test
    void keepsOnlyAFewEndedPods() {
        world.create(World.T, Sample.replicaSet(1));
        for (int i = 0; i < 20; i++) {
            world.pass(Duration.ofSeconds(1));
            world.pods().stream().filter(PodState::active).forEach(p -> world.status(p, "Failed", false));
        }
        world.settle();
        assertThat(world.pods()).hasSize(1 + ReplicaSetController.ENDED_KEPT);
    }

    @Test
    void endsTheLeastValuablePodsFirst() {
        world.create(World.T, Sample.replicaSet(6));
        world.settle();
        List<String> names = world.pods().stream().map(p -> p.metadata().name()).toList();
        for (int i = 1; i < 6; i++) {
            world.placed(world.pods().get(i), i < 4 ? "crowded" : "n" + i);
        }
        for (int i = 2; i < 6; i++) {
            world.status(world.pods().get(i), "Running", i > 2);
        }
        Pod cheap = world.pods().get(5);
        world.change(cheap.withMetadata(cheap.metadata().withAnnotations(Map.of(Annotations.DELETION_COST, "-1"))));
        List<String> order = PodState.inOrderOfDeletion(world.pods()).stream()
                .map(p -> p.metadata().name())
                .toList();
        // not placed, pending, not ready, cheap, on the crowded node, the rest
        assertThat(order)
                .isEqualTo(List.of(0, 1, 2, 5, 3, 4).stream().map(names::get).toList());
        scale(1);
        assertThat(world.pods()).extracting(p -> p.metadata().name()).containsExactly(order.get(5));
    }

    @Test
    void youngerGoesBeforeOlder() {
        world.create(World.T, Sample.replicaSet(1));
        world.settle();
        String old = world.pods().get(0).metadata().name();
        world.pass(Duration.ofMinutes(1));
        scale(2);
        world.ready();
        scale(1);
        assertThat(world.pods()).extracting(p -> p.metadata().name()).containsExactly(old);
    }

    @Test
    void adoptsMatchingPodsAndLetsOthersGo() {
        world.create(World.T, Sample.pod("lone"));
        world.create(World.T, Sample.replicaSet(2));
        world.settle();
        assertThat(world.pods()).hasSize(2);
        Pod lone = world.one(Kind.POD, "lone", Pod.class);
        assertThat(Owners.controls(set(), lone)).isTrue();

        world.change(lone.withMetadata(lone.metadata().withLabels(Map.of("app", "debugged"))));
        world.settle();
        assertThat(world.pods()).hasSize(3);
        lone = world.one(Kind.POD, "lone", Pod.class);
        assertThat(Owners.controllerOf(lone)).isEmpty();

        world.change(lone.withMetadata(lone.metadata().withLabels(Sample.LABELS)));
        world.settle();
        assertThat(world.pods()).hasSize(2);
    }

    @Test
    void aPodThatIsRefusedIsSaidAndTriedAgain() {
        world.refuse = "web-";
        world.create(World.T, Sample.replicaSet(2));
        world.settle();
        assertThat(set().status().conditions()).singleElement().satisfies(c -> {
            assertThat(c.type()).isEqualTo("ReplicaFailure");
            assertThat(c.message()).isEqualTo("spec is refused");
        });
        assertThat(world.events()).contains("Warning FailedCreate Error creating: spec is refused");
        world.refuse = "";
        world.settle();
        assertThat(world.pods()).hasSize(2);
        assertThat(set().status().conditions()).isEmpty();
    }

    @Test
    void aPodIsAvailableOnceItHasBeenReadyForLongEnough() {
        ReplicaSet.Spec s = Sample.replicaSet(1).spec();
        world.create(World.T, Sample.replicaSet(1).withSpec(new ReplicaSet.Spec(1, s.selector(), s.template(), 10)));
        world.settle().ready();
        assertThat(set().status().readyReplicas()).isEqualTo(1);
        assertThat(set().status().availableReplicas()).isZero();
        assertThat(world.wake()).contains(Duration.ofSeconds(10));
        world.pass(Duration.ofSeconds(10));
        assertThat(set().status().availableReplicas()).isEqualTo(1);
    }
}
