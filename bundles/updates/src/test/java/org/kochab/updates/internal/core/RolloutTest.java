package org.kochab.updates.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Node;
import org.kochab.api.update.UpdateSpec;
import org.kochab.api.update.UpdateStatus.Stage;
import org.kochab.api.update.UpdateStatus.State;
import org.kochab.api.update.Wave;

/** Waves, over nodes whose answers the test makes up. */
class RolloutTest {
    private static final int MINUTE = 60_000;

    private final Map<String, NodeFacts> nodes = new TreeMap<>();
    private Rollout rollout = new Rollout();
    private UpdateRecord record;
    private long now;

    private void begin(int count, int maxFailures, int minDone, String... waves) {
        for (int i = 0; i < count; i++) {
            says("n" + i, true, "1.0", null, null);
        }
        record = UpdateRecord.begin(
                new UpdateSpec(
                        "u",
                        "2.0",
                        "https://example.org/a",
                        "0".repeat(64),
                        new LabelSelector(Map.of(), List.of()),
                        Stream.of(waves).map(Wave::parse).toList(),
                        maxFailures,
                        minDone,
                        60,
                        100),
                1,
                "u.1");
    }

    private void says(String node, boolean ready, String version, String id, String result) {
        Node.AgentUpdate update = id == null ? null : new Node.AgentUpdate(id, "2.0", result, "because");
        nodes.put(node, new NodeFacts("rm-1", node, Map.of(), ready, version, update));
    }

    private void updated(String node) {
        says(node, true, "2.0", "u.1", Node.AgentUpdate.SUCCEEDED);
    }

    private void rolledBack(String node) {
        says(node, true, "1.0", "u.1", Node.AgentUpdate.ROLLED_BACK);
    }

    /** @return the nodes that are asked */
    private List<String> step() {
        now += 1_000;
        Rollout.Step step = rollout.step(record, nodes.values(), now);
        record = step.record();
        return step.ask().stream().map(NodeFacts::name).toList();
    }

    @Test
    void eachWaveBeginsWhenTheOneBeforeIsDone() {
        begin(20, 0, 100, "1", "10%", "100%");
        List<String> first = step();
        assertThat(first).hasSize(1);
        assertThat(step()).isEmpty();
        says(first.get(0), true, "2.0", "u.1", Node.AgentUpdate.UPDATING);
        assertThat(step()).isEmpty();
        updated(first.get(0));
        List<String> second = step();
        assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);
        updated(second.get(0));
        List<String> third = step();
        assertThat(third).hasSize(18).doesNotContainAnyElementsOf(second);
        third.forEach(this::updated);
        step();
        assertThat(record.state()).isEqualTo(State.COMPLETED);
    }

    @Test
    void stopsWhenMoreNodesFailThanMay() {
        begin(20, 1, 100, "4", "100%");
        List<String> asked = step();
        rolledBack(asked.get(0));
        assertThat(step()).isEmpty();
        assertThat(record.state()).isEqualTo(State.PROGRESSING);
        says(asked.get(1), true, "1.0", "u.1", Node.AgentUpdate.REFUSED);
        assertThat(step()).isEmpty();
        assertThat(record.state()).isEqualTo(State.STOPPED);
        assertThat(record.message()).contains("2 nodes have failed, 1 may", asked.get(1) + ": Refused: because");
        updated(asked.get(2));
        assertThat(step()).isEmpty();
    }

    @Test
    void whatANodeSaysOfAnotherUpdateIsNoFailure() {
        begin(1, 0, 100, "100%");
        says("n0", true, "1.0", "former.1", Node.AgentUpdate.ROLLED_BACK);
        assertThat(step()).containsExactly("n0");
        assertThat(Standing.of(record, nodes.get("n0"))).isEqualTo(Stage.WAITING);
    }

    @Test
    void silenceWhileANodeIsAwayIsNoFailure() {
        begin(3, 0, 100, "1", "100%");
        String first = step().get(0);
        says(first, false, "1.0", "u.1", Node.AgentUpdate.UPDATING);
        for (int i = 0; i < 500; i++) {
            assertThat(step()).isEmpty();
        }
        assertThat(record.state()).isEqualTo(State.PROGRESSING);
        assertThat(record.message()).contains("return of 1 node");
        says(first, true, "1.0", "u.1", Node.AgentUpdate.UPDATING);
        for (int i = 0; i < 59; i++) {
            step();
        }
        assertThat(record.state()).isEqualTo(State.PROGRESSING);
        step();
        step();
        assertThat(record.state()).isEqualTo(State.STOPPED);
        assertThat(record.message()).contains(first, "within 60 s");
    }

    @Test
    void aNewLeaderMakesNoNodeLateAndAsksNoFurtherOne() {
        begin(9, 0, 100, "1", "100%");
        String first = step().get(0);
        says(first, true, "1.0", "u.1", Node.AgentUpdate.UPDATING);
        now += MINUTE - 5_000;
        rollout = new Rollout();
        for (int i = 0; i < 30; i++) {
            assertThat(step()).isEmpty();
        }
        assertThat(record.state()).isEqualTo(State.PROGRESSING);
    }

    @Test
    void nodesThatAreAwayHoldNoWaveUpAndAreUpdatedWhenTheyReturn() {
        begin(4, 0, 100, "2", "100%");
        says("n0", false, "1.0", null, null);
        says("n1", false, "1.0", null, null);
        assertThat(step()).containsExactlyInAnyOrder("n2", "n3");
        updated("n2");
        updated("n3");
        assertThat(step()).isEmpty();
        assertThat(record.wave()).isEqualTo(1);
        assertThat(record.message()).contains("away");
        says("n0", true, "1.0", null, null);
        assertThat(step()).containsExactly("n0");
        updated("n0");
        step();
        assertThat(record.state()).isEqualTo(State.PROGRESSING);
    }

    @Test
    void aPartOfAWaveMayBeEnough() {
        begin(20, 0, 50, "50%", "100%");
        List<String> asked = step();
        assertThat(asked).hasSize(10);
        asked.subList(0, 4).forEach(this::updated);
        assertThat(step()).isEmpty();
        updated(asked.get(4));
        assertThat(step()).hasSize(10);
    }

    @Test
    void aPausedUpdateAsksNobodyAndGoesOnWhereItWas() {
        begin(5, 0, 100, "2", "100%");
        List<String> asked = step();
        record = record.in(State.PAUSED, "by an operator");
        asked.forEach(this::updated);
        assertThat(step()).isEmpty();
        record = record.in(State.PROGRESSING, "");
        assertThat(step()).hasSize(3);
    }

    @Test
    void aNodeThatDoesNotObeyIsAskedAgain() {
        begin(1, 0, 100, "100%");
        assertThat(step()).containsExactly("n0");
        List<String> later = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            later.addAll(step());
        }
        assertThat(later).containsExactly("n0");
    }

    @Test
    void noNodesAreNotAllNodes() {
        begin(0, 0, 100, "1", "100%");
        step();
        assertThat(record.state()).isEqualTo(State.PROGRESSING);
        assertThat(record.wave()).isZero();
    }
}
