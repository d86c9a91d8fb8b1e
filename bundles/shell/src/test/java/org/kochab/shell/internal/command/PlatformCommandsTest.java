package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.PartitionRemovals;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.TenantMoves;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginService;
import org.kochab.api.resource.ResourceRef;
import org.kochab.codec.JacksonCodec;
import org.kochab.spi.scheduler.Refusal;

class PlatformCommandsTest {
    private final MapResources resources = new MapResources();
    private final List<PartitionSpec> created = new ArrayList<>();
    private final List<String> used = new ArrayList<>();
    private final List<String> moved = new ArrayList<>();
    private final PartitionService partitions = new Partitions();
    private final PluginService plugins = () -> List.of(
            new Plugin(Plugin.SCHEDULER, "binpack", "org.kochab.scheduler", "0.1.0", List.of(), "Idle", ""),
            new Plugin(Plugin.SCHEDULER, "spread", "org.kochab.scheduler", "0.1.0", List.of("tp-1"), "Active", ""),
            new Plugin(Plugin.STORE, "ignite", "org.kochab.store.ignite", "0.1.0", List.of("tp-1"), "Active", ""));
    private final PlacementExplainer explainer = (tenant, namespace, pod) -> Optional.of(new PodPlacement(
            PodPlacement.State.REFUSED,
            Optional.empty(),
            "spread",
            3,
            List.of(new Refusal("resource-fit", Refusal.Code.UNFIT_NOW, 2, "2 nodes have too little free cpu")),
            "No node fits"));
    private final Console console =
            new Console(resources, new JacksonCodec(), partitions, plugins, explainer, new Moves(), new Removals());

    @AfterEach
    void close() {
        console.close();
    }

    private final class Partitions implements PartitionService {
        @Override
        public String member() {
            return "member-1";
        }

        @Override
        public List<PartitionStatus> partitions() {
            return List.of(
                    status("directory", PartitionKind.DIRECTORY, "", 12),
                    status("rm-1", PartitionKind.RESOURCE_MANAGER, "", 3),
                    status("tp-1", PartitionKind.TENANT, "spread", -1));
        }

        private static PartitionStatus status(String id, PartitionKind kind, String scheduler, long entries) {
            return new PartitionStatus(
                    new PartitionSpec(new PartitionId(id), kind, "ignite", scheduler),
                    Optional.of("member-1"),
                    2,
                    40,
                    entries,
                    1,
                    "Serving",
                    "");
        }

        @Override
        public Optional<Partition> partition(PartitionId id) {
            return Optional.empty();
        }

        @Override
        public Optional<Partition> directory() {
            return Optional.empty();
        }

