package org.kochab.api.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a job again and again, by a schedule. */
public record CronJob(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String ALLOW = "Allow";
    public static final String FORBID = "Forbid";
    public static final String REPLACE = "Replace";

    /**
     * @param schedule five fields as of cron, or {@code @hourly} and the like
     * @param timeZone for example {@code Europe/Berlin}; UTC if null
     * @param startingDeadlineSeconds a job that could not be made at its time is still made so long after it; without limit if null
     * @param concurrencyPolicy if the job before still runs: {@code Allow} another, {@code Forbid} it, {@code Replace} the one before
     * @param suspend true: no more jobs, those there are go on
     * @param successfulJobsHistoryLimit complete jobs that are kept; 3 if null
     * @param failedJobsHistoryLimit failed jobs that are kept; 1 if null
     */
    public record Spec(
            @Nullable String schedule,
            @Nullable String timeZone,
            @Nullable Long startingDeadlineSeconds,
            @Nullable String concurrencyPolicy,
            @Nullable Boolean suspend,
            @Nullable JobTemplate jobTemplate,
            @Nullable Integer successfulJobsHistoryLimit,
            @Nullable Integer failedJobsHistoryLimit) {}

    public record JobTemplate(@Nullable ObjectMeta metadata, Job.@Nullable Spec spec) {}

    /**
     * @param active jobs that have not ended
     * @param lastScheduleTime the last time of the schedule that was seen to
     */
    public record Status(
            List<JobReference> active, @Nullable Instant lastScheduleTime, @Nullable Instant lastSuccessfulTime) {
        public static final Status NONE = new Status(List.of(), null, null);

        public Status {
            active = Copies.list(active);
        }
    }

    public record JobReference(String apiVersion, String kind, @Nullable String namespace, String name, String uid) {}

    @Override
    public CronJob withMetadata(ObjectMeta value) {
        return new CronJob(apiVersion, kind, value, spec, status);
    }

    public CronJob withSpec(@Nullable Spec value) {
        return new CronJob(apiVersion, kind, metadata, value, status);
    }

    public CronJob withStatus(@Nullable Status value) {
        return new CronJob(apiVersion, kind, metadata, spec, value);
    }
}
