package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Job;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;

/**
 * How often a job has succeeded and failed, each pod counted once whatever happens in between. As in Kubernetes: a pod carries a finalizer until its end is
 * counted; its uid is first written into the job's status, then the finalizer is taken away, then the uid turns into one more of the counter.
 */
final class JobCount {
    static final String TRACKING = "batch.kubernetes.io/job-tracking";

    /** Ends written into one status. */
    static final int MOST_UNCOUNTED = 500;

    private static final Duration FIRST_DELAY = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(6);

    private final Job job;
    private final boolean indexed;
    private int succeeded;
    private int failed;
    private final List<String> newlySucceeded = new ArrayList<>();
    private final List<String> newlyFailed = new ArrayList<>();
    private final BitSet indexes;
    private final List<Pod> counted = new ArrayList<>();

    /** @param pods that the job controls */
    JobCount(Job job, List<Pod> pods) {
        this.job = job;
        Job.Status status = status(job);
        indexed = Job.INDEXED.equals(job.spec().completionMode());
        indexes = IndexSet.parse(status.completedIndexes(), completions(job));
        succeeded = status.succeeded();
        failed = status.failed();
        carryOver(status.uncountedTerminatedPods(), pods);
        pods.stream().filter(JobCount::tracked).forEach(this::count);
    }

    static Job.Status status(Job job) {
        return job.status() == null ? Job.Status.NONE : job.status();
    }

    static int completions(Job job) {
        Integer completions = job.spec().completions();
        return completions == null ? Integer.MAX_VALUE : completions;
    }

    static boolean tracked(Pod pod) {
        return pod.metadata().finalizers().contains(TRACKING);
    }

    static int index(Pod pod) {
        return IndexSet.number(pod.metadata().annotations().get(Annotations.COMPLETION_INDEX));
    }

    private void carryOver(Job.@Nullable Uncounted before, List<Pod> pods) {
        if (before == null) {
            return;
        }
        Set<String> tracked = new HashSet<>();
        pods.stream().filter(JobCount::tracked).map(JobCount::uid).forEach(tracked::add);
        for (String uid : before.succeeded()) {
            if (tracked.contains(uid)) {
                newlySucceeded.add(uid);
            } else {
                succeeded++;
            }
        }
        for (String uid : before.failed()) {
            if (tracked.contains(uid)) {
                newlyFailed.add(uid);
            } else {
                failed++;
            }
        }
    }

    private void count(Pod pod) {
        boolean success = succeeded(pod);
        if (!success && PodState.active(pod)) {
            return;
        }
        String uid = uid(pod);
        if (success && indexed) {
            int index = index(pod);
            if (index >= 0 && index < completions(job)) {
                indexes.set(index);
            }
        } else if (!newlySucceeded.contains(uid) && !newlyFailed.contains(uid)) {
            if (newlySucceeded.size() + newlyFailed.size() >= MOST_UNCOUNTED) {
                return;
            }
            (success ? newlySucceeded : newlyFailed).add(uid);
        }
        counted.add(pod);
    }

    /** Pods that may lose their finalizer once {@link #into} is stored. */
    List<Pod> counted() {
        return counted;
    }

    int succeeded() {
        return indexed ? indexes.cardinality() : succeeded + newlySucceeded.size();
    }

    int failed() {
        return failed + newlyFailed.size();
    }

    BitSet indexes() {
        return indexes;
    }

    boolean indexed() {
        return indexed;
    }

    /** The status with these counts; the counters themselves hold only what is no longer among the uids. */
    Job.Status into(Job.Status status) {
        boolean none = newlySucceeded.isEmpty() && newlyFailed.isEmpty();
        return new Job.Status(
                status.active(),
                status.ready(),
                indexed ? indexes.cardinality() : succeeded,
                failed,
                indexed ? IndexSet.text(indexes) : null,
                none ? null : new Job.Uncounted(newlySucceeded, newlyFailed),
                status.startTime(),
                status.completionTime(),
                status.conditions());
    }

    /** When the next pod may come: failures without a success after them keep it back, 10 s, 20 s, … 6 minutes. */
    static Instant notBefore(List<Pod> pods) {
        Instant success = pods.stream()
                .filter(JobCount::succeeded)
                .map(JobCount::end)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
        List<Instant> failures = pods.stream()
                .filter(p -> PodState.ended(p) && !succeeded(p))
                .map(JobCount::end)
                .filter(success::isBefore)
                .sorted()
                .toList();
        if (failures.isEmpty()) {
            return Instant.MIN;
        }
        Duration delay = FIRST_DELAY;
        for (int i = 1; i < failures.size() && delay.compareTo(LONGEST_DELAY) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return failures.get(failures.size() - 1).plus(delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay);
    }

    static int restarts(List<Pod> pods) {
        return pods.stream()
                .map(Pod::status)
                .filter(Objects::nonNull)
                .flatMap(s -> s.containerStatuses().stream())
                .mapToInt(PodStatus.ContainerStatus::restartCount)
                .sum();
    }

    private static boolean succeeded(Pod pod) {
        return pod.status() != null && "Succeeded".equals(pod.status().phase());
    }

    private static Instant end(Pod pod) {
        return pod.status() == null
                ? PodState.created(pod)
                : pod.status().containerStatuses().stream()
                        .map(c -> c.state() == null || c.state().terminated() == null
                                ? null
                                : c.state().terminated().finishedAt())
                        .filter(Objects::nonNull)
                        .max(Instant::compareTo)
                        .orElse(PodState.created(pod));
    }

    private static String uid(Pod pod) {
        return String.valueOf(pod.metadata().uid());
    }
}
