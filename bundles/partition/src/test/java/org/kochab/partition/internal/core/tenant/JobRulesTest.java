package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.api.model.Job;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.ResourceException;

class JobRulesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ObjectRules rules = new ObjectRules();

    private static Pod.Template template(@Nullable String restartPolicy, String image) {
        Container container = Container.builder().name("c").image(image).build();
        return new Pod.Template(
                null,
                PodSpec.builder()
                        .containers(List.of(container))
                        .restartPolicy(restartPolicy)
                        .build());
    }

    private static Job job(
            @Nullable Integer parallelism,
            @Nullable Integer completions,
            @Nullable String mode,
            Pod.Template template) {
        Job.Spec spec = new Job.Spec(parallelism, completions, mode, null, null, null, null, null, template);
        return new Job("batch/v1", "Job", ObjectMeta.named("sum"), spec, null);
    }

    private Job draft(Job job) {
        return (Job) rules.drafts(new TenantId("acme")).draft(job);
    }

    private Job stored(Job job) {
        return (Job) new Changes(rules).created(Kind.JOB, draft(job), "sum", "uid-1", NOW);
    }

    private void assertRefused(Job job, String message) {
        assertThatThrownBy(() -> draft(job))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsLeftOutIsAsInKubernetes() {
        Job.Spec spec = draft(job(null, null, null, template("Never", "a"))).spec();
        assertThat(spec.parallelism()).isEqualTo(1);
        assertThat(spec.completions()).isEqualTo(1);
        assertThat(spec.completionMode()).isEqualTo("NonIndexed");
        assertThat(spec.backoffLimit()).isEqualTo(6);
        assertThat(spec.suspend()).isFalse();
        assertThat(spec.selector()).isEqualTo(new LabelSelector(Map.of("job-name", "sum"), List.of()));
        assertThat(draft(job(3, null, null, template("Never", "a"))).spec().completions())
                .isNull();
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        assertRefused(job(1, 1, null, template(null, "a")), "spec.template.spec.restartPolicy: is Always");
        assertRefused(job(1, null, "Indexed", template("Never", "a")), "spec.completions: is required");
        assertRefused(job(-1, 1, null, template("Never", "a")), "spec.parallelism");
        assertRefused(job(1, 100_001, null, template("Never", "a")), "spec.completions: 100001 is more than 100000");
        assertRefused(job(1, 1, "Sorted", template("Never", "a")), "spec.completionMode");
    }

    @Test
    void theSameManifestAgainChangesNothing() {
        Job stored = stored(job(null, 3, null, template("Never", "a")));
        Job again = draft(job(null, 3, null, template("Never", "a")));
        assertThat(new Changes(rules).applied(Kind.JOB, stored, again)).isInstanceOf(Changes.Next.Same.class);
    }

    @Test
    void parallelismMayChangeTheTemplateNot() {
        Job stored = stored(job(1, 3, null, template("Never", "a")));
        assertThat(new Changes(rules).applied(Kind.JOB, stored, draft(job(2, 3, null, template("Never", "a")))))
                .isInstanceOf(Changes.Next.Store.class);
        assertThatThrownBy(() ->
                        new Changes(rules).applied(Kind.JOB, stored, draft(job(1, 3, null, template("Never", "b")))))
                .hasMessageContaining("spec.template: cannot be changed; delete the job");
        assertThatThrownBy(() ->
                        new Changes(rules).applied(Kind.JOB, stored, draft(job(1, 4, null, template("Never", "a")))))
                .hasMessageContaining("spec.completions: cannot be changed");
    }
}
