package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.PodReport;
import org.kochab.codec.JacksonCodec;

/** A bound pod's newer generation: it is claimed again on its node, and runs on as it was until that is granted. */
class PodResizeTest {
    private static final String KEY = "pods/acme/default/p";
    private static final String MANAGER = "rm-1";
    private static final long SECOND = 1_000_000_000L;

    private final JacksonCodec codec = new JacksonCodec();
    private PodDesk desk = desk();
    private Placements placements = new Placements(desk);
    private Pod stored;
    private long revision = 10;

    private PodDesk desk() {
        return read(new PodDesk("tp-1", 1, 0, Set.of(MANAGER)), List.of());
    }

    private void takeOver(Claim claim) {
        desk = new PodDesk("tp-1", 2, revision, Set.of(MANAGER));
        placements = new Placements(desk);
        store();
        read(desk, List.of(claim));
    }

    private PodDesk read(PodDesk fresh, List<Claim> claims) {
        fresh.beginRead(MANAGER);
        fresh.nodePut(
                MANAGER,
                read(Node.class, "{'metadata':{'name':'n'},'status':{'allocatable':{'cpu':'4','pods':'10'}}}"),
                1,
                0);
        claims.forEach(c -> fresh.claimPut(MANAGER, c, 1));
        fresh.endRead(MANAGER, Set.of("n"), claims.isEmpty() ? Set.of() : Set.of("u"), 1);
        return fresh;
    }

    @BeforeEach
    void aPodRuns() {
        stored = pod(1, "1");
        store();
        desk.claimPut(MANAGER, claim("u", 1), 2);
        report(1, "");
        write();
        assertThat(placements.takeRequests(10, 0)).isEmpty();
    }

    private <T> T read(Class<T> type, String json) {
        return codec.decode(json.replace('\'', '"').getBytes(UTF_8), type);
    }

    private Pod pod(long generation, String cpu) {
        return read(
                Pod.class,
                "{'metadata':{'name':'p','namespace':'default','tenant':'acme','uid':'u','generation':" + generation
                        + "},'spec':{'nodeName':'n','containers':[{'name':'c','resources':{'requests':{'cpu':'" + cpu
                        + "'}}}]}}");
    }

    private Claim claim(String uid, long generation) {
        return read(
                Claim.class,
                "{'podUid':'" + uid + "','generation':" + generation
                        + ",'tenant':'acme','namespace':'default','pod':'p','partition':'tp-1','node':'n','requests':{'cpu':1000},'spec':{},'token':1}");
    }

    private PodRecord pod() {
        return desk.find(KEY).orElseThrow();
    }

    private void store() {
        desk.podPut(KEY, ++revision, 1, stored);
    }

    private void change(long generation, String cpu) {
        stored = pod(generation, cpu).withStatus(stored.status());
        store();
    }

    private void report(long observed, String conditions) {
        desk.reported(
                MANAGER,
                read(
                        PodReport.class,
                        "{'podUid':'u','tenant':'acme','namespace':'default','pod':'p','node':'n','token':1,'status':{'phase':'Running','observedGeneration':"
                                + observed + ",'conditions':[" + conditions + "]}}"));
    }

    private Optional<PodNews> write() {
        Optional<PodNews> news = Optional.empty();
        for (PodRecord r : desk.takeDirty(10)) {
            Pod before = stored;
            if (desk.image(r, before, Instant.EPOCH) instanceof Changes.Next.Store store) {
                stored = (Pod) store.object();
                news = desk.news(r, before, stored);
                store();
            }
            desk.written(r, false);
        }
        return news;
    }

    private Optional<Condition> condition(String type) {
        write();
        return stored.status().conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst();
    }

    private List<ClaimRequest> asked(long now) {
        return placements.takeRequests(10, now).getOrDefault(MANAGER, List.of());
    }

    private void granted(List<ClaimRequest> requests) {
        placements.answered(MANAGER, requests, List.of(new ClaimAnswer.Granted("u", 2, 3)), 0);
    }

    private void refused(List<ClaimRequest> requests, ClaimAnswer.Code code, long now) {
        placements.answered(
                MANAGER, requests, List.of(new ClaimAnswer.Refused("u", code, "too little", Map.of(), 3)), now);
    }

