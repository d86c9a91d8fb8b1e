package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Container;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/** Runs a job's pods until enough have succeeded, or too many have failed. */
public final class JobController implements Controller {
    /** Pods created or let go in one call; the rest follows in the next, so that one large job does not hold up the others. */
    static final int MOST_AT_ONCE = 500;

    @Override
    public String name() {
        return "job";
    }

    @Override
    public Kind kind() {
        return Kind.JOB;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.POD);
    }

    @Override
    public boolean watchesBindings() {
        return false;
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        Job job = context.get(object).map(Job.class::cast).orElse(null);
        if (job == null || job.spec() == null || job.spec().template() == null) {
            return Outcome.DONE;
        }
        List<Pod> pods = OwnedPods.of(context, object.tenant(), job);
        if (Owners.marked(job)) {
            return release(context, object.tenant(), pods) ? new Outcome.Again(Duration.ZERO) : Outcome.DONE;
        }
        return new Run(context, object, job, pods).step();
    }

    /**
     * Takes the finalizer that keeps a pod until its end is counted.
     *
     * @return whether there are more
     */
    private static boolean release(ControllerContext context, TenantId tenant, List<Pod> pods) {
        List<Pod> tracked = pods.stream().filter(JobCount::tracked).toList();
        tracked.stream().limit(MOST_AT_ONCE).forEach(p -> release(context, tenant, p));
        return tracked.size() > MOST_AT_ONCE;
    }

    static void release(ControllerContext context, TenantId tenant, Pod pod) {
        List<String> left = pod.metadata().finalizers().stream()
                .filter(f -> !f.equals(JobCount.TRACKING))
                .toList();
        context.update(tenant, pod.withMetadata(pod.metadata().withFinalizers(left)));
    }

    /** One look at one job. */
    private static final class Run {
        private final ControllerContext context;
        private final ResourceRef object;
        private final TenantId tenant;
        private final Job.Spec spec;
        private final List<Pod> pods;
        private final List<Pod> active = new ArrayList<>();
        private final JobCount count;
        private final Instant now;
        private Job job;

        Run(ControllerContext context, ResourceRef object, Job job, List<Pod> pods) {
            this.context = context;
            this.object = object;
            this.tenant = object.tenant();
            this.job = job;
            this.spec = job.spec();
            this.pods = pods;
            this.now = context.now();
            this.count = new JobCount(job, pods);
            pods.stream().filter(PodState::active).forEach(active::add);
        }

        Outcome step() {
            Job.Status status = JobCount.status(job);
            if (status.finished()) {
                return finished(status);
            }
            boolean suspended = Boolean.TRUE.equals(spec.suspend());
            store(count.into(begun(status, suspended)));
            if (!count.counted().isEmpty()) {
                count.counted().stream().limit(MOST_AT_ONCE).forEach(p -> release(context, tenant, p));
                return new Outcome.Again(Duration.ZERO);
            }
            Optional<Condition> end = end();
            if (end.isPresent()) {
                return finish(end.get());
            }
            Optional<ResourceService.Outcome.Refused> refused = Optional.empty();
            int missing = (suspended ? 0 : wanted()) - active.size();
            Duration wait = Duration.ZERO;
            if (missing < 0) {
                drop(PodState.inOrderOfDeletion(active).subList(0, Math.min(-missing, MOST_AT_ONCE)));
            } else if (missing > 0) {
                wait = Duration.between(now, later(JobCount.notBefore(pods), now));
                if (wait.isZero()) {
                    refused = OwnedPods.create(context, tenant, job, fresh(Math.min(missing, MOST_AT_ONCE)), active);
                }
            }
            store(count.into(withPods(JobCount.status(job))));
            if (refused.isPresent()) {
                throw OwnedPods.failure(object, refused.get());
            }
            return Math.abs(missing) > MOST_AT_ONCE ? new Outcome.Again(Duration.ZERO) : next(wait, suspended);
        }

        private static Instant later(Instant a, Instant b) {
            return a.isAfter(b) ? a : b;
        }

        /** @param wait for the next pod; zero for none */
        private Outcome next(Duration wait, boolean suspended) {
            Duration next = wait.isZero() ? null : wait;
            Instant start = JobCount.status(job).startTime();
            if (spec.activeDeadlineSeconds() != null && start != null && !suspended) {
                Duration left = Duration.between(now, start.plusSeconds(spec.activeDeadlineSeconds()));
                next = next == null || left.compareTo(next) < 0 ? left : next;
            }
            return next == null ? Outcome.DONE : new Outcome.Again(next);
        }

        private Job.Status begun(Job.Status s, boolean suspended) {
            Instant start = suspended ? null : s.startTime() == null ? now : s.startTime();
            List<Condition> conditions = s.conditions();
            if (suspended != s.is(Job.SUSPENDED)) {
                conditions = suspended
                        ? Conditions.with(conditions, Job.SUSPENDED, "True", "JobSuspended", "Job suspended", now)
                        : Conditions.with(conditions, Job.SUSPENDED, "False", "JobResumed", "Job resumed", now);
                context.event(
                        job,
                        "Normal",
                        suspended ? "Suspended" : "Resumed",
                        suspended ? "Job suspended" : "Job resumed");
            }
            return status(s, start, s.completionTime(), conditions);
        }

        private Job.Status withPods(Job.Status s) {
            return status(s, s.startTime(), s.completionTime(), s.conditions());
        }

        private Job.Status status(
                Job.Status s, @Nullable Instant start, @Nullable Instant end, List<Condition> conditions) {
            return new Job.Status(
                    active.size(),
                    (int) active.stream().filter(PodState::ready).count(),
                    s.succeeded(),
                    s.failed(),
                    s.completedIndexes(),
                    s.uncountedTerminatedPods(),
                    start,
                    end,
                    conditions);
        }

        private void store(Job.Status status) {
            if (!status.equals(job.status())) {
                job = (Job) context.updateStatus(tenant, job.withStatus(status));
            }
        }

        private int wanted() {
            int parallelism = spec.parallelism() == null ? 1 : spec.parallelism();
            if (spec.completions() == null) {
                return count.succeeded() > 0 ? Math.min(active.size(), parallelism) : parallelism;
            }
            return Math.min(parallelism, Math.max(0, spec.completions() - count.succeeded()));
        }

        private Optional<Condition> end() {
            int limit = spec.backoffLimit() == null ? 6 : spec.backoffLimit();
            boolean onFailure = "OnFailure".equals(spec.template().spec().restartPolicy());
            if (count.failed() > limit || onFailure && JobCount.restarts(active) >= Math.max(limit, 1)) {
                return ended(Job.FAILED, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
            }
            Instant start = JobCount.status(job).startTime();
            if (spec.activeDeadlineSeconds() != null
                    && start != null
                    && !now.isBefore(start.plusSeconds(spec.activeDeadlineSeconds()))) {
                return ended(Job.FAILED, "DeadlineExceeded", "Job was active longer than specified deadline");
            }
            boolean complete = spec.completions() == null
                    ? count.succeeded() > 0 && active.isEmpty()
                    : count.succeeded() >= spec.completions();
            return complete ? ended(Job.COMPLETE, null, null) : Optional.empty();
        }

        private Optional<Condition> ended(String type, @Nullable String reason, @Nullable String message) {
            return Optional.of(new Condition(type, "True", reason, message, now));
        }

        private Outcome finish(Condition end) {
            boolean complete = end.type().equals(Job.COMPLETE);
            Job.Status s = JobCount.status(job);
            store(status(
                    count.into(s), s.startTime(), complete ? now : null, Conditions.replaced(s.conditions(), end)));
            context.event(
                    job,
                    complete ? "Normal" : "Warning",
                    complete ? "Completed" : String.valueOf(end.reason()),
                    complete ? "Job completed" : String.valueOf(end.message()));
            return finished(JobCount.status(job));
        }

        /** What is left to do: the last pods, the last counts, the end of the job itself. */
        private Outcome finished(Job.Status s) {
            List<Pod> out = List.copyOf(active.subList(0, Math.min(active.size(), MOST_AT_ONCE)));
            drop(out);
            active.removeAll(out);
            store(withPods(count.into(s)));
            List<Pod> ended = pods.stream().filter(p -> !PodState.active(p)).toList();
            boolean more = release(context, tenant, ended) || !active.isEmpty();
            if (more) {
                return new Outcome.Again(Duration.ZERO);
            }
            Integer ttl = spec.ttlSecondsAfterFinished();
            if (ttl == null) {
                return Outcome.DONE;
            }
            Instant end = s.conditions().stream()
                    .filter(c -> c.isTrue()
                            && (c.type().equals(Job.COMPLETE) || c.type().equals(Job.FAILED)))
                    .map(c -> c.lastTransitionTime() == null ? now : c.lastTransitionTime())
                    .findFirst()
                    .orElse(now);
            Duration left = Duration.between(now, end.plusSeconds(ttl));
            if (left.isNegative() || left.isZero()) {
                context.delete(object, DeleteOptions.DEFAULT);
                return Outcome.DONE;
            }
            return new Outcome.Again(left);
        }

        /** Ends pods on the job's own wish, which counts as no failure. */
        private void drop(List<Pod> out) {
            if (out.isEmpty()) {
                return;
            }
            out.stream().filter(JobCount::tracked).forEach(p -> release(context, tenant, p));
            OwnedPods.delete(context, job, out);
        }

        private List<Pod> fresh(int number) {
            if (!count.indexed()) {
                return Collections.nCopies(
                        number,
                        fresh(job.metadata().name() + "-", spec.template().spec(), new TreeMap<>()));
            }
            BitSet taken = (BitSet) count.indexes().clone();
            active.stream().mapToInt(JobCount::index).filter(i -> i >= 0).forEach(taken::set);
            List<Pod> fresh = new ArrayList<>();
            for (int i = taken.nextClearBit(0);
                    fresh.size() < number && i < JobCount.completions(job);
                    i = taken.nextClearBit(i + 1)) {
                fresh.add(fresh(
                        job.metadata().name() + "-" + i + "-",
                        withIndex(spec.template().spec(), i),
                        one(Annotations.COMPLETION_INDEX, Integer.toString(i))));
            }
            return fresh;
        }

        private Pod fresh(String generateName, PodSpec pod, Map<String, String> annotations) {
            Map<String, String> labels =
                    one(Annotations.JOB_NAME, String.valueOf(job.metadata().name()));
            Pod fresh = OwnedPods.fresh(job, generateName, spec.template(), labels, pod);
            Map<String, String> all = new TreeMap<>(fresh.metadata().annotations());
            all.putAll(annotations);
            List<String> finalizers = new ArrayList<>(fresh.metadata().finalizers());
            finalizers.add(JobCount.TRACKING);
            return fresh.withMetadata(fresh.metadata().withAnnotations(all).withFinalizers(finalizers));
        }

        private static Map<String, String> one(String key, String value) {
            Map<String, String> map = new TreeMap<>();
            map.put(key, value);
            return map;
        }

        private static PodSpec withIndex(PodSpec pod, int index) {
            var variable = new Container.EnvVar("JOB_COMPLETION_INDEX", Integer.toString(index));
            return pod.toBuilder()
                    .containers(pod.containers().stream()
                            .map(c -> with(c, variable))
                            .toList())
                    .initContainers(pod.initContainers().stream()
                            .map(c -> with(c, variable))
                            .toList())
                    .build();
        }

        private static Container with(Container container, Container.EnvVar variable) {
            List<Container.EnvVar> env = new ArrayList<>(container.env());
            env.removeIf(e -> e.name().equals(variable.name()));
            env.add(variable);
            return container.toBuilder().env(env).build();
        }
    }
}
