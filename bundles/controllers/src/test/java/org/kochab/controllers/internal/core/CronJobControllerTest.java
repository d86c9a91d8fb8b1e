package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Condition;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;

class CronJobControllerTest {
    private final World world = new World(new CronJobController());

    private void begin(String schedule, @Nullable Long deadline, String policy) {
        Job.Spec job = new Job.Spec(1, 1, null, 0, null, null, null, null, Sample.template("work:1"));
        var template = new CronJob.JobTemplate(Templates.blank().withLabels(Sample.LABELS), job);
        CronJob.Spec spec = new CronJob.Spec(schedule, null, deadline, policy, null, template, 2, 1);
        world.create(World.T, new CronJob("batch/v1", "CronJob", Sample.meta("tick"), spec, null));
        world.settle();
    }

    private CronJob cron() {
        return world.one(Kind.CRON_JOB, "tick", CronJob.class);
    }

    private List<Job> jobs() {
        return world.all(Kind.JOB, Job.class);
    }

    private static String name(Instant time) {
        return "tick-" + time.getEpochSecond() / 60;
    }

    private void end(Job job, String type) {
        var condition = new Condition(type, "True", null, null, world.now());
        Instant completed = type.equals(Job.COMPLETE) ? world.now() : null;
        world.updateStatus(
                World.T,
                job.withStatus(new Job.Status(0, 0, 1, 0, null, null, world.now(), completed, List.of(condition))));
        world.settle();
    }

    @Test
    void makesOneJobForEachTime() {
        begin("*/10 * * * *", null, CronJob.ALLOW);
        assertThat(jobs()).isEmpty();
        assertThat(world.wake()).contains(Duration.ofMinutes(10));
        Instant first = world.now().plusSeconds(600);
        world.pass(Duration.ofMinutes(10));
        assertThat(jobs()).singleElement().satisfies(j -> {
            assertThat(j.metadata().name()).isEqualTo(name(first));
            assertThat(j.metadata().labels()).isEqualTo(Sample.LABELS);
            assertThat(Owners.controls(cron(), j)).isTrue();
        });
        assertThat(cron().status().lastScheduleTime()).isEqualTo(first);
        assertThat(cron().status().active())
                .extracting(CronJob.JobReference::name)
                .containsExactly(name(first));
        world.pass(Duration.ofMinutes(9));
        assertThat(jobs()).hasSize(1);
        world.pass(Duration.ofMinutes(1));
        assertThat(jobs()).hasSize(2);
    }

    @Test
    void aNewLeaderDoesNotMakeItASecondTime() {
        begin("*/10 * * * *", null, CronJob.ALLOW);
        world.pass(Duration.ofMinutes(10));
        // As if the leader had gone after the job was stored and before the status was.
        world.updateStatus(World.T, cron().withStatus(null));
        world.settle();
        assertThat(jobs()).hasSize(1);
        assertThat(cron().status().lastScheduleTime()).isEqualTo(world.now());
    }

    @Test
    void afterAnOutageTheLastTimeIsMadeUpForUnlessItIsTooLongAgo() {
        begin("*/10 * * * *", 120L, CronJob.ALLOW);
        Instant last = world.now().plusSeconds(3600);
        world.pass(Duration.ofMinutes(61));
        assertThat(jobs()).extracting(j -> j.metadata().name()).containsExactly(name(last));
        world.pass(Duration.ofMinutes(14));
        assertThat(jobs()).hasSize(1);
        assertThat(world.events()).anyMatch(e -> e.startsWith("Warning MissSchedule"));
    }

    @Test
    void forbidWaitsForTheJobBefore() {
        begin("*/10 * * * *", null, CronJob.FORBID);
        world.pass(Duration.ofMinutes(10));
        world.pass(Duration.ofMinutes(10));
        assertThat(jobs()).hasSize(1);
        end(jobs().get(0), Job.COMPLETE);
        assertThat(jobs()).hasSize(2);
        assertThat(cron().status().lastSuccessfulTime()).isEqualTo(world.now());
    }

    @Test
    void replaceEndsTheJobBefore() {
        begin("*/10 * * * *", null, CronJob.REPLACE);
        world.pass(Duration.ofMinutes(10));
        String before = jobs().get(0).metadata().name();
        world.pass(Duration.ofMinutes(10));
        assertThat(jobs())
                .singleElement()
                .satisfies(j -> assertThat(j.metadata().name()).isNotEqualTo(before));
    }

    @Test
    void keepsAsManyEndedJobsAsIsSaid() {
        begin("*/10 * * * *", null, CronJob.ALLOW);
        for (int i = 0; i < 10; i++) {
            world.pass(Duration.ofMinutes(10));
            jobs().stream()
                    .filter(j -> !JobCount.status(j).finished())
                    .forEach(j -> end(j, cron().status().active().size() % 2 == 0 ? Job.FAILED : Job.COMPLETE));
        }
        assertThat(jobs()).hasSize(2);
        for (int i = 0; i < 4; i++) {
            world.pass(Duration.ofMinutes(10));
            jobs().stream().filter(j -> !JobCount.status(j).finished()).forEach(j -> end(j, Job.FAILED));
        }
        assertThat(jobs()).hasSize(3);
    }

    @Test
    void suspendedItMakesNone() {
        begin("*/10 * * * *", null, CronJob.ALLOW);
        CronJob.Spec s = cron().spec();
        world.change(cron().withSpec(new CronJob.Spec(
                s.schedule(), null, null, s.concurrencyPolicy(), true, s.jobTemplate(), 3, 1)));
        world.pass(Duration.ofHours(1));
        assertThat(jobs()).isEmpty();
    }
}
