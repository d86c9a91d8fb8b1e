package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.State;
import org.kochab.api.model.Node;

class LeaseTest {
    private static final Map<String, String> CAPACITY = Map.of("cpu", "4", "memory", "8Gi");
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void registersNodeAtItsFirstBirth() {
        rig.birth("edge-1", 1, CAPACITY);

        Node node = rig.node("edge-1").orElseThrow();
        assertThat(node.status().phase()).isEqualTo("Ready");
        assertThat(node.metadata().uid()).isNotBlank();
        assertThat(node.metadata().labels()).containsEntry("kubernetes.io/hostname", "edge-1");
        assertThat(node.status().allocatable()).containsEntry("cpu", "4").containsEntry("pods", "110");
        assertThat(rig.desired("edge-1").pods()).isEmpty();
        assertThat(rig.link.retained).containsKey(Rig.topics("edge-1").announce());
    }

    @Test
    void heartbeatsWriteNothing() {
        rig.birth("edge-1", 1, CAPACITY);
        long before = rig.partition.revision();
        for (int i = 1; i <= 20; i++) {
            rig.passSeconds(5);
            rig.heartbeat("edge-1", 1, i);
        }
        assertThat(rig.partition.revision()).isEqualTo(before);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
    }

    @Test
    void aDesiredStateThatTheNodeNeverHeardIsToldAgain() {
        rig.birth("edge-1", 1, CAPACITY);
        long epoch = rig.desired("edge-1").epoch();
        long former = rig.desired("edge-1").generation();
        beat(1, epoch, former);
        rig.claimOne(Rig.claim("p", "edge-1", 1_000, 1 << 20), 1);
        long told = rig.desired("edge-1").generation();
        assertThat(told).isGreaterThan(former);
        String topic = Rig.topics("edge-1").desired();
        rig.link.retained.remove(topic);

        // it may be on its way
        beat(2, epoch, former);
        assertThat(rig.link.retained).doesNotContainKey(topic);
        beat(3, epoch, former);
        assertThat(rig.desired("edge-1").generation()).isEqualTo(told);

        rig.link.retained.remove(topic);
        beat(4, epoch, told);
        assertThat(rig.link.retained).doesNotContainKey(topic);
        beat(5, epoch - 1, told);
        assertThat(rig.link.retained).as("of a former leader").containsKey(topic);
        rig.link.retained.remove(topic);
        beat(6, epoch + 1, 0);
        assertThat(rig.link.retained).as("of a later leader").doesNotContainKey(topic);
    }

    private void beat(long sequence, long epoch, long generation) {
        rig.passSeconds(5);
        rig.send(Rig.topics("edge-1").heartbeat(), new Heartbeat(1, sequence, null, epoch, generation));
    }

    @Test
    void silenceMakesANodeNotReadyThenLostAndItsReturnReady() {
        rig.birth("edge-1", 1, CAPACITY);

        rig.passSeconds(14);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        rig.passSeconds(2);
        assertThat(rig.phase("edge-1")).isEqualTo("NotReady");
        assertThat(rig.node("edge-1").orElseThrow().spec().taints()).isEmpty();
        rig.passSeconds(23);
        assertThat(rig.phase("edge-1")).isEqualTo("NotReady");
        rig.passSeconds(2);
        assertThat(rig.phase("edge-1")).isEqualTo("Lost");
        Node.Taint taint = rig.node("edge-1").orElseThrow().spec().taints().get(0);
        assertThat(taint.key()).isEqualTo("node.kubernetes.io/unreachable");
        assertThat(taint.effect()).isEqualTo("NoExecute");
        assertThat(taint.timeAdded()).isNotNull();

        rig.heartbeat("edge-1", 1, 1);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        assertThat(rig.node("edge-1").orElseThrow().spec().taints()).isEmpty();
    }

    @Test
    void aLastWillIsBelievedOnlyForThePresentBirth() {
        rig.birth("edge-1", 5, CAPACITY);
        rig.send(Rig.topics("edge-1").state(), new State(false, 4));
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        rig.send(Rig.topics("edge-1").state(), new State(false, 5));
        assertThat(rig.phase("edge-1")).isEqualTo("NotReady");
    }

    @Test
    void aNewLeaderWaitsAFullLease() {
        rig.birth("edge-1", 1, CAPACITY);
        rig.passSeconds(14);
        rig.restart();
        rig.passSeconds(14);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        rig.passSeconds(25);
        assertThat(rig.phase("edge-1")).isEqualTo("NotReady");
        rig.passSeconds(2);
        assertThat(rig.phase("edge-1")).isEqualTo("Lost");
    }

