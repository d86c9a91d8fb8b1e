package org.kochab.partition.internal.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.model.StatefulSet.VolumeClaimTemplate;
import org.kochab.api.model.TenantId;

class StatefulSetRulesTest {
    private final ObjectRules rules = new ObjectRules();

    /** Its container mounts the volume {@code data}. */
    private static StatefulSet set(VolumeClaimTemplate... claims) {
        Container container = Container.builder()
                .name("db")
                .image("db:1")
                .volumeMounts(List.of(new Container.VolumeMount("data", "/data", null, null)))
                .build();
        var template = new Pod.Template(
                ObjectMeta.named("").withLabels(Map.of("app", "db")),
                PodSpec.builder().containers(List.of(container)).build());
        return new StatefulSet(
                "apps/v1",
                "StatefulSet",
                ObjectMeta.named("db"),
                new StatefulSet.Spec(
                        1,
                        new LabelSelector(Map.of("app", "db"), List.of()),
                        template,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(claims)),
                null);
    }

    private static VolumeClaimTemplate claim(String name, String size, String mode) {
        return new VolumeClaimTemplate(
                null,
                null,
                ObjectMeta.named(name),
                new PersistentVolumeClaim.Spec(
                        List.of(mode), new PersistentVolumeClaim.Resources(Map.of("storage", size)), null, null, null));
    }

    private StatefulSet draft(StatefulSet set) {
        return (StatefulSet) rules.drafts(new TenantId("acme")).draft(set);
    }

    @Test
    void containersMountTheVolumesOfClaims() {
        assertThat(draft(set(claim("data", "1Gi", "ReadWriteOnce"))).spec().volumeClaimTemplates())
                .hasSize(1);
        assertThatThrownBy(() -> draft(set())).hasMessageContaining("volumeMounts[0].name: ");
    }

    @Test
    void wrongFieldsOfClaimsAreNamed() {
        assertThatThrownBy(() -> draft(set(
                        claim("data", "1Gi", "ReadWriteOnce"),
                        claim("data", "much", "ReadWriteMany"),
                        new VolumeClaimTemplate(null, null, null, null))))
                .hasMessageContaining("spec.volumeClaimTemplates[1].metadata.name: 'data' is there twice")
                .hasMessageContaining("spec.volumeClaimTemplates[1].spec.accessModes: [ReadWriteMany]")
                .hasMessageContaining("spec.volumeClaimTemplates[1].spec.resources.requests[storage]")
                .hasMessageContaining("spec.volumeClaimTemplates[2].metadata.name: is required")
                .hasMessageContaining("spec.volumeClaimTemplates[2].spec: is required");
    }

    @Test
    void claimsCannotBeChanged() {
        Changes changes = new Changes(rules);
        var stored = changes.created(
                Kind.STATEFUL_SET, draft(set(claim("data", "1Gi", "ReadWriteOnce"))), "db", "uid-1", Instant.EPOCH);
        assertThatThrownBy(() ->
                        changes.applied(Kind.STATEFUL_SET, stored, draft(set(claim("data", "2Gi", "ReadWriteOnce")))))
                .hasMessageContaining("spec.volumeClaimTemplates: cannot be changed");
    }
}
