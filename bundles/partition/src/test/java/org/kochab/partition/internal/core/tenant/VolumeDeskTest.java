package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Node;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StorageClass;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.codec.JacksonCodec;
import org.kochab.spi.scheduler.Decision;

/** Pods with claims: a volume is of its node before a manager is asked for a pod with it, and of one node only. */
class VolumeDeskTest {
    private static final String MANAGER = "rm-1";
    private static final String CLAIM = "persistentvolumeclaims/acme/default/data";
    private static final String VOLUME = "persistentvolumes/acme/pvc-c1";
    private static final String SORT = "storageclasses/acme/local-path";

    private final JacksonCodec codec = new JacksonCodec();
    private final PodDesk desk = new PodDesk("tp-1", 1, 0, Set.of(MANAGER));
    private final Placements placements = new Placements(desk);
    private final VolumeDesk volumes = desk.volumes();

    @BeforeEach
    void nodesAreThere() {
        desk.beginRead(MANAGER);
        for (String node : List.of("n1", "n2")) {
            desk.nodePut(
                    MANAGER,
                    read(
                            Node.class,
                            "{'metadata':{'name':'" + node + "'},'status':{'allocatable':{'cpu':'4','pods':'10'}}}"),
                    1,
                    0);
        }
        desk.endRead(MANAGER, Set.of("n1", "n2"), Set.of(), 1);
    }

    private <T> T read(Class<T> type, String json) {
        return codec.decode(json.replace('\'', '"').getBytes(UTF_8), type);
    }

    private StorageClass sort() {
        return read(
                StorageClass.class,
                "{'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'local-path','annotations':{'"
                        + StorageClass.IS_DEFAULT + "':'true'}},'provisioner':'local-path','reclaimPolicy':'Delete'}");
    }

    private PersistentVolumeClaim claim(String more) {
        return read(
                PersistentVolumeClaim.class,
                "{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','namespace':'default','tenant':'acme','uid':'c1'},"
                        + "'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}" + more
                        + "},'status':{'phase':'Pending'}}");
    }

    private void pod(String name) {
        desk.podPut(
                "pods/acme/default/" + name,
                1,
                1,
                read(
                        Pod.class,
                        "{'metadata':{'name':'" + name + "','namespace':'default','tenant':'acme','uid':'" + name
                                + "'},'spec':{'containers':[{'name':'c'}],'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'data'}}]}}"));
    }

    private PodRecord record(String name) {
        return desk.find("pods/acme/default/" + name).orElseThrow();
    }

    private void decide(String pod, String node) {
        Placements.Batch batch = placements.take(10, 0);
        assertThat(batch.pods()).extracting(PodRecord::uid).contains(pod);
        placements.decided(batch, List.of(new Decision.Assigned(pod, node, 1)), "spread", 0);
    }

    private List<ClaimRequest> requests() {
        return placements.takeRequests(10, 0).getOrDefault(MANAGER, List.of());
    }

    /** What the writer makes of a choice, seen among the partition's changes. */
    private void written(VolumeDesk.Choice choice) {
        PersistentVolume volume = VolumeDrafts.volume(choice.claim(), choice.sort(), choice.node());
        volume = volume.withMetadata(
                read(PersistentVolume.class, "{'metadata':{'name':'pvc-c1','tenant':'acme','uid':'v1'}}")
                        .metadata());
        volumes.put(VOLUME, new PersistentVolumeRules().fresh(volume));
        volumes.put(CLAIM, VolumeDrafts.bound(choice.claim(), volume));
    }

    private VolumeDesk.Choice bindTo(String node) {
        volumes.replace(Map.<String, Resource>of(SORT, sort(), CLAIM, claim("")));
        pod("a");
        decide("a", node);
        VolumeDesk.Choice choice = volumes.takeChoices().get(0);
        assertThat(choice.node()).isEqualTo(node);
        assertThat(requests()).as("nothing is asked before the volume is bound").isEmpty();
        written(choice);
        return choice;
    }

    private static List<String> only(PodSpec spec) {
        return spec.affinity()
                .nodeAffinity()
                .requiredDuringSchedulingIgnoredDuringExecution()
                .nodeSelectorTerms()
                .get(0)
                .matchFields()
                .get(0)
                .values();
    }

    @Test
    void aPodWaitsForItsClaimAndForAClass() {
        pod("a");
        assertThat(record("a").message).isEqualTo("PersistentVolumeClaim data does not exist.");
        volumes.put(CLAIM, claim(",'storageClassName':'local-path'"));
        assertThat(record("a").message)
                .isEqualTo("StorageClass local-path of PersistentVolumeClaim data does not exist.");
        assertThat(placements.take(10, 0).pods()).isEmpty();
        volumes.put(SORT, sort());
        Placements.Batch batch = placements.take(10, 0);
        assertThat(batch.groups().get(0).spec().affinity().nodeAffinity().toString())
                .as("only nodes that can make it")
                .contains("volume.kochab.org/local-path");
    }

    @Test
    void aClaimWithoutAClassGetsTheDefault() {
        bindTo("n1");
        assertThat(record("a")
                        .shared
                        .spec
                        .volumes()
                        .get(0)
                        .persistentVolumeClaim()
                        .volume())
                .isEqualTo(new PodSpec.ProvisionedVolume("v1", "local-path", Map.of(), 1L << 30));
    }

