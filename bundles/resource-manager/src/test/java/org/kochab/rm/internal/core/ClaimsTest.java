package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Node;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimAnswer.Code;
import org.kochab.api.node.ClaimAnswer.Granted;
import org.kochab.api.node.ClaimAnswer.Refused;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.Reading;

class ClaimsTest {
    private static final long MIB = Rig.MIB;
    private final Rig rig = new Rig();

    @BeforeEach
    void nodes() {
        rig.birth("a", 1, Map.of("cpu", "4", "memory", "8Gi", "example.org/gpu", "2"));
        rig.birth("b", 1, Map.of("cpu", "1", "memory", "1Gi", "pods", "3"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Refused refused(Claim claim) {
        return (Refused) rig.claimOne(claim, 1);
    }

    @Test
    void grantsAreDurableWithTheSpecAndCountOnce() {
        Granted granted = rig.granted("p", "a", 1_500);
        Claim stored = rig.stored("a", "p").orElseThrow();
        assertThat(stored.token()).isEqualTo(granted.token());
        assertThat(stored.spec()).isEqualTo(Rig.spec());
        assertThat(granted.revision()).isEqualTo(rig.partition.revision());

        // The same again is the same answer and costs nothing, also after a restart.
        assertThat(((Granted) rig.claimOne(Rig.claim("p", "a", 1_500, MIB), 1)).token())
                .isEqualTo(granted.token());
        rig.restart();
        assertThat(((Granted) rig.claimOne(Rig.claim("p", "a", 1_500, MIB), 1)).token())
                .isEqualTo(granted.token());
        assertThat(rig.claimOne(Rig.claim("q", "a", 2_500, MIB), 1)).isInstanceOf(Granted.class);
        Refused full = refused(Rig.claim("r", "a", 1, MIB));
        assertThat(full.code()).isEqualTo(Code.NO_CAPACITY);
        assertThat(full.message()).contains("Node a has 0m of cpu free, but pod pod-r asks for 1m");
        assertThat(full.free())
                .containsEntry("cpu", 0L)
                .containsEntry("memory", (8L << 30) - 2 * MIB)
                .containsEntry("pods", 108L)
                .containsEntry("example.org/gpu", 2L);
    }

    @Test
    void refusesWhatCannotBe() {
        assertThat(refused(Rig.claim("p", "nowhere", 1, 1)).code()).isEqualTo(Code.NODE_UNAVAILABLE);
        assertThat(refused(Rig.claim("p", "a", -1, 1)).message()).contains("requests.cpu of pod p is negative");
        assertThat(refused(Rig.claim("../x", "a", 1, 1)).message()).contains("podUid");
        Map<String, Long> strange = new TreeMap<>(Map.of("example.org/tpu", 1L));
        assertThat(refused(Rig.claimOf("p", 1, "tp-1", "a", strange)).code()).isEqualTo(Code.NO_CAPACITY);

        rig.granted("p", "a", 1);
        assertThat(refused(Rig.claim("p", "b", 1, 1)).code()).isEqualTo(Code.CLAIMED_ELSEWHERE);
        assertThat(refused(Rig.claimOf("p", 1, "tp-2", "a", Rig.requests(1, 1))).message())
                .contains("another partition");
        rig.release("p", "a", 30, false);
        assertThat(refused(Rig.claim("p", "a", 1, 1)).message()).contains("being stopped");

        rig.passSeconds(16);
        assertThat(refused(Rig.claim("q", "a", 1, 1)).message()).contains("Node a is NotReady");
        assertThat(rig.partition.list("claim/", 10).entries()).hasSize(1);
    }

    @Test
    void aCordonedNodeTakesNothing() {
        var entry = rig.partition.get("node/a").orElseThrow();
        Node node = Rig.CODEC.decode(entry.value(), Node.class).withSpec(new Node.Spec(true, List.of()));
        rig.await(rig.manager.update(
                node.withMetadata(node.metadata().withResourceVersion(Long.toString(entry.revision())))));
        assertThat(refused(Rig.claim("p", "a", 1, 1)).message()).contains("cordoned");
        rig.restart();
        assertThat(refused(Rig.claim("p", "a", 1, 1)).message()).contains("cordoned");
    }

    @Test
    void groupsAreGrantedAsAWholeOrNotAtAll() {
        List<ClaimRequest> batch = List.of(
                new ClaimRequest(Rig.claim("g1", "a", 1_000, MIB), new Reading(1, 0), "gang"),
                new ClaimRequest(Rig.claim("other", "a", 1_000, MIB), new Reading(1, 0), null),
                new ClaimRequest(Rig.claim("g2", "b", 2_000, MIB), new Reading(1, 0), "gang"),
                new ClaimRequest(Rig.claim("h1", "a", 3_000, MIB), new Reading(1, 0), "pair"),
                new ClaimRequest(Rig.claim("h2", "b", 1_000, MIB), new Reading(1, 0), "pair"));
        List<ClaimAnswer> answers = rig.await(rig.manager.claim(batch));

        assertThat(((Refused) answers.get(0)).code()).isEqualTo(Code.GROUP);
        assertThat(answers.get(1)).isInstanceOf(Granted.class);
        assertThat(((Refused) answers.get(2)).code()).isEqualTo(Code.NO_CAPACITY);
        assertThat(answers.get(3)).isInstanceOf(Granted.class);
        assertThat(answers.get(4)).isInstanceOf(Granted.class);
        assertThat(rig.stored("a", "g1")).isEmpty();
        // What was reserved for the group is free again, exactly: the pair needed all of it.
        assertThat(refused(Rig.claim("z", "a", 1, MIB)).free()).containsEntry("cpu", 0L);
    }

    @Test
    void aBatchNamesAPodOnce() {
        List<ClaimRequest> batch = List.of(
                new ClaimRequest(Rig.claim("p", "a", 1, MIB), new Reading(1, 0), null),
                new ClaimRequest(Rig.claim("p", "b", 1, MIB), new Reading(1, 0), null));
        List<ClaimAnswer> answers = rig.await(rig.manager.claim(batch));
        assertThat(answers.get(0)).isInstanceOf(Granted.class);
        assertThat(((Refused) answers.get(1)).code()).isEqualTo(Code.BUSY);
    }

    @Test
    void anOlderLeaderOfATenantPartitionIsRefusedForEver() {
        assertThat(rig.claimOne(Rig.claim("p", "a", 1, MIB), 7)).isInstanceOf(Granted.class);
        assertThat(((Refused) rig.claimOne(Rig.claim("q", "a", 1, MIB), 6)).code())
                .isEqualTo(Code.STALE_EPOCH);
        rig.restart();
        assertThat(((Refused) rig.claimOne(Rig.claim("q", "a", 1, MIB), 6)).code())
                .isEqualTo(Code.STALE_EPOCH);
        assertThat(rig.manager
                        .release(List.of(new org.kochab.api.node.Release("p", "a", "tp-1", 6, 0, false)))
                        .toCompletableFuture())
                .satisfies(f -> {
                    rig.settle();
                    assertThat(f).isCompletedExceptionally();
                });
        assertThat(rig.stored("a", "p").orElseThrow().releaseGraceSeconds()).isNull();
    }

    @Test
    void aNewerGenerationReplacesTheClaimWithANewToken() {
        Granted first = rig.granted("p", "a", 3_000);
        Granted second = (Granted) rig.claimOne(Rig.claimOf("p", 2, "tp-1", "a", Rig.requests(1_000, MIB)), 1);
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(rig.desired("a").pods().get(0).token()).isEqualTo(second.token());
        assertThat(rig.claimOne(Rig.claim("p", "a", 3_000, MIB), 1)).isInstanceOf(Refused.class);
        assertThat(rig.claimOne(Rig.claim("q", "a", 3_000, MIB), 1)).isInstanceOf(Granted.class);
    }

    @Test
    void tokensGrowOverRestartsEvenIfAllClaimsAreGone() {
        long last = 0;
        for (int i = 0; i < 5; i++) {
            long token = rig.granted("p" + i, "a", 1).token();
            assertThat(token).isGreaterThan(last);
            last = token;
            rig.passSeconds(41);
            rig.release("p" + i, "a", 0, true);
            rig.heartbeat("a", 1, i + 1);
            rig.restart();
        }
    }

    @Test
    void whatTheStoreDidNotTakeIsNotGranted() {
        rig.partition.faults.add(FaultyPartition.Fault.LOST);
        ClaimAnswer lost = rig.claimOne(Rig.claim("p", "a", 4_000, MIB), 1);
        assertThat(((Refused) lost).code()).isEqualTo(Code.BUSY);
        assertThat(rig.stored("a", "p")).isEmpty();
        assertThat(rig.claimOne(Rig.claim("q", "a", 4_000, MIB), 1)).isInstanceOf(Granted.class);

        rig.partition.faults.add(FaultyPartition.Fault.SILENT);
        ClaimAnswer silent = rig.claimOne(Rig.claim("r", "b", 1_000, MIB), 1);
        assertThat(((Refused) silent).code()).isEqualTo(Code.BUSY);
        assertThat(rig.claimOne(Rig.claim("s", "b", 1_000, MIB), 1)).isInstanceOf(Refused.class);
        assertThat(rig.claimOne(Rig.claim("r", "b", 1_000, MIB), 1)).isInstanceOf(Granted.class);
    }

    @Test
    void aBusyStoreIsWaitedForWithinLimits() {
        rig.partition.faults.add(FaultyPartition.Fault.BUSY);
        rig.partition.faults.add(FaultyPartition.Fault.BUSY);
        assertThat(rig.claimOne(Rig.claim("p", "a", 1, MIB), 1)).isInstanceOf(Granted.class);
        for (int i = 0; i < 150; i++) {
            rig.partition.faults.add(FaultyPartition.Fault.BUSY);
        }
        assertThat(((Refused) rig.claimOne(Rig.claim("q", "a", 1, MIB), 1)).code())
                .isEqualTo(Code.BUSY);
        rig.partition.faults.clear();
        rig.settle();
        assertThat(rig.claimOne(Rig.claim("q", "a", 1, MIB), 1)).isInstanceOf(Granted.class);
    }

    @Test
    void aManagerWhoseSuccessorHasTakenOverWritesNothing() {
        SerialResourceManager old = rig.manager;
        rig.restart();
        var answer = old.claim(List.of(new ClaimRequest(Rig.claim("p", "a", 1, MIB), new Reading(1, 0), null)));
        rig.runOld(old);
        assertThat(((Refused) answer.toCompletableFuture().join().get(0)).code())
                .isEqualTo(Code.BUSY);
        assertThat(rig.stored("a", "p")).isEmpty();
    }

    @Test
    void aPodThatTheLinkCannotCarryIsRefused() {
        Claim c = Rig.claim("p", "a", 1, MIB);
        Map<String, String> labels = new TreeMap<>();
        for (int i = 0; i < 4_000; i++) {
            labels.put("label-" + i, "x".repeat(50));
        }
        Claim large = new Claim(
                c.podUid(),
                1,
                c.tenant(),
                c.namespace(),
                c.pod(),
                c.partition(),
                c.node(),
                c.requests(),
                labels,
                c.spec(),
                0,
                null,
                false);
        assertThat(refused(large).message()).contains("more than the 200000");
    }

    @Test
    void largeBatchesBecomeFewTransactions() {
        rig.birth("c", 1, Map.of("cpu", "4000", "memory", "800Gi", "pods", "5000"));
        long before = rig.partition.revision();
        List<ClaimRequest> batch = new java.util.ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            batch.add(new ClaimRequest(Rig.claim("p" + i, "c", 1, MIB), new Reading(1, 0), null));
        }
        assertThat(rig.await(rig.manager.claim(batch))).allMatch(Granted.class::isInstance);
        assertThat(rig.partition.revision() - before).isLessThanOrEqualTo(3);
        assertThat(rig.desired("c").pods()).hasSize(1_200);
        assertThat(rig.link.retained.get(Rig.topics("c").desired()).length).isLessThan(Arrived.LARGEST_PAYLOAD);
        assertThat(refused(Rig.claim("one-more", "c", 1, MIB)).message()).contains("the most one node can");
    }

    @Test
    void whoAsksIsAnsweredAlsoIfTheLeadershipRunsOutMeanwhile() {
        var granted =
                rig.manager.claim(List.of(new ClaimRequest(Rig.claim("p", "a", 100, MIB), new Reading(1, 0), null)));
        rig.runWaiting();
        // While that is being committed: it changes nothing, and is answered after it.
        var refused = rig.manager.claim(
                List.of(new ClaimRequest(Rig.claim("q", "nowhere", 100, MIB), new Reading(1, 0), null)));
        rig.partition.ended = true;
        rig.settle();
        assertThat(granted.toCompletableFuture().join().get(0)).isInstanceOf(Granted.class);
        assertThat(refused.toCompletableFuture().join().get(0))
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo(Code.BUSY));
    }
}
