package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.node.ClaimAnswer.Granted;
import org.kochab.api.node.ClaimAnswer.Refused;

class ReportsTest {
    private final Rig rig = new Rig();
    private long token;
    private long sequence;

    @BeforeEach
    void onePod() {
        rig.birth("a", 1, Map.of("cpu", "1", "memory", "1Gi"));
        token = rig.granted("p", "a", 1_000).token();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void delta(Reported.Entry... pods) {
        send(++sequence, false, rig.desired("a"), pods);
    }

    private void full(Desired under, Reported.Entry... pods) {
        send(++sequence, true, under, pods);
    }

    private void send(long number, boolean full, Desired under, Reported.Entry... pods) {
        rig.send(
                Rig.topics("a").reported(),
                new Reported(1, number, under.epoch(), under.generation(), full, List.of(pods)));
    }

    private Reported.Entry running() {
        return Rig.entry("p", token, "Running", false);
    }

    private void stillClaimed() {
        assertThat(rig.stored("a", "p")).isPresent();
        assertThat(((Refused) rig.claimOne(Rig.claim("q", "a", 1_000, Rig.MIB), 1)).free())
                .containsEntry("cpu", 0L);
    }

    private void free() {
        assertThat(rig.stored("a", "p")).isEmpty();
        assertThat(rig.report("p")).isEmpty();
        assertThat(rig.desired("a").pods()).isEmpty();
        assertThat(rig.claimOne(Rig.claim("q", "a", 1_000, Rig.MIB), 1)).isInstanceOf(Granted.class);
    }

    @Test
    void statusIsStoredOnlyWhenItChanges() {
        delta(running());
        assertThat(rig.report("p").orElseThrow().status().phase()).isEqualTo("Running");
        assertThat(rig.report("p").orElseThrow().pod()).isEqualTo("pod-p");
        long before = rig.partition.revision();
        delta(running());
        full(rig.desired("a"), running());
        assertThat(rig.partition.revision()).isEqualTo(before);
    }

    @Test
    void repeatedAndOlderReportsAreIgnored() {
        delta(running());
        delta(Rig.entry("p", token, "Failed", false));
        send(1, false, rig.desired("a"), running());
        send(2, false, rig.desired("a"), running());
        assertThat(rig.report("p").orElseThrow().status().phase()).isEqualTo("Failed");
    }

    @Test
    void reportsOfAnotherBirthTokenOrNodeAreIgnored() {
        rig.birth("b", 1, Map.of("cpu", "1"));
        Desired d = rig.desired("a");
        rig.send(Rig.topics("a").reported(), new Reported(0, 50, d.epoch(), d.generation(), false, List.of(running())));
        rig.send(Rig.topics("b").reported(), new Reported(1, 1, d.epoch(), d.generation(), false, List.of(running())));
        delta(Rig.entry("p", token - 1, "Running", false), Rig.entry("p", token + 1, "Running", false));
        assertThat(rig.report("p")).isEmpty();
    }

    @Test
    void aGapMakesTheManagerAskForAFullReport() {
        delta(running());
        rig.link.sent();
        rig.passSeconds(6);
        sequence += 3;
        delta(running());
        assertThat(rig.commands("a")).containsExactly("report");
        // Not again at once, whatever the node says.
        sequence += 3;
        delta(running());
        assertThat(rig.commands("a")).isEmpty();
    }

    @Test
    void aDigestThatDiffersMakesTheManagerAskForAFullReport() {
        delta(running());
        rig.link.sent();
        rig.passSeconds(6);
        String right = Digests.of(Rig.utf8("p " + token + " Running\n"));
        rig.send(Rig.topics("a").heartbeat(), new Heartbeat(1, 1, right));
        assertThat(rig.commands("a")).isEmpty();
        rig.send(Rig.topics("a").heartbeat(), new Heartbeat(1, 2, Digests.of(new byte[0])));
        assertThat(rig.commands("a")).containsExactly("report");
        // The manager knows it also after a restart.
        rig.restart();
        rig.link.sent();
        rig.passSeconds(6);
        rig.send(Rig.topics("a").heartbeat(), new Heartbeat(1, 3, right));
        assertThat(rig.commands("a")).isEmpty();
    }

    @Test
    void aPodEndsAfterTheWishAndTheNodesWord() {
        delta(running());
        rig.release("p", "a", 30, false);
        assertThat(rig.desired("a").pods().get(0).stopGraceSeconds()).isEqualTo(30);
        stillClaimed();
        delta(running());
        stillClaimed();
        rig.restart();
        stillClaimed();
        delta(Rig.entry("p", token, "Failed", true));
        free();
    }

    @Test
    void goneWithoutAWishKeepsTheClaim() {
        delta(running());
        delta(Rig.entry("p", token, "Pending", true));
        stillClaimed();
        assertThat(rig.desired("a").pods()).hasSize(1);
    }

    @Test
    void missingInAFullReportEndsNothingThatShouldRun() {
        full(rig.desired("a"));
        stillClaimed();
        assertThat(rig.report("p")).isEmpty();
        delta(running());
        full(rig.desired("a"));
        stillClaimed();
        assertThat(rig.report("p").orElseThrow().status().reason()).isEqualTo("NotOnNode");
        delta(running());
        assertThat(rig.report("p").orElseThrow().status().phase()).isEqualTo("Running");
    }

    @Test
    void missingInAFullReportEndsWhatWasToStopOnlyUnderTheStateInForce() {
        delta(running());
        Desired before = rig.desired("a");
        rig.release("p", "a", 0, false);
        Desired after = rig.desired("a");
        assertThat(after.generation()).isGreaterThan(before.generation());
        full(before);
        stillClaimed();
        full(new Desired(after.epoch() - 1, after.generation(), "", List.of()));
        stillClaimed();
        full(after);
        free();
    }

    @Test
    void anEndedPodGivesItsCapacityBackAndStaysKnown() {
        delta(Rig.entry("p", token, "Succeeded", false));
        assertThat(rig.stored("a", "p").orElseThrow().finished()).isTrue();
        assertThat(rig.report("p").orElseThrow().status().phase()).isEqualTo("Succeeded");
        rig.granted("q", "a", 1_000);
        // It does not come back to life: its capacity is another's.
        delta(running());
        assertThat(rig.report("p").orElseThrow().status().phase()).isEqualTo("Succeeded");
        rig.restart();
        assertThat(((Refused) rig.claimOne(Rig.claim("r", "a", 1, Rig.MIB), 1)).free())
                .containsEntry("cpu", 0L);
        rig.release("p", "a", 0, false);
        delta(Rig.entry("p", token, "Succeeded", true));
        assertThat(rig.stored("a", "p")).isEmpty();
        assertThat(rig.desired("a").pods()).hasSize(1);
    }

    @Test
    void forceEndsAPodOnlyOnALostNode() {
        delta(running());
        rig.release("p", "a", 30, true);
        stillClaimed();
        assertThat(rig.desired("a").pods().get(0).stopGraceSeconds()).isZero();
        rig.passSeconds(41);
        rig.release("p", "a", 0, true);
        assertThat(rig.stored("a", "p")).isEmpty();
        assertThat(rig.report("p")).isEmpty();
        // When it comes back it is told that the pod is not to run.
        rig.heartbeat("a", 1, 1);
        assertThat(rig.desired("a").pods()).isEmpty();
    }

    @Test
    void nothingIsSaidBeforeItIsDurable() {
        rig.birth("b", 1, Map.of("cpu", "8", "memory", "1Gi"));
        rig.partition.faults.add(FaultyPartition.Fault.LOST);
        List<Integer> sizes = new ArrayList<>();
        rig.claimOne(Rig.claim("x", "b", 1, Rig.MIB), 1);
        for (var m : rig.link.sent()) {
            if (m.topic().equals(Rig.topics("b").desired())) {
                sizes.add(Rig.CODEC.decode(m.payload(), Desired.class).pods().size());
            }
        }
        assertThat(sizes).isNotEmpty().containsOnly(0);
    }

    @Test
    void generationsGrowAndTheSameGenerationIsTheSameState() {
        Desired first = rig.desired("a");
        rig.birth("a", 2, Map.of("cpu", "1", "memory", "1Gi"));
        assertThat(rig.desired("a")).isEqualTo(first);
        rig.release("p", "a", 5, false);
        Desired second = rig.desired("a");
        assertThat(second.generation()).isGreaterThan(first.generation());
        assertThat(second.digest()).isNotEqualTo(first.digest()).isEqualTo(Digests.of(second.pods()));
        rig.restart();
        Desired third = rig.desired("a");
        assertThat(third.epoch()).isGreaterThan(second.epoch());
        assertThat(third.pods()).isEqualTo(second.pods());
    }

    @Test
    void aFullLinkDelaysButLosesNothing() {
        rig.link.full = true;
        rig.release("p", "a", 5, false);
        assertThat(rig.desired("a").pods().get(0).stopGraceSeconds()).isNull();
        rig.link.full = false;
        rig.passSeconds(1);
        assertThat(rig.desired("a").pods().get(0).stopGraceSeconds()).isEqualTo(5);
    }

    @Test
    void aNodeGetsTheSpecsOfItsOwnPodsOnly() {
        rig.birth("b", 1, Map.of("cpu", "8", "memory", "1Gi"));
        rig.granted("x", "b", 1);
        String own = rig.desired("a").pods().get(0).specDigest();
        String other = rig.desired("b").pods().get(0).specDigest();
        rig.link.sent();
        rig.send(Rig.topics("a").request(), new Request(1, List.of(own, other, "f".repeat(64))));
        List<Link.Outgoing> sent = rig.link.sent();
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).topic()).isEqualTo(Rig.topics("a").spec(own));
        assertThat(Digests.of(sent.get(0).payload())).isEqualTo(own);
        PodDocument document = Rig.CODEC.decode(sent.get(0).payload(), PodDocument.class);
        assertThat(document.uid()).isEqualTo("p");
        assertThat(document.spec()).isEqualTo(Rig.spec());
    }
}
