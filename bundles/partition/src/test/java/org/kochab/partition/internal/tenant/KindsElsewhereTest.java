package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.codec.JacksonCodec;

/** Kinds of a tenant whose partition another member leads, and then this one. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KindsElsewhereTest {
    private static final PartitionId ONE = new PartitionId("tp-1");
    private static final TenantId T = new TenantId("default");

    private final Codec codec = new JacksonCodec();
    private TwoMembers members;
    private TenantPlane planeA;
    private TenantPlane planeB;

    @BeforeEach
    void start() throws Exception {
        members = new TwoMembers();
        members.move(ONE, "a");
        planeA = new TenantPlane(members.a.partitionService(), members.peersA, codec);
        planeB = new TenantPlane(members.b.partitionService(), members.peersB, codec);
        planeA.lead(TwoMembers.led(members.a, ONE));
        planeB.awaitTenant(T);
        planeB.awaitTenant(TenantId.SYSTEM);
    }

    @AfterEach
    void stop() {
        planeA.close();
        planeB.close();
        members.close();
    }

    private static Kind beacon(ResourceService resources, TenantId tenant) {
        return resources.kinds(tenant).stream()
                .filter(k -> k.name().equals("Beacon"))
                .findFirst()
                .orElseThrow();
    }

    private static CustomObject north(ResourceService resources) {
        return (CustomObject) resources
                .get(new ResourceRef(T, beacon(resources, T), "default", "north"))
                .orElseThrow();
    }

    @Test
    void aMemberThatDoesNotLeadServesThemAndThenLeads() throws Exception {
        ResourceService b = planeB.resources();
        List<Resource> manifest = codec.manifest(
                        Files.readString(Path.of("../../examples/crd.yaml")).getBytes(UTF_8),
                        Codec.UnknownFields.REFUSE,
                        b.kinds(T))
                .resources();

        manifest.forEach(r -> b.apply(T, r));

        assertThat(north(planeA.resources()).metadata().uid())
                .isEqualTo(north(b).metadata().uid());
        assertThat(north(planeA.resources()).fields()).isEqualTo(north(b).fields());
        assertThat(north(b).spec()).containsEntry("seconds", 5L);
        assertThatThrownBy(() -> b.update(T, north(b).with("spec", java.util.Map.of("seconds", 0))))
                .hasMessage("Beacon 'north' is not valid: spec.seconds: must be at least 1, is 0");
        assertThat(b.list(T, beacon(b, T), Query.namespace("default")).items()).hasSize(1);

        CustomObject before = north(b);
        planeA.leave(TwoMembers.led(members.a, ONE));
        members.move(ONE, "b");
        planeB.lead(TwoMembers.led(members.b, ONE));

        assertThat(north(b).fields()).isEqualTo(before.fields());
        assertThat(north(b).metadata().uid()).isEqualTo(before.metadata().uid());
    }

    @Test
    void whatIsSharedIsSeenByOthersAfterAMoment() throws Exception {
        Resource definition = codec.manifest(
                        Files.readString(Path.of("../../examples/crd.yaml")).getBytes(UTF_8),
                        Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
        assertThat(planeB.resources().kinds(T)).isEqualTo(Kind.BUILT_IN);

        planeA.resources()
                .apply(
                        TenantId.SYSTEM,
                        definition.withMetadata(definition
                                .metadata()
                                .withAnnotations(java.util.Map.of("kochab.org/crd-sharing-policy", "forced"))));

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> planeB.resources().kinds(T).stream()
                .anyMatch(k -> k.name().equals("Beacon") && !k.isOfTenant()));
        assertThatThrownBy(() -> planeB.resources().apply(T, definition))
                .hasMessageContaining("no tenant can replace it");
    }
}