        @Override
        public CompletionStage<Void> create(PartitionSpec spec) {
            created.add(spec);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> useStore(PartitionId id, String store) {
            moved.add(id + " to " + store);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> suspend(PartitionId id) {
            moved.add(id + " suspended");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> resume(PartitionId id) {
            moved.add(id + " resumed");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> move(PartitionId id, String member) {
            moved.add(id + "=" + member);
            return members().contains(member)
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(
                            new IllegalArgumentException("member '" + member + "' is not there now"));
        }

        @Override
        public String tenantPlacement() {
            return BY_LOAD;
        }

        @Override
        public List<String> members() {
            return List.of("member-1", "member-2");
        }

        @Override
        public CompletionStage<Void> useScheduler(PartitionId id, String scheduler) {
            used.add(id + "=" + scheduler);
            return id.value().equals("tp-1")
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IllegalArgumentException("there is no partition " + id));
        }
    }

    @Test
    void movesAPartitionToAStore() throws Exception {
        assertThat(console.run("store-migrate tp-1 --to ignite")).isEqualTo("partition/tp-1 is in store ignite\n");
        assertThat(moved).contains("tp-1 to ignite");
        assertThatThrownBy(() -> console.run("store-migrate tp-1")).hasMessageContaining("Use --to STORE or --abort");
        assertThatThrownBy(() -> console.run("store-migrate tp-9 --abort"))
                .hasMessageContaining("There is no partition tp-9");
    }

    @Test
    void listsPartitions() throws Exception {
        assertThat(console.run("partition-list"))
                .isEqualTo(
                        """
                        NAME        KIND               STATE     LEADER     EPOCH   REVISION   ENTRIES   WATCHERS   STORE    SCHEDULER   PLACEMENT   MESSAGE
                        directory   directory          Serving   member-1   2       40         12        1          ignite
                        rm-1        resource-manager   Serving   member-1   2       40         3         1          ignite
                        tp-1        tenant             Serving   member-1   2       40                   1          ignite   spread      load
                        """);
        assertThat(console.run("partition-list -o name")).isEqualTo("directory\nrm-1\ntp-1\n");
        assertThat(console.run("partition-list -o json")).contains("\"scheduler\" : \"spread\"");
    }

    @Test
    void makesAPartitionOnTheDirectorysStore() throws Exception {
        console.run("partition-create tp-2 --scheduler binpack");
        assertThat(created)
                .containsExactly(new PartitionSpec(new PartitionId("tp-2"), PartitionKind.TENANT, "ignite", "binpack"));
        console.run("partition-create tp-3 --dedicated");
        assertThat(created.get(1).dedicated()).isTrue();
        assertFails("partition-create rm-2 --kind resource-manager --dedicated", "a resource manager has no tenants");
        assertFails("partition-create tp-2 --kind cellar", "use tenant or resource-manager");
    }

    @Test
    void suspendsAndResumesPartitions() throws Exception {
        assertThat(console.run("partition-suspend tp-1")).isEqualTo("partition/tp-1 suspended\n");
        assertThat(console.run("partition-resume tp-1")).isEqualTo("partition/tp-1 resumed\n");
        assertThat(moved).containsExactly("tp-1 suspended", "tp-1 resumed");
    }

    @Test
    void movesPartitions() throws Exception {
        assertThat(console.run("partition-move tp-1 member-2")).isEqualTo("partition/tp-1 is led by member member-2\n");
        assertThat(moved).containsExactly("tp-1=member-2");
        assertFails("partition-move tp-1", "Name a partition and a member");
        assertFails("partition-move tp-1 member-9", "member 'member-9' is not there now");
    }

    /** tp-2 can be removed, what else there is still has something. */
    private static final class Removals implements PartitionRemovals {
        private static PartitionRemoval at(PartitionId id, PartitionRemoval.State state, int tenants, String message) {
            return new PartitionRemoval(id, state, tenants, message);
        }

        @Override
        public PartitionRemoval begin(PartitionId id, boolean drain) {
            return at(id, PartitionRemoval.State.DRAINING, drain ? 2 : 0, "");
        }

        @Override
        public PartitionRemoval abort(PartitionId id) {
            return at(id, PartitionRemoval.State.GIVEN_UP, 0, "asked for");
        }

        @Override
        public PartitionRemoval await(PartitionId id, Duration most) {
            if (most.isZero()) {
                return at(id, PartitionRemoval.State.DRAINING, 2, "");
            }
            return id.value().equals("tp-2")
                    ? at(id, PartitionRemoval.State.REMOVED, 0, "")
                    : at(id, PartitionRemoval.State.GIVEN_UP, 0, "it still has node/n1");
        }
    }

    @Test
    void removesPartitions() throws Exception {
        assertThat(console.run("partition-delete tp-2 --drain")).isEqualTo("partition/tp-2 removed\n");
        assertThat(console.run("partition-delete tp-2 --status"))
                .isEqualTo("partition/tp-2 is being emptied: 2 tenants or nodes left\n");
        assertThat(console.run("partition-delete tp-2 --abort")).isEqualTo("partition/tp-2 stays: asked for\n");
        assertFails("partition-delete rm-1", "partition/rm-1 stays: it still has node/n1");
        assertFails("partition-delete tp-2 --drain --abort", "Use one of");
    }

    /** Moves of tenant acme go well, those of others are given up. */
    private static final class Moves implements TenantMoves {
        private Optional<TenantMove> last = Optional.empty();

        @Override
        public List<TenantMove> list() {
            return last.stream().toList();
        }

        private TenantMove move(TenantId tenant, String to, TenantMove.State state, String message) {
            TenantMove move =
                    new TenantMove(tenant, new PartitionId("tp-1"), new PartitionId(to), state, 12, 7, message);
            last = Optional.of(move);
            return move;
        }

        @Override
        public TenantMove begin(TenantId tenant, PartitionId to) {
            return tenant.value().equals("acme")
                    ? move(tenant, to.value(), TenantMove.State.DONE, "")
                    : move(tenant, to.value(), TenantMove.State.ABORTED, "it was deleted");
        }

        @Override
        public TenantMove abort(TenantId tenant) {
            return move(tenant, "tp-2", TenantMove.State.ABORTED, "asked for");
        }

        @Override
        public Optional<TenantMove> await(TenantId tenant, Duration most) {
            return last;
        }
    }

    @Test
    void movesTenants() throws Exception {
        assertFails("tenant-move acme", "Tenant acme has never been moved");
        assertThat(console.run("tenant-move acme --to tp-2"))
                .isEqualTo("tenant/acme moved from tp-1 to tp-2: 12 objects, its callers waited 7 ms\n");
        assertThat(console.run("tenant-move acme --abort"))
                .isEqualTo("tenant/acme stays in tp-1, the move to tp-2 was given up: asked for\n");
        assertThat(console.run("tenant-move acme")).startsWith("tenant/acme stays in tp-1");
        assertFails("tenant-move doomed --to tp-2", "given up: it was deleted");
        assertFails("tenant-move acme --to tp-2 --abort", "not both");
    }

    @Test
    void switchesSchedulers() throws Exception {
        assertThat(console.run("scheduler-list"))
                .isEqualTo(
                        """
                        NAME      STATE    USED BY   BUNDLE                 VERSION   MESSAGE
                        binpack   Idle               org.kochab.scheduler   0.1.0
                        spread    Active   tp-1      org.kochab.scheduler   0.1.0
                        """);
        console.run("scheduler-use tp-1 binpack");
        assertThat(used).containsExactly("tp-1=binpack");
        assertFails("scheduler-use tp-1 magic", "There is no scheduler magic on this member, but binpack, spread");
        assertFails("scheduler-use tp-9 spread", "there is no partition tp-9");
        assertFails("scheduler-use spread", "Name a tenant partition and a scheduler");
        assertThat(console.run("plugin-list -o name")).isEqualTo("scheduler/binpack\nscheduler/spread\nstore/ignite\n");
    }

    @Test
    void explainsAPodsPlacement() throws Exception {
        resources.add("default", Samples.pod("a", "default"));
        assertThat(console.run("pod-explain a"))
                .isEqualTo(
                        """
                        Pod:           a
                        State:         REFUSED
                        Node:          <none>
                        Scheduler:     spread
                        Attempts:      3
                        Message:       No node fits

                        NODES   PLUGIN         FITS      REASON
                        2       resource-fit   not now   2 nodes have too little free cpu
                        """);
        assertFails("pod-explain b", "There is no Pod b");
    }

    @Test
    void usesATenant() throws Exception {
        console.run("tenant-create acme");
        assertThat(console.run("tenant-use acme -n shop")).isEqualTo("This session uses tenant acme, namespace shop\n");
        assertThat(console.run("get pods")).isEqualTo("No pods found in namespace shop of tenant acme\n");
        assertFails("tenant-use nobody", "There is no Tenant nobody on the platform");
        assertThat(console.run("tenant-list -o name")).isEqualTo("tenant/acme\n");
        console.run("tenant-delete acme --wait");
        assertThat(console.run("tenant-list")).isEqualTo("No tenants found\n");
        assertFails("tenant-create Not-A-Name", "tenant name 'Not-A-Name' is not valid");
    }

    @Test
    void aDrainWaitsForDisruptionBudgetsAsLongAsItIsTold() throws Exception {
        resources.add("system", Samples.tenant("acme"));
        resources.add("system", new Node("v1", "Node", ObjectMeta.named("n1"), null, null));
        resources.add("acme", Samples.podOn("web", "n1"));
        String kept = "The disruption budget web needs 2 healthy pods and has 2 currently";
        resources.refusals.add(kept);
        assertFails("node-drain n1 --force --no-wait", "1 of 1 pods are still on node n1: " + kept);
        resources.refusals.addAll(List.of(kept, kept));
        assertFails("node-drain n1 --force --timeout 0s", kept + ". Try again, with a longer --timeout");
        resources.refusals.clear();
        resources.refusals.add(kept);
        assertThat(console.run("node-drain n1 --force")).contains("node/n1 drained of 1 pods");
        resources.add("acme", Samples.podOn("web", "n1"));
        resources.refusals.add(kept);
        assertThat(console.run("node-drain n1 --force --disable-eviction")).contains("node/n1 drained of 1 pods");
    }

    @Test
    void cordonsAndDrainsNodes() throws Exception {
        resources.add("system", Samples.tenant("acme"));
        resources.add("system", new Node("v1", "Node", ObjectMeta.named("n1"), null, null));
        resources.add("acme", Samples.podOn("lone", "n1"));
        resources.add("acme", Samples.podOn("elsewhere", "n2"));
        console.run("node-cordon n1");
        assertThat(console.run("node-list")).contains("Unknown,SchedulingDisabled");
        assertFails("node-drain n1", "Nothing replaces 1 of the pods on node n1, default/lone of tenant acme");
        assertThat(console.run("node-drain n1 --force --grace-period 5"))
                .isEqualTo("node/n1 cordoned\nnode/n1 drained of 1 pods\n");
        assertThat(resources.deleted.graceSeconds()).isEqualTo(5);
        assertThat(console.run("get pods -A -t acme -o name")).isEqualTo("pod/elsewhere\n");
        console.run("node-uncordon n1");
        Node n = (Node) resources
                .get(new ResourceRef(TenantId.SYSTEM, Kind.NODE, null, "n1"))
                .orElseThrow();
        assertThat(n.spec().unschedulable()).isNull();
        console.run("node-remove n1");
        assertThat(console.run("node-list")).isEqualTo("No nodes found\n");
    }

    @Test
    void scalesAndRollsBack() throws Exception {
        Deployment web = Samples.deployment("web", 2);
        resources.add("default", web);
        console.run("scale deployment web 4");
        assertThat(deployment().spec().replicas()).isEqualTo(4);
        console.run("scale deploy/web --replicas 3");
        assertThat(deployment().spec().replicas()).isEqualTo(3);
        assertFails("scale deployment web", "Say what and how many");
        assertFails("scale deployment web many", "The number of pods is 'many'");
        assertFails("rollback web", "Deployment web has no earlier revision");
        for (String revision : List.of("1", "2")) {
            resources.add("default", revision(deployment(), revision));
        }
        assertThat(console.run("rollout-history web"))
                .isEqualTo(
                        """
                        REVISION   REPLICA SET   PODS   IMAGES   CHANGE CAUSE
                        1          web-1         0      web:1
                        2          web-2         0      web:1
                        """);
        assertFails("rollback web --to-revision 7", "has no revision 7");
    }

    private static ReplicaSet revision(Deployment owner, String number) {
        ObjectMeta meta = ObjectMeta.named("web-" + number)
                .withPlace(null, "default")
                .withAnnotations(java.util.Map.of(Annotations.REVISION, number))
                .withOwner(new ObjectMeta.OwnerReference(
                        "apps/v1",
                        "Deployment",
                        "web",
                        String.valueOf(owner.metadata().uid()),
                        true,
                        true));
        return new ReplicaSet(
                "apps/v1",
                "ReplicaSet",
                meta,
                new ReplicaSet.Spec(0, null, new Pod.Template(null, Samples.spec(null, "c")), null),
                null);
    }

    private Deployment deployment() {
        return (Deployment) resources
                .get(new ResourceRef(new TenantId("default"), Kind.DEPLOYMENT, "default", "web"))
                .orElseThrow();
    }

    @Test
    void waitsForRolloutsAndSaysWhatIsMissing() throws Exception {
        resources.add("default", Samples.deployment("web", 2));
        assertFails("wait deployment web --timeout 0s", "Waiting for deployment web to be looked at");
        Deployment d = deployment();
        resources.updateStatus(
                new TenantId("default"), d.withStatus(new Deployment.Status(2, 2, 2, 2, 0, 1L, List.of())));
        assertThat(console.run("wait deployment web")).isEqualTo("deployment web is rolled out\n");
        assertThat(console.run("rollout-status web")).isEqualTo("deployment web is rolled out\n");
        assertFails("wait pod none --timeout 0", "There is no Pod none yet");
        assertThat(console.run("wait pod none --for delete")).isEqualTo("Pod none is gone\n");
    }

    @Test
    void describesAndExplains() throws Exception {
        resources.add("default", Samples.pod("a", "default"));
        assertThat(console.aged("describe pod a").replaceAll("Created: .*", "Created:"))
                .isEqualTo(
                        """
                        Name:          a
                        Namespace:     default
                        Tenant:        default
                        Labels:        app=web
                        Created:
                        Status:        Pending
                        Node:          <none>
                        Runtime:       oci
                        Containers:
                          c:
                            Image:         web:1
                        Placement:     No node fits
                        """);
        assertThat(console.run("explain")).containsPattern("Deployment +apps/v1 +deployments +deploy");
        assertThat(console.run("explain deploy.spec.template.spec.containers.livenessProbe"))
                .contains("FIELD:         spec.template.spec.containers.livenessProbe <Probe>")
                .contains("If it fails, the container is restarted.")
                .contains("periodSeconds <integer>")
                .contains("How often; every 10 s if not set.");
        assertFails("explain pod.spec.nonsense", "There is no field spec.nonsense in kind Pod");
    }

    @Test
    void showsTheClustersStatus() throws Exception {
        resources.add("system", Samples.tenant("acme"));
        resources.add("acme", Samples.pod("a", "default"));
        assertThat(console.run("cluster-status"))
                .isEqualTo(
                        """
                        Member:        member-1
                        Partitions:    3 of 3 serving
                        Stores:        <none>
                        Nodes:         0
                        Tenants:       1
                        Pods:          1 (1 Unknown)
                        Problems:      1
                          No store is ready on this member: see kochab:plugin-list and log:display
                        """);
        assertThat(console.run("cluster-status -o json")).contains("\"partitionsServing\" : 3");
    }

    @Test
    void completesKindsAndNames() {
        resources.add("default", Samples.pod("apple", "default"));
        assertThat(console.complete("kochab:get dep")).contains("deploy", "deployment", "deployments");
        assertThat(console.complete("kochab:get pods a")).contains("apple");
        assertThat(console.complete("kochab:logs ")).contains("apple");
    }

    private void assertFails(String line, String part) {
        assertThatThrownBy(() -> console.run(line))
                .isInstanceOf(org.apache.karaf.shell.support.CommandException.class)
                .hasMessageContaining(part);
    }
}