    @Test
    void aVolumeIsBoundToTheChosenNodeBeforeThatIsAsked() {
        bindTo("n1");
        Placements.Batch batch = placements.take(10, 0);
        assertThat(only(batch.groups().get(0).spec())).containsExactly("n1");
        placements.decided(batch, List.of(new Decision.Assigned("a", "n1", 1)), "spread", 0);
        assertThat(requests()).singleElement().satisfies(q -> {
            assertThat(q.claim().node()).isEqualTo("n1");
            assertThat(q.claim()
                            .spec()
                            .volumes()
                            .get(0)
                            .persistentVolumeClaim()
                            .volume()
                            .uid())
                    .isEqualTo("v1");
        });
    }

    @Test
    void twoPodsOfOneClaimNeverGetTwoNodes() {
        volumes.replace(Map.<String, Resource>of(SORT, sort(), CLAIM, claim("")));
        pod("a");
        pod("b");
        Placements.Batch batch = placements.take(10, 0);
        placements.decided(
                batch, List.of(new Decision.Assigned("a", "n1", 1), new Decision.Assigned("b", "n2", 1)), "spread", 0);
        VolumeDesk.Choice choice = volumes.takeChoices().get(0);
        assertThat(volumes.takeChoices()).isEmpty();
        assertThat(requests()).isEmpty();
        written(choice);
        Placements.Batch again = placements.take(10, 0);
        assertThat(again.pods()).hasSize(2);
        assertThat(again.groups()).allSatisfy(g -> assertThat(only(g.spec())).containsExactly(choice.node()));
    }

    @Test
    void aFreshVolumeGoesElsewhereIfItsNodeRefuses() {
        bindTo("n1");
        decide("a", "n1");
        List<ClaimRequest> asked = requests();
        placements.answered(
                MANAGER,
                asked,
                List.of(new ClaimAnswer.Refused("a", ClaimAnswer.Code.NO_CAPACITY, "full", Map.of(), 1)),
                0);
        decide("a", "n2");
        VolumeDesk.Choice choice = volumes.takeChoices().get(0);
        assertThat(choice.former()).isEqualTo("pvc-c1");
        assertThat(choice.node()).isEqualTo("n2");
        assertThat(requests()).isEmpty();
        written(choice);
        assertThat(only(record("a").shared.spec)).containsExactly("n2");
    }

    @Test
    void aVolumeThatAPodMayHaveHadStays() {
        bindTo("n1");
        decide("a", "n1");
        List<ClaimRequest> asked = requests();
        desk.podDeleted("pods/acme/default/a");
        pod("b");
        placements.answered(
                MANAGER,
                asked,
                List.of(new ClaimAnswer.Refused("a", ClaimAnswer.Code.NO_CAPACITY, "full", Map.of(), 1)),
                0);
        Placements.Batch batch = placements.take(10, 0);
        placements.decided(batch, List.of(new Decision.Rejected("b", List.of())), "spread", 0);
        assertThat(only(record("b").shared.spec)).containsExactly("n1");
    }

    @Test
    void anotherLeaderTakesNoVolumeForFresh() {
        VolumeDesk.Choice choice = bindTo("n1");
        PodDesk next = new PodDesk("tp-1", 2, 0, Set.of());
        next.volumes().replace(Map.<String, Resource>of(SORT, sort()));
        PersistentVolume volume = VolumeDrafts.volume(choice.claim(), choice.sort(), "n1");
        next.volumes().put(VOLUME, new PersistentVolumeRules().fresh(volume));
        next.volumes().put(CLAIM, VolumeDrafts.bound(choice.claim(), volume));
        next.podPut("pods/acme/default/a", 1, 1, new Pod("v1", "Pod", podMeta(), record("a").asked, null));
        PodRecord r = next.find("pods/acme/default/a").orElseThrow();
        next.volumes().refused(r);
        assertThat(only(r.shared.spec)).containsExactly("n1");
    }

    private org.kochab.api.model.ObjectMeta podMeta() {
        return read(Pod.class, "{'metadata':{'name':'a','namespace':'default','tenant':'acme','uid':'a'}}")
                .metadata();
    }

    @Test
    void aVolumeOfAnotherClaimIsNotMounted() {
        VolumeDesk.Choice choice = bindTo("n1");
        PersistentVolume volume = VolumeDrafts.volume(choice.claim(), choice.sort(), "n1");
        PersistentVolumeClaim other = claim(",'volumeName':'pvc-c1'");
        volumes.put(VOLUME, volume);
        volumes.put(
                CLAIM,
                other.withMetadata(read(
                                PersistentVolumeClaim.class,
                                "{'metadata':{'name':'data','namespace':'default','tenant':'acme','uid':'c2'}}")
                        .metadata()));
        assertThat(record("a").message)
                .isEqualTo("Volume pvc-c1 is not, or not yet, bound to PersistentVolumeClaim data.");
        assertThat(record("a")
                        .shared
                        .spec
                        .volumes()
                        .get(0)
                        .persistentVolumeClaim()
                        .volume())
                .isNull();
    }

    @Test
    void whatCannotBeWrittenIsSaidAndTriedAgain() {
        volumes.replace(Map.<String, Resource>of(SORT, sort(), CLAIM, claim("")));
        pod("a");
        decide("a", "n1");
        VolumeDesk.Choice choice = volumes.takeChoices().get(0);
        volumes.failed(choice, "no quota", false);
        assertThat(record("a").message).isEqualTo("no quota");
        volumes.failed(choice, "no quota", true);
        decide("a", "n2");
        assertThat(volumes.takeChoices()).singleElement().satisfies(c -> assertThat(c.node())
                .isEqualTo("n2"));
    }
}
