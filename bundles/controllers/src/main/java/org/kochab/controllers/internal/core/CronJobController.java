package org.kochab.controllers.internal.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.schedule.Schedule;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.ControllerContext;
import org.kochab.spi.controller.Outcome;

/**
 * Makes a job for each time of a schedule. The job's name tells its time, so that there is never a second one for it; the status is written after the job is there.
 */
public final class CronJobController implements Controller {
    /** Jobs that are looked at later are looked at within this time, in case the clock is set. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "cronjob";
    }

    @Override
    public Kind kind() {
        return Kind.CRON_JOB;
    }

    @Override
    public List<Kind> owns() {
        return List.of(Kind.JOB);
    }

    @Override
    public Outcome reconcile(ControllerContext context, ResourceRef object) {
        CronJob cron = context.get(object).map(CronJob.class::cast).orElse(null);
        if (cron == null
                || Owners.marked(cron)
                || cron.spec() == null
                || cron.spec().schedule() == null
                || cron.spec().jobTemplate() == null) {
            return Outcome.DONE;
        }
        Schedule schedule;
        try {
            schedule = Schedule.parse(cron.spec().schedule(), cron.spec().timeZone());
        } catch (IllegalArgumentException e) {
            context.event(cron, "Warning", "InvalidSchedule", String.valueOf(e.getMessage()));
            return Outcome.DONE;
        }
        return new Run(context, object.tenant(), cron, schedule).step();
    }

    /** One look at one cron job. */
    private static final class Run {
        private final ControllerContext context;
        private final TenantId tenant;
        private final CronJob.Spec spec;
        private final Schedule schedule;
        private final Instant now;
        private CronJob cron;

        Run(ControllerContext context, TenantId tenant, CronJob cron, Schedule schedule) {
            this.context = context;
            this.tenant = tenant;
            this.cron = cron;
            this.spec = cron.spec();
            this.schedule = schedule;
            this.now = context.now();
        }

        Outcome step() {
            Instant last = lastSeen();
            report(cron.status() == null ? null : cron.status().lastScheduleTime());
            forget(j -> JobCount.status(j).is(Job.COMPLETE), spec.successfulJobsHistoryLimit(), 3);
            forget(j -> JobCount.status(j).is(Job.FAILED), spec.failedJobsHistoryLimit(), 1);
            if (Boolean.TRUE.equals(spec.suspend())) {
                return Outcome.DONE;
            }
            Optional<Instant> due = schedule.last(now).filter(last::isBefore);
            if (due.isPresent()) {
                boolean seen = make(due.get());
                if (!seen) {
                    // The end of the job before calls this again.
                    return wait(schedule.next(now));
                }
                report(due.get());
            }
            return wait(schedule.next(now));
        }

        private Outcome wait(Optional<Instant> next) {
            Duration left = Duration.between(now, next.orElse(Instant.MAX));
            return new Outcome.Again(left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left);
        }

        private Instant lastSeen() {
            Instant seen = cron.status() == null ? null : cron.status().lastScheduleTime();
            Instant created = cron.metadata().creationTimestamp();
            return seen != null ? seen : created != null ? created : now;
        }

        private List<Job> jobs() {
            return context
                    .dependents(tenant, Kind.JOB, String.valueOf(cron.metadata().uid()))
                    .stream()
                    .map(Job.class::cast)
                    .filter(j -> Owners.controls(cron, j) && !Owners.marked(j))
                    .toList();
        }

        private static List<Job> active(List<Job> jobs) {
            return jobs.stream().filter(j -> !JobCount.status(j).finished()).toList();
        }

        /** @return whether this time is seen to: there is a job for it, or there is to be none */
        private boolean make(Instant time) {
            if (spec.startingDeadlineSeconds() != null
                    && now.isAfter(time.plusSeconds(spec.startingDeadlineSeconds()))) {
                context.event(
                        cron,
                        "Warning",
                        "MissSchedule",
                        "Missed the time " + time + " by more than startingDeadlineSeconds");
                return true;
            }
            List<Job> active = active(jobs());
            if (!active.isEmpty() && CronJob.FORBID.equals(spec.concurrencyPolicy())) {
                context.event(
                        cron,
                        "Normal",
                        "JobAlreadyActive",
                        "Not starting job because prior execution is running and concurrency policy is Forbid");
                return false;
            }
            if (CronJob.REPLACE.equals(spec.concurrencyPolicy())) {
                delete(active);
            }
            Job job = fresh(time);
            try {
                context.create(tenant, job);
                context.event(
                        cron,
                        "Normal",
                        "SuccessfulCreate",
                        "Created job " + job.metadata().name());
            } catch (ResourceException e) {
                if (e.reason() == ResourceException.Reason.INVALID) {
                    context.event(cron, "Warning", "FailedCreate", "Error creating job: " + e.getMessage());
                    throw e;
                }
                if (e.reason() != ResourceException.Reason.ALREADY_EXISTS) {
                    throw e;
                }
            }
            return true;
        }

        private Job fresh(Instant time) {
            ObjectMeta from = spec.jobTemplate().metadata();
            ObjectMeta meta = Templates.blank()
                    .withName(cron.metadata().name() + "-" + time.getEpochSecond() / 60)
                    .withPlace(cron.metadata().tenant(), cron.metadata().namespace())
                    .withOwners(List.of(Owners.controlledBy(cron)));
            if (from != null) {
                meta = meta.withLabels(from.labels()).withAnnotations(from.annotations());
            }
            return new Job(
                    Kind.JOB.apiVersion(),
                    Kind.JOB.name(),
                    meta,
                    spec.jobTemplate().spec(),
                    null);
        }

        private void report(@Nullable Instant lastScheduleTime) {
            List<Job> jobs = jobs();
            List<CronJob.JobReference> active = active(jobs).stream()
                    .map(j -> new CronJob.JobReference(
                            j.apiVersion(),
                            j.kind(),
                            j.metadata().namespace(),
                            String.valueOf(j.metadata().name()),
                            String.valueOf(j.metadata().uid())))
                    .toList();
            Instant succeeded = jobs.stream()
                    .map(j -> JobCount.status(j).completionTime())
                    .filter(Objects::nonNull)
                    .max(Instant::compareTo)
                    .orElse(null);
            Instant before = cron.status() == null ? null : cron.status().lastSuccessfulTime();
            if (succeeded == null || before != null && before.isAfter(succeeded)) {
                succeeded = before;
            }
            var status = new CronJob.Status(active, lastScheduleTime, succeeded);
            if (!status.equals(cron.status() == null ? CronJob.Status.NONE : cron.status())) {
                cron = (CronJob) context.updateStatus(tenant, cron.withStatus(status));
            }
        }

        /** Ended jobs beyond those that are kept go, the oldest first. */
        private void forget(Predicate<Job> which, @Nullable Integer limit, int otherwise) {
            delete(jobs().stream()
                    .filter(which)
                    .sorted(Comparator.comparing(Run::created).reversed())
                    .skip(limit == null ? otherwise : limit)
                    .toList());
        }

        private static Instant created(Job job) {
            Instant at = job.metadata().creationTimestamp();
            return at == null ? Instant.EPOCH : at;
        }

        private void delete(List<Job> jobs) {
            if (!jobs.isEmpty()) {
                context.deleteAll(Kind.JOB, List.<Resource>copyOf(jobs), DeleteOptions.DEFAULT);
            }
        }
    }
}