    @Test
    void aManagerThatSleptOrHadNoBrokerBlamesNobody() {
        rig.birth("edge-1", 1, CAPACITY);
        rig.freezeSeconds(3_600);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");

        rig.manager.linkDown();
        rig.passSeconds(120);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        rig.manager.linkUp();
        rig.passSeconds(14);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        rig.passSeconds(2);
        assertThat(rig.phase("edge-1")).isEqualTo("NotReady");
    }

    @Test
    void messagesOfAnOlderBirthChangeNothing() {
        rig.birth("edge-1", 7, CAPACITY);
        long before = rig.partition.revision();
        rig.birth("edge-1", 6, Map.of("cpu", "64"));
        rig.passSeconds(20);
        rig.heartbeat("edge-1", 6, 100);
        assertThat(rig.phase("edge-1")).isEqualTo("NotReady");
        assertThat(rig.partition.revision()).isEqualTo(before + 1);
    }

    @Test
    void aStrangerIsAskedForItsBirth() {
        rig.heartbeat("edge-9", 3, 1);
        assertThat(rig.commands("edge-9")).containsExactly("birth");
        assertThat(rig.node("edge-9")).isEmpty();

        rig.birth("edge-9", 3, CAPACITY);
        rig.heartbeat("edge-9", 4, 1);
        rig.heartbeat("edge-9", 4, 2);
        assertThat(rig.commands("edge-9")).containsExactly("birth");
    }

    @Test
    void birthsSurviveARestart() {
        rig.birth("edge-1", 7, CAPACITY);
        rig.restart();
        rig.birth("edge-1", 6, Map.of("cpu", "64"));
        assertThat(rig.node("edge-1").orElseThrow().status().capacity()).containsEntry("cpu", "4");
    }

    @Test
    void aLostNodeWithoutMemoryMayBeginAnew() {
        rig.birth("edge-1", 7, CAPACITY);
        rig.passSeconds(41);
        assertThat(rig.phase("edge-1")).isEqualTo("Lost");
        org.kochab.api.link.Birth reset =
                new org.kochab.api.link.Birth("boot-2", 1, null, CAPACITY, null, null, null, null, null, null, null, 0);
        rig.send(Rig.topics("edge-1").birth(), reset);
        assertThat(rig.phase("edge-1")).isEqualTo("Ready");
        rig.heartbeat("edge-1", 1, 1);
        assertThat(rig.commands("edge-1")).isEmpty();
    }

    @Test
    void operatorChangesAreKeptOverBirths() {
        rig.birth("edge-1", 1, CAPACITY);
        Node seen = current();
        Node cordoned = seen.withSpec(new Node.Spec(true, java.util.List.of()));
        assertThat(rig.await(rig.manager.update(cordoned))).isPresent();
        assertThat(rig.await(rig.manager.update(cordoned))).isEmpty();
        rig.birth("edge-1", 2, CAPACITY);
        assertThat(rig.node("edge-1").orElseThrow().spec().unschedulable()).isTrue();
    }

    private Node current() {
        var entry = rig.partition.get("node/edge-1").orElseThrow();
        Node node = Rig.CODEC.decode(entry.value(), Node.class);
        return node.withMetadata(node.metadata().withResourceVersion(Long.toString(entry.revision())));
    }

    @Test
    void aNodeIsRemovedOnlyWhenItIsLostOrCordonedAndEmpty() {
        rig.birth("edge-1", 1, CAPACITY);
        assertThat(rig.await(rig.manager.remove("edge-1")).orElseThrow()).contains("cordon");
        rig.granted("a", "edge-1", 100);
        rig.passSeconds(41);
        assertThat(rig.await(rig.manager.remove("edge-1")).orElseThrow()).contains("still has 1 pods");
        rig.release("a", "edge-1", 0, true);
        assertThat(rig.await(rig.manager.remove("edge-1"))).isEmpty();
        assertThat(rig.node("edge-1")).isEmpty();
        assertThat(rig.link.retained).isEmpty();
        assertThat(rig.await(rig.manager.remove("edge-1")).orElseThrow()).contains("no node");

        // What it still says does not bring it back; a new life does.
        rig.heartbeat("edge-1", 1, 9);
        rig.birth("edge-1", 1, CAPACITY);
        assertThat(rig.node("edge-1")).isEmpty();
        rig.birth("edge-1", 2, CAPACITY);
        assertThat(rig.node("edge-1")).isPresent();
    }
}
