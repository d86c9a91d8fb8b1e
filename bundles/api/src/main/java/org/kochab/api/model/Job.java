package org.kochab.api.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs pods until enough of them have succeeded. */
public record Job(String apiVersion, String kind, ObjectMeta metadata, @Nullable Spec spec, @Nullable Status status)
        implements Resource {
    public static final String INDEXED = "Indexed";

    /** Types of conditions: at most one of the first two is ever true, and then nothing changes any more. */
    public static final String COMPLETE = "Complete";

    public static final String FAILED = "Failed";
    public static final String SUSPENDED = "Suspended";

    /**
     * @param parallelism most pods at a time; 1 if null
     * @param completions how many pods must succeed; if null, one success is enough and the other pods are let run to their end
     * @param completionMode {@code NonIndexed}, or {@code Indexed}: each of the indexes from 0 to {@code completions - 1} must succeed once
     * @param backoffLimit more failed pods than that fail the job; 6 if null
     * @param activeDeadlineSeconds the job fails if it takes longer
     * @param ttlSecondsAfterFinished the job is deleted so long after its end; never if null
     * @param suspend true: no pods, those that run are deleted
     * @param selector labels of its pods; the platform's to fill in
     */
    public record Spec(
            @Nullable Integer parallelism,
            @Nullable Integer completions,
            @Nullable String completionMode,
            @Nullable Integer backoffLimit,
            @Nullable Long activeDeadlineSeconds,
            @Nullable Integer ttlSecondsAfterFinished,
            @Nullable Boolean suspend,
            @Nullable LabelSelector selector,
            Pod.@Nullable Template template) {}

    /**
     * @param active pods that have not ended
     * @param succeeded counted successes; with indexes, how many of them have succeeded
     * @param failed counted failures
     * @param completedIndexes for example {@code 0,2-5}; only with indexes
     * @param uncountedTerminatedPods ended pods that are in no counter yet
     */
    public record Status(
            int active,
            int ready,
            int succeeded,
            int failed,
            @Nullable String completedIndexes,
            @Nullable Uncounted uncountedTerminatedPods,
            @Nullable Instant startTime,
            @Nullable Instant completionTime,
            List<Condition> conditions) {
        public static final Status NONE = new Status(0, 0, 0, 0, null, null, null, null, List.of());

        public Status {
            conditions = Copies.list(conditions);
        }

        public boolean is(String condition) {
            return conditions.stream().anyMatch(c -> c.type().equals(condition) && c.isTrue());
        }

        /** Complete or failed. */
        public boolean finished() {
            return is(COMPLETE) || is(FAILED);
        }
    }

    /** Uids. */
    public record Uncounted(List<String> succeeded, List<String> failed) {
        public Uncounted {
            succeeded = Copies.list(succeeded);
            failed = Copies.list(failed);
        }
    }

    @Override
    public Job withMetadata(ObjectMeta value) {
        return new Job(apiVersion, kind, value, spec, status);
    }

    public Job withSpec(@Nullable Spec value) {
        return new Job(apiVersion, kind, metadata, value, status);
    }

    public Job withStatus(@Nullable Status value) {
        return new Job(apiVersion, kind, metadata, spec, value);
    }
}
