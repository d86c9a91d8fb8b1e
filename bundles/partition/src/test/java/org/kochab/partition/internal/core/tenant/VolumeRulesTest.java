package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StorageClass;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Finalizers;
import org.kochab.codec.JacksonCodec;

class VolumeRulesTest {
    private static final String CLAIM =
            """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}
            """;
    private static final String SORT =
            """
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: fast}
            provisioner: disk.example.com
            """;

    private final Codec codec = new JacksonCodec();
    private final ObjectRules rules = new ObjectRules();
    private final Changes changes = new Changes(rules);

    private Resource draft(String manifest) {
        return rules.drafts(new TenantId("acme"))
                .draft(codec.manifest(manifest.getBytes(UTF_8), Codec.UnknownFields.REFUSE)
                        .resources()
                        .get(0));
    }

    private Resource stored(Kind kind, String manifest) {
        return changes.created(kind, draft(manifest), "data", "u1", Instant.EPOCH);
    }

    private void refuses(String manifest, String why) {
        assertThatThrownBy(() -> draft(manifest)).hasMessageContaining(why);
    }

    @Test
    void whatIsNotPossibleIsRefusedWithTheRemedy() {
        refuses(CLAIM.replace("ReadWriteOnce", "ReadWriteMany"), "spec.accessModes: [ReadWriteMany] is not supported");
        refuses(
                CLAIM.replace("storage: 1Gi", "cpu: 1"),
                "spec.resources.requests: needs exactly one quantity, storage");
        refuses(CLAIM.replace("1Gi", "0"), "spec.resources.requests[storage]: is 0");
        refuses(CLAIM + "  volumeMode: Block\n", "spec.volumeMode: 'Block' is not supported; use Filesystem");
        refuses(SORT + "volumeBindingMode: Immediate\n", "use WaitForFirstConsumer");
        refuses(SORT + "allowVolumeExpansion: true\n", "allowVolumeExpansion: volumes do not grow; remove it");
        refuses(
                SORT.replace("disk.example.com", "rancher.io/local-path"),
                "provisioner: 'rancher.io/local-path' is not");
    }

    @Test
    void noManifestSaysWhichVolumeANodeMounts() {
        refuses(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: thief}
                spec:
                  containers: [{name: main, image: x}]
                  volumes:
                  - name: data
                    persistentVolumeClaim:
                      claimName: data
                      volume: {uid: other, provisioner: local-path, bytes: 1}
                """,
                "spec.volumes[0].persistentVolumeClaim.volume: is filled in by the platform; remove it");
    }

    @Test
    void aClassIsCompletedAndCannotBeChanged() {
        StorageClass sort = (StorageClass) stored(Kind.STORAGE_CLASS, SORT);
        assertThat(sort.reclaimPolicy()).isEqualTo("Delete");
        assertThat(sort.volumeBindingMode()).isEqualTo("WaitForFirstConsumer");
        assertThat(changes.applied(Kind.STORAGE_CLASS, sort, draft(SORT))).isInstanceOf(Changes.Next.Same.class);
        assertThatThrownBy(() -> changes.applied(Kind.STORAGE_CLASS, sort, draft(SORT + "reclaimPolicy: Retain\n")))
                .hasMessageContaining("of a StorageClass cannot be changed");
    }

    @Test
    void applyingAClaimAgainLeavesItItsVolume() {
        PersistentVolumeClaim claim = (PersistentVolumeClaim) stored(Kind.PERSISTENT_VOLUME_CLAIM, CLAIM);
        StorageClass sort = (StorageClass) stored(Kind.STORAGE_CLASS, SORT);
        PersistentVolumeClaim bound = VolumeDrafts.bound(claim, VolumeDrafts.volume(claim, sort, "n1"));
        assertThat(changes.applied(Kind.PERSISTENT_VOLUME_CLAIM, bound, draft(CLAIM)))
                .isInstanceOf(Changes.Next.Same.class);
        assertThatThrownBy(() ->
                        changes.applied(Kind.PERSISTENT_VOLUME_CLAIM, bound, draft(CLAIM + "  volumeName: another\n")))
                .hasMessageContaining("spec.volumeName: is given already");
        assertThatThrownBy(
                        () -> changes.applied(Kind.PERSISTENT_VOLUME_CLAIM, bound, draft(CLAIM.replace("1Gi", "2Gi"))))
                .hasMessageContaining("of a claim cannot be changed");
    }

    @Test
    void aVolumeThatWasUsedStaysOnItsNode() {
        PersistentVolumeClaim claim = (PersistentVolumeClaim) stored(Kind.PERSISTENT_VOLUME_CLAIM, CLAIM);
        PersistentVolume volume = new PersistentVolumeRules()
                .fresh(VolumeDrafts.volume(claim, (StorageClass) stored(Kind.STORAGE_CLASS, SORT), "n1"));
        PersistentVolume moved = VolumeDrafts.moved(volume, "n2");
        assertThat(changes.updated(Kind.PERSISTENT_VOLUME, volume, moved)).isInstanceOf(Changes.Next.Store.class);
        PersistentVolume used = volume.withStatus(new PersistentVolume.Status(PersistentVolume.BOUND, null));
        assertThatThrownBy(() -> changes.updated(Kind.PERSISTENT_VOLUME, used, moved))
                .hasMessageContaining("spec.nodeAffinity: cannot be changed: that is where the data are");
    }

    @Test
    void claimsAndVolumesAreOnlyMarkedWhenTheyAreDeleted() {
        Resource claim = stored(Kind.PERSISTENT_VOLUME_CLAIM, CLAIM);
        Changes.Next next = changes.deleted(Kind.PERSISTENT_VOLUME_CLAIM, claim, DeleteOptions.DEFAULT, Instant.EPOCH);
        Resource marked = ((Changes.Next.Store) next).object();
        assertThat(marked.metadata().finalizers()).containsExactly(Finalizers.CLAIM_PROTECTION);
        assertThat(changes.keepingFinalizers(
                                marked, marked.withMetadata(marked.metadata().withFinalizers(List.of())))
                        .metadata()
                        .finalizers())
                .containsExactly(Finalizers.CLAIM_PROTECTION);

        PersistentVolume volume = VolumeDrafts.volume(
                (PersistentVolumeClaim) claim, (StorageClass) stored(Kind.STORAGE_CLASS, SORT), "n1");
        Resource ending = ((Changes.Next.Store)
                        changes.deleted(Kind.PERSISTENT_VOLUME, volume, DeleteOptions.DEFAULT, Instant.EPOCH))
                .object();
        assertThat(ending.metadata().annotations()).doesNotContainKey(Annotations.FORCE_DELETE);
        Resource forced = ((Changes.Next.Store) changes.deleted(
                        Kind.PERSISTENT_VOLUME, ending, new DeleteOptions(null, false, null, true), Instant.EPOCH))
                .object();
        assertThat(forced.metadata().annotations()).containsKey(Annotations.FORCE_DELETE);
    }
}
