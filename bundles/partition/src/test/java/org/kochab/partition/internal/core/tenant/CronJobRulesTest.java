package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.api.model.CronJob;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;

class CronJobRulesTest {
    private final ObjectRules rules = new ObjectRules();

    private static CronJob cron(String name, String schedule, String zone, String restartPolicy) {
        Container container = Container.builder().name("c").image("a").build();
        PodSpec pod = PodSpec.builder()
                .containers(List.of(container))
                .restartPolicy(restartPolicy)
                .build();
        Job.Spec job = new Job.Spec(null, null, null, null, null, null, null, null, new Pod.Template(null, pod));
        var template = new CronJob.JobTemplate(null, job);
        return new CronJob(
                "batch/v1",
                "CronJob",
                ObjectMeta.named(name),
                new CronJob.Spec(schedule, zone, null, null, null, template, null, null),
                null);
    }

    private CronJob draft(CronJob cron) {
        return (CronJob) rules.drafts(new TenantId("acme")).draft(cron);
    }

    @Test
    void completesItselfAndItsJobsAndStaysTheSame() {
        CronJob draft = draft(cron("tick", "@daily", "Europe/Berlin", "Never"));
        assertThat(draft.spec().concurrencyPolicy()).isEqualTo("Allow");
        assertThat(draft.spec().jobTemplate().spec().backoffLimit()).isEqualTo(6);
        var stored = new Changes(rules).created(Kind.CRON_JOB, draft, "tick", "uid-1", Instant.EPOCH);
        assertThat(new Changes(rules)
                        .applied(Kind.CRON_JOB, stored, draft(cron("tick", "@daily", "Europe/Berlin", "Never"))))
                .isInstanceOf(Changes.Next.Same.class);
    }

    @Test
    void everyWrongFieldIsNamed() {
        assertThatThrownBy(() -> draft(cron("x".repeat(53), "61 * * * *", "Mars/Base", "Always")))
                .hasMessageContaining("metadata.name: has 53 characters")
                .hasMessageContaining("spec.schedule: '61 * * * *' is no schedule")
                .hasMessageContaining("spec.timeZone: 'Mars/Base' is no time zone")
                .hasMessageContaining("spec.jobTemplate.spec.template.spec.restartPolicy: is Always");
    }
}
