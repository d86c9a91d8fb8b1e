package org.kochab.partition.internal.core.tenant;

import java.util.Objects;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.schedule.Schedule;

final class CronJobRules implements KindRules<CronJob> {
    /** A job's name has the minute of its time behind it, and its pods' names some more. */
    private static final int LONGEST_NAME = 52;

    @Override
    public Kind kind() {
        return Kind.CRON_JOB;
    }

    @Override
    public CronJob complete(CronJob wanted) {
        CronJob.Spec s = wanted.spec();
        if (s == null) {
            return wanted;
        }
        CronJob.JobTemplate template = s.jobTemplate();
        if (template != null && template.spec() != null) {
            Job.Spec full = JobRules.complete(template.spec(), null);
            template = full.equals(template.spec()) ? template : new CronJob.JobTemplate(template.metadata(), full);
        }
        CronJob complete = wanted.withSpec(new CronJob.Spec(
                s.schedule(),
                s.timeZone(),
                s.startingDeadlineSeconds(),
                s.concurrencyPolicy() == null ? CronJob.ALLOW : s.concurrencyPolicy(),
                s.suspend() == null ? Boolean.FALSE : s.suspend(),
                template,
                s.successfulJobsHistoryLimit() == null ? 3 : s.successfulJobsHistoryLimit(),
                s.failedJobsHistoryLimit() == null ? 1 : s.failedJobsHistoryLimit()));
        return complete.equals(wanted) ? wanted : complete;
    }

    @Override
    public void check(CronJob cron, Problems problems) {
        CronJob.Spec s = cron.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        String name = cron.metadata().name();
        if (name != null) {
            Names.label(name, "metadata.name", problems);
            problems.require(
                    name.length() <= LONGEST_NAME,
                    "metadata.name",
                    "has " + name.length() + " characters; its jobs' names need the room, write at most "
                            + LONGEST_NAME);
        }
        if (s.schedule() == null) {
            problems.add("spec.schedule", "is required, for example 30 3 * * 1-5");
        } else {
            checked("spec.schedule", problems, () -> Schedule.check(s.schedule()));
        }
        checked("spec.timeZone", problems, () -> Schedule.zone(s.timeZone()));
        problems.seconds(s.startingDeadlineSeconds(), 0, "spec.startingDeadlineSeconds");
        problems.oneOf(s.concurrencyPolicy(), "spec.concurrencyPolicy", CronJob.ALLOW, CronJob.FORBID, CronJob.REPLACE);
        problems.atLeast(s.successfulJobsHistoryLimit(), 0, "spec.successfulJobsHistoryLimit");
        problems.atLeast(s.failedJobsHistoryLimit(), 0, "spec.failedJobsHistoryLimit");
        CronJob.JobTemplate template = s.jobTemplate();
        if (template == null || template.spec() == null) {
            problems.add("spec.jobTemplate" + (template == null ? "" : ".spec"), "is required");
            return;
        }
        if (template.metadata() != null) {
            Names.labels(template.metadata().labels(), "spec.jobTemplate.metadata.labels", problems);
            Names.annotations(template.metadata().annotations(), "spec.jobTemplate.metadata.annotations", problems);
        }
        JobRules.check(template.spec(), "spec.jobTemplate.spec", problems);
        problems.require(
                template.spec().selector() == null,
                "spec.jobTemplate.spec.selector",
                "is the platform's to fill in; remove it");
    }

    private static void checked(String path, Problems problems, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            problems.add(path, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void checkChange(CronJob current, CronJob wanted, Problems problems) {}

    @Override
    public CronJob merge(CronJob current, CronJob wanted) {
        return wanted.withStatus(current.status());
    }

    @Override
    public CronJob withStatusOf(CronJob current, CronJob other) {
        return current.withStatus(other.status());
    }

    @Override
    public CronJob fresh(CronJob wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(CronJob a, CronJob b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public boolean owner() {
        return true;
    }
}