    @Test
    void aNewerGenerationIsClaimedAgainOnItsNode() {
        change(2, "2");
        List<ClaimRequest> requests = asked(0);
        assertThat(requests).hasSize(1);
        Claim claim = requests.get(0).claim();
        assertThat(claim.generation()).isEqualTo(2);
        assertThat(claim.node()).isEqualTo("n");
        assertThat(claim.requests()).containsEntry("cpu", 2000L);
        assertThat(asked(SECOND)).as("it is asked for already").isEmpty();
        granted(requests);
        desk.claimPut(MANAGER, claim("u", 2), 3);
        assertThat(condition("PodResizeInProgress")).isPresent();
        assertThat(condition("PodResizePending")).isEmpty();
        report(2, "{'type':'PodResizeInProgress','status':'True','reason':'Error','message':'no'}");
        assertThat(condition("PodResizeInProgress"))
                .hasValueSatisfying(c -> assertThat(c.message()).isEqualTo("no"));
        report(2, "");
        assertThat(write()).hasValueSatisfying(n -> assertThat(n.reason()).isEqualTo("ResizeCompleted"));
        assertThat(condition("PodResizeInProgress")).isEmpty();
        assertThat(stored.status().observedGeneration()).isEqualTo(2);
        assertThat(asked(100 * SECOND)).isEmpty();
        assertThat(pod().stage).isEqualTo(PodRecord.Stage.BOUND);
    }

    @Test
    void oneThatIsRefusedWaitsForItsNode() {
        change(2, "3");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        assertThat(write()).hasValueSatisfying(n -> assertThat(n.reason()).isEqualTo("ResizeDeferred"));
        assertThat(condition("PodResizePending")).hasValueSatisfying(c -> {
            assertThat(c.reason()).isEqualTo("Deferred");
            assertThat(c.message()).isEqualTo("too little");
        });
        assertThat(condition("PodResizeInProgress")).isEmpty();
        assertThat(placements.nextDue()).isEqualTo(SECOND);
        assertThat(asked(SECOND / 10)).isEmpty();
        desk.claimDeleted(MANAGER, "n", "another", 5);
        List<ClaimRequest> again = asked(SECOND / 10);
        assertThat(again).hasSize(1);
        granted(again);
        assertThat(condition("PodResizePending")).isEmpty();
        assertThat(condition("PodResizeInProgress")).isPresent();
    }

    @Test
    void oneThatIsRefusedIsTriedAgainAfterAWhile() {
        change(2, "3");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        refused(asked(SECOND), ClaimAnswer.Code.NO_CAPACITY, SECOND);
        assertThat(asked(2 * SECOND)).isEmpty();
        assertThat(asked(3 * SECOND)).hasSize(1);
    }

    @Test
    void moreThanTheNodeHasIsInfeasible() {
        change(2, "5");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        assertThat(condition("PodResizePending"))
                .hasValueSatisfying(c -> assertThat(c.reason()).isEqualTo("Infeasible"));
    }

    @Test
    void aChangeDuringTheQuestionIsAskedForAfterIt() {
        change(2, "2");
        List<ClaimRequest> first = asked(0);
        change(3, "3");
        assertThat(asked(0)).isEmpty();
        granted(first);
        List<ClaimRequest> second = asked(0);
        assertThat(second).extracting(q -> q.claim().generation()).containsExactly(3L);
    }

    @Test
    void aChangeOfWhatWasRefusedIsAskedForAtOnce() {
        change(2, "5");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        change(3, "1");
        List<ClaimRequest> second = asked(1);
        assertThat(second).hasSize(1);
        granted(second);
        assertThat(condition("PodResizePending")).isEmpty();
    }

    @Test
    void noAnswerIsNoRefusal() {
        change(2, "2");
        List<ClaimRequest> requests = asked(0);
        placements.unanswered(requests, "no answer", 0);
        assertThat(condition("PodResizePending")).isEmpty();
        assertThat(asked(0)).isEmpty();
        refused(asked(SECOND), ClaimAnswer.Code.BUSY, SECOND);
        assertThat(condition("PodResizePending")).isEmpty();
        assertThat(asked(2 * SECOND)).hasSize(1);
        assertThat(placements.inFlight()).isEqualTo(1);
    }

    @Test
    void theNextLeaderGoesOn() {
        change(2, "3");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        write();
        takeOver(claim("u", 1));
        assertThat(condition("PodResizePending")).isPresent();
        assertThat(asked(0)).hasSize(1);
    }

    @Test
    void theNextLeaderTakesBackWhatIsNotSoAnyMore() {
        change(2, "3");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        write();
        takeOver(claim("u", 2));
        assertThat(condition("PodResizePending")).isEmpty();
        assertThat(asked(0)).isEmpty();
    }

    @Test
    void aPodThatEndsIsNotClaimedAgain() {
        change(2, "3");
        refused(asked(0), ClaimAnswer.Code.NO_CAPACITY, 0);
        write();
        stored = stored.withMetadata(stored.metadata().withDeletion(Instant.EPOCH, 5));
        store();
        assertThat(condition("PodResizePending")).isEmpty();
        assertThat(asked(100 * SECOND)).isEmpty();
    }
}
