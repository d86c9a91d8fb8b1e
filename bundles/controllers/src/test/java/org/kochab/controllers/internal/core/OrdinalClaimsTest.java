package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.StatefulSet;
import org.kochab.api.resource.DeleteOptions;

class OrdinalClaimsTest {
    private static final PersistentVolumeClaim.Spec GIBIBYTE = new PersistentVolumeClaim.Spec(
            List.of("ReadWriteOnce"),
            new PersistentVolumeClaim.Resources(Map.of("storage", "1Gi")),
            "local-path",
            null,
            null);

    private final World world = new World(new StatefulSetController(), new GarbageCollector(Kind.STATEFUL_SET));

    @BeforeEach
    void begin() {
        world.create(World.T, set(2));
    }

    /** Its template has a volume that the claim takes the place of, and one that stays. */
    private static StatefulSet set(int replicas) {
        StatefulSet set = Sample.statefulSet(replicas, "db:1", null, 0);
        StatefulSet.Spec s = set.spec();
        PodSpec pod = s.template().spec().toBuilder()
                .volumes(List.of(
                        new PodSpec.Volume("data", new PodSpec.EmptyDir(null, null), null),
                        new PodSpec.Volume("scratch", new PodSpec.EmptyDir(null, null), null)))
                .build();
        var claim = new StatefulSet.VolumeClaimTemplate(
                null, null, Templates.blank().withName("data").withLabels(Map.of("tier", "disk")), GIBIBYTE);
        return set.withSpec(new StatefulSet.Spec(
                replicas,
                s.selector(),
                new Pod.Template(s.template().metadata(), pod),
                null,
                null,
                null,
                null,
                null,
                List.of(claim)));
    }

    private StatefulSet stored() {
        return world.one(Kind.STATEFUL_SET, "db", StatefulSet.class);
    }

    private List<String> claims() {
        return world.all(Kind.PERSISTENT_VOLUME_CLAIM, PersistentVolumeClaim.class).stream()
                .map(c -> c.metadata().name())
                .toList();
    }

    private List<String> pods() {
        return world.pods().stream().map(p -> p.metadata().name()).toList();
    }

    private PersistentVolumeClaim claim(String name) {
        return world.one(Kind.PERSISTENT_VOLUME_CLAIM, name, PersistentVolumeClaim.class);
    }

    private void settle() {
        for (int i = 0; i < 3; i++) {
            world.settle();
            world.ready();
        }
    }

    @Test
    void eachPodHasAClaimOfItsOwnThatIsMadeBeforeIt() {
        world.settle();
        assertThat(claims()).as("one after the other, as the pods").containsExactly("data-db-0");
        settle();
        assertThat(claims()).containsExactly("data-db-0", "data-db-1");
        assertThat(claim("data-db-1").spec()).isEqualTo(GIBIBYTE);
        assertThat(claim("data-db-1").metadata().labels()).isEqualTo(Map.of("tier", "disk", "app", "web"));
        assertThat(claim("data-db-1").metadata().ownerReferences()).isEmpty();
        Pod pod = world.one(Kind.POD, "db-1", Pod.class);
        assertThat(pod.spec().volumes())
                .containsExactly(
                        new PodSpec.Volume("scratch", new PodSpec.EmptyDir(null, null), null),
                        PodSpec.Volume.claimed("data", new PodSpec.ClaimedVolume("data-db-1", null, null)));
    }

    @Test
    void aClaimStaysForTheNextPodOfItsNumber() {
        settle();
        String uid = claim("data-db-1").metadata().uid();
        world.delete(world.one(Kind.POD, "db-1", Pod.class), DeleteOptions.DEFAULT);
        world.change(stored().withSpec(stored().spec().withReplicas(1)));
        settle();
        assertThat(pods()).containsExactly("db-0");
        assertThat(claims()).containsExactly("data-db-0", "data-db-1");

        world.change(stored().withSpec(stored().spec().withReplicas(2)));
        settle();
        assertThat(pods()).containsExactly("db-0", "db-1");
        assertThat(claim("data-db-1").metadata().uid()).isEqualTo(uid);

        world.delete(stored(), DeleteOptions.DEFAULT);
        world.settle();
        assertThat(pods()).isEmpty();
        assertThat(claims()).containsExactly("data-db-0", "data-db-1");
    }

    @Test
    void aPodWaitsUntilAFormerClaimOfItsIsGone() {
        PersistentVolumeClaim former = (PersistentVolumeClaim) world.create(
                World.T,
                new PersistentVolumeClaim("v1", "PersistentVolumeClaim", Sample.meta("data-db-0"), GIBIBYTE, null));
        world.delete(former, DeleteOptions.DEFAULT);
        world.settle();
        assertThat(pods()).isEmpty();
        assertThat(world.wake()).isPresent();

        world.forget(claim("data-db-0"));
        settle();
        assertThat(pods()).containsExactly("db-0", "db-1");
        assertThat(claims()).containsExactly("data-db-0", "data-db-1");
    }

    @Test
    void aRefusedClaimKeepsItsPodAndSaysWhy() {
        world.refuse = "data-db-1";
        settle();
        assertThat(pods()).containsExactly("db-0");
        assertThat(world.events()).contains("Warning FailedCreate Error creating claim data-db-1: spec is refused");
    }
}
