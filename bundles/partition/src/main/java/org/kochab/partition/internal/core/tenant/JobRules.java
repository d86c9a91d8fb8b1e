package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.PodSpec;

final class JobRules implements KindRules<Job> {
    private static final String NOT_INDEXED = "NonIndexed";
    private static final int MOST_PODS = 100_000;

    @Override
    public Kind kind() {
        return Kind.JOB;
    }

    @Override
    public Job complete(Job wanted) {
        if (wanted.spec() == null) {
            return wanted;
        }
        Job complete = wanted.withSpec(complete(wanted.spec(), selector(wanted)));
        return complete.equals(wanted) ? wanted : complete;
    }

    /** @param selector for a job that names none */
    static Job.Spec complete(Job.Spec s, @Nullable LabelSelector selector) {
        return new Job.Spec(
                s.parallelism() == null ? 1 : s.parallelism(),
                s.completions() == null && s.parallelism() == null ? Integer.valueOf(1) : s.completions(),
                s.completionMode() == null ? NOT_INDEXED : s.completionMode(),
                s.backoffLimit() == null ? 6 : s.backoffLimit(),
                s.activeDeadlineSeconds(),
                s.ttlSecondsAfterFinished(),
                s.suspend() == null ? Boolean.FALSE : s.suspend(),
                s.selector() == null ? selector : s.selector(),
                TemplateRules.complete(s.template()));
    }

    private static @Nullable LabelSelector selector(Job job) {
        String name = job.metadata().name();
        if (name == null) {
            return null;
        }
        Map<String, String> labels = new TreeMap<>();
        labels.put(Annotations.JOB_NAME, name);
        return new LabelSelector(labels, List.of());
    }

    @Override
    public void check(Job job, Problems problems) {
        Job.Spec s = job.spec();
        if (s == null) {
            problems.add("spec", "is required");
            return;
        }
        if (job.metadata().name() != null) {
            // It is the value of a label.
            Names.label(job.metadata().name(), "metadata.name", problems);
        }
        problems.require(
                Objects.equals(s.selector(), selector(job)),
                "spec.selector",
                "is the platform's to fill in; remove it");
        check(s, "spec", problems);
    }

    static void check(Job.Spec s, String at, Problems problems) {
        pods(s.parallelism(), at + ".parallelism", problems);
        pods(s.completions(), at + ".completions", problems);
        problems.oneOf(s.completionMode(), at + ".completionMode", NOT_INDEXED, Job.INDEXED);
        problems.require(
                !Job.INDEXED.equals(s.completionMode()) || s.completions() != null,
                at + ".completions",
                "is required with completionMode Indexed");
        problems.atLeast(s.backoffLimit(), 0, at + ".backoffLimit");
        problems.seconds(s.activeDeadlineSeconds(), 1, at + ".activeDeadlineSeconds");
        problems.atLeast(s.ttlSecondsAfterFinished(), 0, at + ".ttlSecondsAfterFinished");
        if (TemplateRules.checkTemplate(s.template(), at + ".template", problems)
                .isPresent()) {
            PodSpec pod = s.template().spec();
            problems.require(
                    !"Always".equals(pod.restartPolicy()),
                    at + ".template.spec.restartPolicy",
                    "is Always, with which no pod would ever end; write OnFailure or Never");
        }
    }

    private static void pods(@Nullable Integer number, String path, Problems problems) {
        problems.atLeast(number, 0, path);
        problems.require(number == null || number <= MOST_PODS, path, number + " is more than " + MOST_PODS);
    }

    @Override
    public void checkChange(Job current, Job wanted, Problems problems) {
        Job.Spec a = current.spec();
        Job.Spec b = wanted.spec();
        if (a == null || b == null) {
            return;
        }
        String remedy = "cannot be changed; delete the job and create it again";
        problems.require(Objects.equals(a.template(), b.template()), "spec.template", remedy);
        problems.require(Objects.equals(a.completions(), b.completions()), "spec.completions", remedy);
        problems.require(Objects.equals(a.completionMode(), b.completionMode()), "spec.completionMode", remedy);
    }

    @Override
    public Job merge(Job current, Job wanted) {
        return wanted.withStatus(current.status());
    }

    @Override
    public Job withStatusOf(Job current, Job other) {
        return current.withStatus(other.status());
    }

    @Override
    public Job fresh(Job wanted) {
        return wanted.withStatus(null);
    }

    @Override
    public boolean sameSpec(Job a, Job b) {
        return Objects.equals(a.spec(), b.spec());
    }

    @Override
    public Optional<String> field(Job job, String path) {
        return path.equals("status.successful")
                ? Optional.of(
                        Integer.toString(job.status() == null ? 0 : job.status().succeeded()))
                : Optional.empty();
    }

    @Override
    public boolean owner() {
        return true;
    }
}
