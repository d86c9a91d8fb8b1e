package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Container;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;
import org.kochab.api.resource.DeleteOptions;

class JobControllerTest {
    private final World world = new World(new JobController(), new JobPodRelease());

    private Job job() {
        return world.one(Kind.JOB, "sum", Job.class);
    }

    private List<Pod> active() {
        return world.pods().stream().filter(PodState::active).toList();
    }

    private void begin(Job job) {
        world.create(World.T, job);
        world.settle();
    }

    private void end(Pod pod, String phase) {
        int code = phase.equals("Succeeded") ? 0 : 1;
        var terminated = new PodStatus.Terminated(code, null, null, null, null, world.now());
        var container = new PodStatus.ContainerStatus(
                "c", null, null, null, false, 0, new PodStatus.State(null, null, terminated), null, null);
        PodStatus status = new PodStatus(
                phase, null, null, null, null, world.now(), List.of(), List.of(container), List.of(), null);
        world.updateStatus(World.T, pod.withStatus(status));
    }

    private void endAll(String phase) {
        active().forEach(p -> end(p, phase));
        world.settle();
    }

    private @Nullable Condition condition(String type) {
        return Conditions.find(job().status().conditions(), type).orElse(null);
    }

    private void assertFailed(String reason) {
        assertThat(condition(Job.FAILED)).isNotNull();
        assertThat(condition(Job.FAILED).reason()).isEqualTo(reason);
        assertThat(active()).isEmpty();
        assertThat(job().status().active()).isZero();
    }

    @Test
    void runsSoManyAtATimeUntilEnoughHaveSucceeded() {
        begin(Sample.job(3, 2, null));
        assertThat(active()).hasSize(2).allSatisfy(p -> {
            assertThat(p.metadata().name()).startsWith("sum-");
            assertThat(p.metadata().labels()).containsEntry("job-name", "sum");
        });
        assertThat(job().status().active()).isEqualTo(2);
        endAll("Succeeded");
        assertThat(active()).hasSize(1);
        endAll("Succeeded");
        assertThat(active()).isEmpty();
        assertThat(job().status().is(Job.COMPLETE)).isTrue();
        assertThat(job().status().succeeded()).isEqualTo(3);
        assertThat(job().status().completionTime()).isEqualTo(world.now());
        assertThat(job().status().uncountedTerminatedPods()).isNull();
        assertThat(world.pods()).hasSize(3).noneMatch(JobCount::tracked);
        assertThat(world.events()).contains("Normal Completed Job completed");
    }

    @Test
    void countsEachEndOnceAlsoIfItsPodIsDeletedAtOnce() {
        begin(Sample.job(5, 1, null));
        for (int i = 1; i <= 5; i++) {
            String name = active().get(0).metadata().name();
            end(active().get(0), "Succeeded");
            world.delete(world.one(Kind.POD, name, Pod.class), DeleteOptions.DEFAULT);
            world.settle();
            assertThat(job().status().succeeded()).isEqualTo(i);
        }
        assertThat(world.pods()).isEmpty();
        assertThat(job().status().is(Job.COMPLETE)).isTrue();
    }

    @Test
    void triesAgainLaterEachTimeAndGivesUpAtItsLimit() {
        begin(Sample.job(1, 1, null));
        endAll("Failed");
        assertThat(active()).isEmpty();
        assertThat(job().status().failed()).isEqualTo(1);
        assertThat(world.wake()).contains(Duration.ofSeconds(10));
        world.pass(Duration.ofSeconds(10));
        assertThat(active()).hasSize(1);
        endAll("Failed");
        assertThat(world.wake()).contains(Duration.ofSeconds(20));
        world.pass(Duration.ofSeconds(19));
        assertThat(active()).isEmpty();
        world.pass(Duration.ofSeconds(1));
        endAll("Failed");
        assertFailed("BackoffLimitExceeded");
        assertThat(job().status().failed()).isEqualTo(3);
        assertThat(world.events()).contains("Warning BackoffLimitExceeded Job has reached the specified backoff limit");
    }

    @Test
    void endsTheOtherPodsWhenItFailsWithoutCountingThem() {
        begin(Sample.job(new Job.Spec(4, 8, null, 0, null, null, null, null, Sample.template("work:1"))));
        end(active().get(0), "Failed");
        world.settle();
        assertFailed("BackoffLimitExceeded");
        assertThat(job().status().failed()).isEqualTo(1);
        assertThat(world.pods()).hasSize(1);
    }

