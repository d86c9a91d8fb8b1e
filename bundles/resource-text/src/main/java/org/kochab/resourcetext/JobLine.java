package org.kochab.resourcetext;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Condition;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.Job;
import org.kochab.api.model.PodSpec;

/** How far a job is, in words. */
public final class JobLine {
    private JobLine() {}

    public static String status(Job job) {
        Job.Status s = job.status();
        if (s == null) {
            return "Running";
        }
        return s.is(Job.COMPLETE)
                ? Job.COMPLETE
                : s.is(Job.FAILED) ? Job.FAILED : s.is(Job.SUSPENDED) ? Job.SUSPENDED : "Running";
    }

    /** {@code 2/3}, or {@code 1/1 of 4} if one of several pods at a time is enough, as kubectl has it. */
    public static String completions(Job job) {
        int succeeded = job.status() == null ? 0 : job.status().succeeded();
        Job.Spec spec = job.spec();
        if (spec != null && spec.completions() != null) {
            return succeeded + "/" + spec.completions();
        }
        int parallelism = spec == null || spec.parallelism() == null ? 1 : spec.parallelism();
        return succeeded + "/1" + (parallelism > 1 ? " of " + parallelism : "");
    }

    public static String duration(Job job, Instant now) {
        Job.Status s = job.status();
        if (s == null || s.startTime() == null) {
            return "<none>";
        }
        Instant end = s.completionTime();
        if (end == null && s.is(Job.FAILED)) {
            end = failure(s) == null ? null : failure(s).lastTransitionTime();
        }
        return Ages.of(Duration.between(s.startTime(), end == null ? now : end));
    }

    public static @Nullable Condition failure(Job.Status s) {
        return s.conditions().stream()
                .filter(c -> c.type().equals(Job.FAILED) && c.isTrue())
                .findFirst()
                .orElse(null);
    }

    public static String schedule(CronJob c) {
        CronJob.Spec s = c.spec();
        return s == null ? "<none>" : s.schedule() + (s.timeZone() == null ? "" : " " + s.timeZone());
    }

    public static boolean suspended(CronJob c) {
        return c.spec() != null && Boolean.TRUE.equals(c.spec().suspend());
    }

    public static CronJob.Status status(CronJob c) {
        return c.status() == null ? CronJob.Status.NONE : c.status();
    }

    public static String last(CronJob c, Instant now) {
        Instant last = status(c).lastScheduleTime();
        return last == null ? "<none>" : Ages.since(last, now);
    }

    public static @Nullable PodSpec pod(Job job) {
        return job.spec() == null || job.spec().template() == null
                ? null
                : job.spec().template().spec();
    }
}
