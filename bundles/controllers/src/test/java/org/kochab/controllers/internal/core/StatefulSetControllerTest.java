package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.resource.DeleteOptions;

class StatefulSetControllerTest {
    private final World world = new World(new StatefulSetController());

    private StatefulSet set() {
        return world.one(Kind.STATEFUL_SET, "db", StatefulSet.class);
    }

    private Pod pod(int ordinal) {
        return world.one(Kind.POD, "db-" + ordinal, Pod.class);
    }

    private List<String> names() {
        return world.pods().stream().map(p -> p.metadata().name()).toList();
    }

    private List<String> images() {
        return world.pods().stream()
                .map(p -> p.spec().containers().get(0).image())
                .toList();
    }

    private void begin(int replicas, String policy, int partition) {
        world.create(World.T, Sample.statefulSet(replicas, "db:1", policy, partition));
        world.settle();
    }

    /** As many as there are pods to come, one after the other. */
    private void ready(int times) {
        for (int i = 0; i < times; i++) {
            world.ready();
        }
    }

    private void image(String image) {
        world.change(set().withSpec(set().spec().withTemplate(Sample.template(image))));
        world.settle();
    }

    private void scale(int replicas) {
        world.change(set().withSpec(set().spec().withReplicas(replicas)));
        world.settle();
    }