    @Test
    void aPodThatIsDeletedByOthersIsAFailureAndReplaced() {
        begin(Sample.job(1, 1, null));
        world.podsEnd = false;
        world.delete(active().get(0), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(job().status().failed()).isEqualTo(1);
        assertThat(active()).hasSize(1);
    }

    @Test
    void eachIndexSucceedsOnce() {
        begin(Sample.job(4, 3, Job.INDEXED));
        assertThat(active()).extracting(JobCount::index).containsExactlyInAnyOrder(0, 1, 2);
        Pod second = active().stream()
                .filter(p -> JobCount.index(p) == 1)
                .findFirst()
                .orElseThrow();
        assertThat(second.metadata().name()).startsWith("sum-1-");
        assertThat(second.spec().containers().get(0).env())
                .containsExactly(new Container.EnvVar("JOB_COMPLETION_INDEX", "1"));
        end(second, "Succeeded");
        world.settle();
        assertThat(job().status().completedIndexes()).isEqualTo("1");
        assertThat(active()).extracting(JobCount::index).containsExactlyInAnyOrder(0, 2, 3);
        endAll("Succeeded");
        assertThat(job().status().completedIndexes()).isEqualTo("0-3");
        assertThat(job().status().is(Job.COMPLETE)).isTrue();
    }

    @Test
    void withoutCompletionsOneSuccessLetsTheOthersRunOut() {
        begin(Sample.job(null, 3, null));
        end(active().get(0), "Succeeded");
        world.settle();
        assertThat(active()).hasSize(2);
        assertThat(job().status().finished()).isFalse();
        endAll("Succeeded");
        assertThat(job().status().is(Job.COMPLETE)).isTrue();
    }

    @Test
    void suspendsAndGoesOn() {
        begin(Sample.job(2, 2, null));
        suspend(true);
        assertThat(world.pods()).isEmpty();
        assertThat(job().status().is(Job.SUSPENDED)).isTrue();
        assertThat(job().status().startTime()).isNull();
        assertThat(job().status().failed()).isZero();
        suspend(false);
        assertThat(active()).hasSize(2);
        assertThat(job().status().is(Job.SUSPENDED)).isFalse();
    }

    private void suspend(boolean value) {
        Job.Spec s = job().spec();
        world.change(job().withSpec(new Job.Spec(
                s.parallelism(), s.completions(), null, s.backoffLimit(), null, null, value, null, s.template())));
        world.settle();
    }

    @Test
    void failsAtItsDeadline() {
        begin(Sample.job(new Job.Spec(1, 1, null, 6, 60L, null, null, null, Sample.template("work:1"))));
        assertThat(world.wake()).contains(Duration.ofSeconds(60));
        world.pass(Duration.ofSeconds(59));
        assertThat(active()).hasSize(1);
        world.pass(Duration.ofSeconds(1));
        assertFailed("DeadlineExceeded");
    }

    @Test
    void goesSomeTimeAfterItsEndIfThatIsWished() {
        begin(Sample.job(new Job.Spec(1, 1, null, 6, null, 100, null, null, Sample.template("work:1"))));
        endAll("Succeeded");
        world.pass(Duration.ofSeconds(99));
        assertThat(world.all(Kind.JOB, Job.class)).hasSize(1);
        world.pass(Duration.ofSeconds(1));
        assertThat(world.all(Kind.JOB, Job.class)).allMatch(Owners::marked);
    }

    @Test
    void letsItsPodsGoWhenItIsDeleted() {
        world.add(GarbageCollector.all());
        begin(Sample.job(3, 3, null));
        end(active().get(0), "Succeeded");
        world.delete(job(), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.pods()).isEmpty();
        assertThat(world.all(Kind.JOB, Job.class)).isEmpty();
    }

    @Test
    void orphansAreNotKept() {
        world.add(GarbageCollector.all());
        begin(Sample.job(3, 3, null));
        world.delete(job(), new DeleteOptions(null, true, null, false));
        world.settle();
        assertThat(world.all(Kind.JOB, Job.class)).isEmpty();
        assertThat(world.pods()).hasSize(3).noneMatch(JobCount::tracked);
    }

    @Test
    void aLargeJobIsDoneInSteps() {
        int many = 2 * JobController.MOST_AT_ONCE + 7;
        begin(Sample.job(many, many, null));
        assertThat(active()).hasSize(many);
        endAll("Succeeded");
        assertThat(job().status().is(Job.COMPLETE)).isTrue();
        assertThat(job().status().succeeded()).isEqualTo(many);
    }

    @Test
    void indexesAreWrittenShort() {
        BitSet set = new BitSet();
        for (int i : new int[] {0, 1, 3, 5, 6, 7, 9}) {
            set.set(i);
        }
        assertThat(IndexSet.text(set)).isEqualTo("0,1,3,5-7,9");
        assertThat(IndexSet.parse("0,1,3,5-7,9", 100)).isEqualTo(set);
        assertThat(IndexSet.parse("x,2-,-3,8-200", 10)).isEqualTo(BitSet.valueOf(new long[] {0b1100000000}));
        assertThat(IndexSet.parse(null, 10).isEmpty()).isTrue();
    }
}
