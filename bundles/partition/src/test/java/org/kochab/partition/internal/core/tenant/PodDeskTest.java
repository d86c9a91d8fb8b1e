package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.PodReport;
import org.kochab.codec.JacksonCodec;
import org.kochab.spi.scheduler.Decision;

/** What the desk keeps of a pod once it is placed: millions of them lie there. */
class PodDeskTest {
    private static final String KEY = "pods/acme/default/p";
    private static final String MANAGER = "rm-1";

    private final JacksonCodec codec = new JacksonCodec();
    private final PodDesk desk = new PodDesk("tp-1", 1, 0, Set.of(MANAGER));
    private final Placements placements = new Placements(desk);

    @BeforeEach
    void aNodeIsThere() {
        desk.beginRead(MANAGER);
        desk.nodePut(
                MANAGER,
                read(Node.class, "{'metadata':{'name':'n'},'status':{'allocatable':{'cpu':'4','pods':'10'}}}"),
                1,
                0);
        desk.endRead(MANAGER, Set.of("n"), Set.of(), 1);
    }

    private <T> T read(Class<T> type, String json) {
        return codec.decode(json.replace('\'', '"').getBytes(UTF_8), type);
    }

    private Pod pod(String labels, String node) {
        return read(
                Pod.class,
                "{'metadata':{'name':'p','namespace':'default','tenant':'acme','uid':'u','labels':{" + labels
                        + "}},'spec':{'containers':[{'name':'c'}]" + node + "}}");
    }

    private PodRecord pod() {
        return desk.find(KEY).orElseThrow();
    }

    /** Until the manager is asked. */
    private List<ClaimRequest> ask() {
        Placements.Batch batch = placements.take(10, 0);
        placements.decided(batch, List.of(new Decision.Assigned("u", "n", 1)), "spread", 0);
        return placements.takeRequests(10, 0).get(MANAGER);
    }

    private void report(String phase) {
        desk.reported(
                MANAGER,
                read(
                        PodReport.class,
                        "{'podUid':'u','tenant':'acme','namespace':'default','pod':'p','node':'n','token':1,'status':{'phase':'"
                                + phase + "'}}"));
    }

    private Pod write() {
        PodRecord r = desk.takeDirty(10).get(0);
        Pod current = pod("", r.node == null ? "" : ",'nodeName':'n'");
        Pod next = desk.image(r, current, Instant.EPOCH) instanceof Changes.Next.Store store
                ? (Pod) store.object()
                : current;
        desk.written(r, false);
        return next;
    }

    /** For controllers, that a node is missing means nothing as long as a manager is. */
    @Test
    void allNodesAreInSightOnlyIfAllManagersAre() {
        PodDesk two = new PodDesk("tp-1", 1, 0, Set.of("rm-1", "rm-2"));
        assertThat(two.takeNodesChanged()).isFalse();
        read(two, "rm-1", "n1");
        assertThat(two.takeNodesChanged()).isTrue();
        assertThat(two.seesAllNodes()).as("the other was not read yet").isFalse();
        read(two, "rm-2", "n2");
        assertThat(two.seesAllNodes()).isTrue();
        assertThat(two.nodesInSight()).hasSize(2);
        two.takeNodesChanged();

        two.lost("rm-2");
        assertThat(two.takeNodesChanged()).isTrue();
        assertThat(two.takeNodesChanged()).isFalse();
        assertThat(two.seesAllNodes()).isFalse();
        assertThat(two.nodesInSight()).extracting(n -> n.metadata().name()).containsExactly("n1");
    }

    private void read(PodDesk of, String manager, String node) {
        of.beginRead(manager);
        of.nodePut(manager, read(Node.class, "{'metadata':{'name':'" + node + "'}}"), 1, 0);
        of.endRead(manager, Set.of(node), Set.of(), 1);
    }

    @Test
    void knowsAtWhichRevisionItHasAPod() {
        assertThat(desk.has(KEY, 1)).isFalse();
        desk.podPut(KEY, 1, 1, pod("", ""));
        assertThat(desk.has(KEY, 1)).isTrue();
        assertThat(desk.has(KEY, 2)).isFalse();
        desk.podDeleted(KEY);
        assertThat(desk.has(KEY, 1)).isFalse();
    }

    @Test
    void aClaimIsForgottenOnceItIsAnsweredAndShown() {
        desk.podPut(KEY, 1, 1, pod("", ""));
        List<ClaimRequest> requests = ask();
        Claim claim = requests.get(0).claim();
        assertThat(pod().claim).isEqualTo(claim);
        placements.answered(MANAGER, requests, List.of(new ClaimAnswer.Granted("u", 1, 2)), 0);
        assertThat(desk.asked("u", "n")).as("its manager will show it").isSameAs(claim);
        desk.claimPut(MANAGER, claim, 2);
        assertThat(pod().claim).isNull();
    }

    @Test
    void aClaimIsForgottenTooIfItIsShownBeforeItIsAnswered() {
        desk.podPut(KEY, 1, 1, pod("", ""));
        List<ClaimRequest> requests = ask();
        desk.claimPut(MANAGER, requests.get(0).claim(), 2);
        placements.answered(MANAGER, requests, List.of(new ClaimAnswer.Granted("u", 1, 2)), 0);
        assertThat(pod().claim).isNull();
        assertThat(pod().stage).isEqualTo(PodRecord.Stage.BINDING);
    }

    @Test
    void aReportIsForgottenOnceItIsWritten() {
        desk.podPut(KEY, 1, 1, pod("", ",'nodeName':'n'"));
        report("Running");
        assertThat(write().status().phase()).isEqualTo("Running");
        assertThat(pod().report).isNull();
    }

    @Test
    void aReportStaysUntilThePodIsBound() {
        desk.podPut(KEY, 1, 1, pod("", ""));
        report("Running");
        assertThat(write().status()).isNull();
        desk.podPut(KEY, 2, 1, pod("", ",'nodeName':'n'"));
        report("Running");
        assertThat(write().status().phase()).isEqualTo("Running");
    }

    @Test
    void aReportThatCameDuringTheWriteIsWrittenToo() {
        desk.podPut(KEY, 1, 1, pod("", ",'nodeName':'n'"));
        report("Pending");
        PodRecord r = desk.takeDirty(10).get(0);
        report("Running");
        desk.written(r, false);
        assertThat(write().status().phase()).isEqualTo("Running");
    }

    @Test
    void aPodWithOtherLabelsWaitsAmongItsNewEquals() {
        desk.podPut(KEY, 1, 1, pod("'app':'a'", ""));
        desk.podPut(KEY, 2, 1, pod("'app':'b'", ""));
        assertThat(desk.waiting()).isEqualTo(1);
        Placements.Batch batch = placements.take(10, 0);
        assertThat(batch.pods()).hasSize(1);
        assertThat(batch.groups()).singleElement().satisfies(g -> {
            assertThat(g.labels()).isEqualTo(Map.of("app", "b"));
            assertThat(g.podUids()).containsExactly("u");
        });
        assertThat(placements.take(10, 0).pods()).isEmpty();
    }
}