    @Test
    void podsComeOneAfterTheOtherUnderNamesThatStay() {
        begin(3, null, 0);
        assertThat(names()).containsExactly("db-0");
        world.ready();
        assertThat(names()).containsExactly("db-0", "db-1");
        world.ready();
        world.ready();
        assertThat(names()).containsExactly("db-0", "db-1", "db-2");
        assertThat(pod(1).metadata().labels())
                .containsEntry(Annotations.POD_NAME, "db-1")
                .containsEntry(Annotations.POD_INDEX, "1")
                .containsEntry("app", "web");
        assertThat(pod(1).spec().hostname()).isEqualTo("db-1");
        StatefulSet.Status status = set().status();
        assertThat(List.of(status.replicas(), status.readyReplicas(), status.updatedReplicas()))
                .containsExactly(3, 3, 3);
        assertThat(status.currentRevision()).isEqualTo(status.updateRevision());

        String uid = pod(1).metadata().uid();
        world.delete(pod(1), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(names()).containsExactly("db-0", "db-1", "db-2");
        assertThat(pod(1).metadata().uid()).isNotEqualTo(uid);
    }

    @Test
    void podsEndFromTheHighestNumberOnOneAfterTheOther() {
        begin(3, null, 0);
        ready(3);
        world.podsEnd = false;
        scale(1);
        assertThat(world.pods().stream().filter(Owners::marked))
                .extracting(p -> p.metadata().name())
                .containsExactly("db-2");
        world.removePods();
        world.settle();
        assertThat(world.pods().stream().filter(Owners::marked))
                .extracting(p -> p.metadata().name())
                .containsExactly("db-1");
        world.removePods();
        world.settle();
        assertThat(names()).containsExactly("db-0");
    }

    @Test
    void aNameIsNotGivenAgainBeforeItsPodHasEnded() {
        begin(1, null, 0);
        ready(1);
        world.podsEnd = false;
        world.delete(pod(0), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.pods()).singleElement().matches(Owners::marked);
    }

    @Test
    void inParallelNobodyWaits() {
        begin(4, "Parallel", 0);
        assertThat(names()).hasSize(4);
        scale(1);
        assertThat(names()).containsExactly("db-0");
    }

    @Test
    void anUpdateGoesFromTheHighestNumberDownAndWaitsForEach() {
        begin(3, null, 0);
        ready(3);
        image("db:2");
        assertThat(images()).containsExactly("db:1", "db:1", "db:2");
        assertThat(set().status().updatedReplicas()).isEqualTo(1);
        assertThat(set().status().currentRevision()).isNotEqualTo(set().status().updateRevision());
        world.ready();
        assertThat(images()).containsExactly("db:1", "db:2", "db:2");
        ready(2);
        assertThat(images()).containsExactly("db:2", "db:2", "db:2");
        assertThat(set().status().currentRevision()).isEqualTo(set().status().updateRevision());
    }

    @Test
    void podsBelowThePartitionKeepTheirTemplateEvenIfTheyAreMadeAgain() {
        begin(3, null, 2);
        ready(3);
        image("db:2");
        ready(2);
        assertThat(images()).containsExactly("db:1", "db:1", "db:2");
        world.delete(pod(0), DeleteOptions.DEFAULT);
        world.settle();
        ready(2);
        assertThat(images()).containsExactly("db:1", "db:1", "db:2");
        assertThat(set().status().currentReplicas()).isEqualTo(2);
    }

    @Test
    void onDeleteLeavesPodsToTheirUser() {
        StatefulSet set = Sample.statefulSet(2, "db:1", null, 0);
        StatefulSet.Spec s = set.spec();
        world.create(
                World.T,
                set.withSpec(new StatefulSet.Spec(
                        s.replicas(),
                        s.selector(),
                        s.template(),
                        null,
                        null,
                        new StatefulSet.UpdateStrategy(StatefulSet.ON_DELETE, null),
                        null,
                        null,
                        null)));
        world.settle();
        ready(2);
        image("db:2");
        assertThat(images()).containsExactly("db:1", "db:1");
        world.delete(pod(0), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(images()).containsExactly("db:2", "db:1");
    }

    @Test
    void aTemplateThatNeverGetsReadyIsReplacedByOneThatDoes() {
        begin(2, null, 0);
        ready(2);
        image("db:broken");
        assertThat(images()).containsExactly("db:1", "db:broken");
        image("db:3");
        assertThat(images()).containsExactly("db:1", "db:3");
        ready(2);
        assertThat(images()).containsExactly("db:3", "db:3");
    }

    @Test
    void aPodThatHasEndedIsMadeAgain() {
        begin(1, null, 0);
        String uid = pod(0).metadata().uid();
        world.status(pod(0), "Failed", false);
        world.settle();
        assertThat(pod(0).metadata().uid()).isNotEqualTo(uid);
    }

    @Test
    void itsPodsAreTakenOverByASetThatIsMadeAnew() {
        Pod lone = Sample.pod("db-0");
        world.create(World.T, lone);
        world.create(World.T, Sample.pod("db-00"));
        begin(1, null, 0);
        assertThat(Owners.controls(set(), pod(0))).isTrue();
        assertThat(Owners.controllerOf(world.one(Kind.POD, "db-00", Pod.class))).isEmpty();
    }

    /** Whatever happens in whatever order: never two pods too many, and in the end what is wanted. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverHappensItComesToWhatIsWanted(long seed) {
        Random random = new Random(seed);
        begin(3, seed % 2 == 0 ? "Parallel" : null, 0);
        int wanted = 3;
        for (int i = 0; i < 60; i++) {
            List<Pod> pods = new ArrayList<>(world.pods());
            switch (random.nextInt(6)) {
                case 0 -> {
                    wanted = random.nextInt(5);
                    scale(wanted);
                }
                case 1 -> image("db:" + random.nextInt(3));
                case 2 -> {
                    if (!pods.isEmpty()) {
                        world.delete(pods.get(random.nextInt(pods.size())), DeleteOptions.DEFAULT);
                        world.settle();
                    }
                }
                case 3 -> {
                    if (!pods.isEmpty()) {
                        world.status(pods.get(random.nextInt(pods.size())), "Failed", false);
                        world.settle();
                    }
                }
                case 4 -> {
                    world.podsEnd = !world.podsEnd;
                    world.removePods();
                    world.settle();
                }
                default -> world.ready();
            }
            assertThat(names()).as("seed %d", seed).doesNotHaveDuplicates();
        }
        world.podsEnd = true;
        String image = set().spec().template().spec().containers().get(0).image();
        for (int i = 0; i < 20; i++) {
            world.removePods();
            world.settle();
            world.ready();
        }
        assertThat(images()).as("seed %d", seed).hasSize(wanted).allMatch(image::equals);
        assertThat(set().status().currentRevision()).isEqualTo(set().status().updateRevision());
    }
}
