package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StorageClass;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.spi.controller.CommandState;

class VolumeControllersTest {
    private final World world =
            new World(new PersistentVolumeClaimController(), new PersistentVolumeController(), new ClaimsOfPods());

    private PersistentVolumeClaim claim(String name, String volume) {
        return (PersistentVolumeClaim) world.create(
                World.T,
                new PersistentVolumeClaim(
                        "v1",
                        "PersistentVolumeClaim",
                        Sample.meta(name),
                        new PersistentVolumeClaim.Spec(
                                List.of("ReadWriteOnce"),
                                new PersistentVolumeClaim.Resources(Map.of("storage", "1Gi")),
                                null,
                                null,
                                volume),
                        null));
    }

    private PersistentVolume volume(String name, String policy, PersistentVolumeClaim of) {
        PersistentVolume.ClaimReference claimed = of == null
                ? null
                : new PersistentVolume.ClaimReference(
                        "v1",
                        "PersistentVolumeClaim",
                        of.metadata().namespace(),
                        of.metadata().name(),
                        of.metadata().uid());
        return (PersistentVolume) world.create(
                World.T,
                new PersistentVolume(
                        "v1",
                        "PersistentVolume",
                        ObjectMeta.named(name),
                        new PersistentVolume.Spec(
                                Map.of("storage", "1Gi"),
                                List.of("ReadWriteOnce"),
                                policy,
                                null,
                                null,
                                claimed,
                                PersistentVolume.NodeAffinity.on("n1"),
                                "local-path",
                                Map.of()),
                        new PersistentVolume.Status(
                                of == null ? PersistentVolume.AVAILABLE : PersistentVolume.PENDING, null)));
    }

    private Pod pod(String claim) {
        Pod pod = Sample.pod("user");
        PodSpec.Volume volume = PodSpec.Volume.claimed("v", new PodSpec.ClaimedVolume(claim, null, null));
        return (Pod) world.create(
                World.T,
                pod.withSpec(pod.spec().toBuilder().volumes(List.of(volume)).build()));
    }

    private String phase(String volume) {
        return world.one(Kind.PERSISTENT_VOLUME, volume, PersistentVolume.class)
                .status()
                .phase();
    }

    private PersistentVolumeClaim.Status status() {
        return world.one(Kind.PERSISTENT_VOLUME_CLAIM, "data", PersistentVolumeClaim.class)
                .status();
    }

    private String deletion(PersistentVolume volume) {
        return "volume-" + volume.metadata().uid();
    }

    @Test
    void aClaimIsBoundOnceAPodWithItHasTheVolumesNode() {
        PersistentVolumeClaim claim = claim("data", "v");
        volume("v", "Delete", claim);
        Pod pod = pod("data");
        world.settle();
        assertThat(phase("v")).isEqualTo("Pending");
        world.placed(pod, "n1");
        world.settle();
        assertThat(phase("v")).isEqualTo("Bound");
        assertThat(status().phase()).isEqualTo("Bound");
        assertThat(status().capacity()).isEqualTo(Map.of("storage", "1Gi"));
    }

    @Test
    void aClaimStaysAsLongAsAPodHasItAndItsDataUntilTheNodeSaysTheyAreGone() {
        PersistentVolumeClaim claim = claim("data", "v");
        PersistentVolume volume = volume("v", "Delete", claim);
        Pod pod = pod("data");
        world.placed(pod, "n1");
        world.settle();

        world.delete(claim, DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.all(Kind.PERSISTENT_VOLUME_CLAIM, Resource.class)).hasSize(1);
        assertThat(world.commands()).isEmpty();

        world.forget(world.one(Kind.POD, "user", Pod.class));
        world.settle();
        assertThat(world.all(Kind.PERSISTENT_VOLUME_CLAIM, Resource.class)).isEmpty();
        assertThat(world.commands())
                .containsOnly("n1 " + deletion(volume) + " " + World.T + " "
                        + volume.metadata().uid() + " 60");
        assertThat(world.all(Kind.PERSISTENT_VOLUME, Resource.class))
                .as("the node has said nothing")
                .hasSize(1);

        world.answer(deletion(volume), new CommandState.UnderWay("Node n1 is Lost."));
        world.settle();
        assertThat(phase("v")).isEqualTo("Failed");

        world.answer(deletion(volume), new CommandState.Ended(0, "Deleted."));
        world.settle();
        assertThat(world.all(Kind.PERSISTENT_VOLUME, Resource.class)).isEmpty();
    }

    @Test
    void whatIsRetainedIsReleasedAndCanBeHadAgain() {
        PersistentVolumeClaim claim = claim("data", "v");
        volume("v", "Retain", claim);
        world.settle();
        world.delete(claim, DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.all(Kind.PERSISTENT_VOLUME_CLAIM, Resource.class)).isEmpty();
        assertThat(phase("v")).isEqualTo("Released");
        assertThat(world.commands()).isEmpty();

        PersistentVolume kept = world.one(Kind.PERSISTENT_VOLUME, "v", PersistentVolume.class);
        PersistentVolume.Spec s = kept.spec();
        world.update(
                World.T,
                kept.withSpec(new PersistentVolume.Spec(
                        s.capacity(),
                        s.accessModes(),
                        s.persistentVolumeReclaimPolicy(),
                        s.storageClassName(),
                        s.volumeMode(),
                        null,
                        s.nodeAffinity(),
                        s.provisioner(),
                        s.parameters())));
        world.settle();
        assertThat(phase("v")).isEqualTo("Available");
        PersistentVolumeClaim next = claim("data", "v");
        world.settle();
        assertThat(world.one(Kind.PERSISTENT_VOLUME, "v", PersistentVolume.class)
                        .isOf(next))
                .isTrue();
        assertThat(status().phase()).isEqualTo("Bound");
    }

    @Test
    void aVolumeThatIsDeletedWaitsForItsClaim() {
        PersistentVolumeClaim claim = claim("data", "v");
        PersistentVolume volume = volume("v", "Delete", claim);
        world.settle();
        world.delete(volume, DeleteOptions.DEFAULT);
        world.settle();
        assertThat(world.all(Kind.PERSISTENT_VOLUME, Resource.class)).hasSize(1);
        assertThat(world.commands()).isEmpty();
    }

    @Test
    void aClaimWhoseVolumeIsGoneIsLost() {
        PersistentVolumeClaim claim = claim("data", "v");
        PersistentVolume volume = volume("v", "Retain", claim);
        world.placed(pod("data"), "n1");
        world.settle();
        world.forget(world.one(Kind.PERSISTENT_VOLUME, "v", PersistentVolume.class));
        world.settle();
        assertThat(status().phase()).isEqualTo("Lost");
        assertThat(volume.metadata().uid()).isNotNull();
    }

    @Test
    void everyTenantHasTheClassesOfTheAgents() {
        World tenants = new World(new StorageClassController());
        tenants.create(TenantId.SYSTEM, new Tenant("kochab.org/v1", "Tenant", ObjectMeta.named("acme"), null, null));
        tenants.settle();
        assertThat(tenants.all(Kind.STORAGE_CLASS, StorageClass.class))
                .extracting(r -> r.metadata().name(), StorageClass::isDefault)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("local-loop", false),
                        org.assertj.core.groups.Tuple.tuple("local-path", true),
                        org.assertj.core.groups.Tuple.tuple("local-tmpfs", false));
    }
}
