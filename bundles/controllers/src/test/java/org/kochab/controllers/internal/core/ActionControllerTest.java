package org.kochab.controllers.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Action;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.spi.controller.CommandState;

class ActionControllerTest {
    private final World world = new World(new ActionController(), new GarbageCollector(Kind.ACTION));
    private Pod pod;

    @BeforeEach
    void begin() {
        pod = (Pod) world.create(World.T, Sample.pod("vm"));
        world.placed(pod, "n1");
    }

    private void make(String name, String action, @Nullable String snapshot) {
        Action.Spec spec = new Action.Spec("vm", action, snapshot, 60, 600);
        world.create(World.T, new Action("kochab.org/v1", "Action", Sample.meta(name), spec, null));
        world.settle();
    }

    private Action action(String name) {
        return world.one(Kind.ACTION, name, Action.class);
    }

    private String uid(String name) {
        return String.valueOf(action(name).metadata().uid());
    }

    private void answer(String name, int code, String words) {
        world.answer(uid(name), new CommandState.Ended(code, words));
        world.settle();
    }

    private void is(String name, String phase, @Nullable String reason) {
        assertThat(action(name).status()).satisfies(s -> {
            assertThat(s.phase()).isEqualTo(phase);
            assertThat(s.reason()).isEqualTo(reason);
        });
    }

    @Test
    void anActionIsGivenToThePodsNodeAndEndsAsTheNodeSays() {
        make("a", Action.SNAPSHOT, "one");
        is("a", Action.RUNNING, null);
        assertThat(Owners.controls(pod, action("a"))).isTrue();
        assertThat(world.commands()).containsOnly("n1 " + uid("a") + " Snapshot one 60");
        assertThat(world.wake()).contains(Duration.ofSeconds(1));

        answer("a", NodeCommand.Act.DONE, "The snapshot was taken.\n");
        is("a", Action.SUCCEEDED, "Completed");
        assertThat(action("a").status().message()).isEqualTo("The snapshot was taken.");
        assertThat(action("a").status().node()).isEqualTo("n1");
        assertThat(action("a").status().completionTime()).isEqualTo(world.now());
        assertThat(world.events()).containsExactly("Normal Completed Snapshot of pod vm: The snapshot was taken.");
    }

    @Test
    void whatTheNodeSaysOtherwiseIsAFailureWithItsReason() {
        make("a", Action.REBOOT, null);
        answer("a", NodeCommand.Act.INTERRUPTED, "perhaps");
        is("a", Action.FAILED, "Interrupted");
        make("b", Action.REBOOT, null);
        answer("b", NodeCommand.Act.REFUSED, "no");
        is("b", Action.FAILED, "NotSupported");
        make("c", Action.REBOOT, null);
        answer("c", NodeCommand.Act.FAILED, "broken");
        is("c", Action.FAILED, "ActionFailed");
        make("d", Action.REBOOT, null);
        answer("d", 99, "from a later version");
        is("d", Action.FAILED, "ActionFailed");
    }

    @Test
    void onlyOneIsDoneAtATimeInTheOrderOfCreation() {
        make("z", Action.REBOOT, null);
        world.pass(Duration.ofSeconds(1));
        make("y", Action.REBOOT, null);
        world.pass(Duration.ofSeconds(1));
        make("x", Action.REBOOT, null);
        is("z", Action.RUNNING, null);
        is("y", Action.PENDING, null);
        is("x", Action.PENDING, null);
        assertThat(action("x").status().message()).contains("waits for action z");

        answer("z", NodeCommand.Act.DONE, "");
        is("y", Action.RUNNING, null);
        is("x", Action.PENDING, null);
        answer("y", NodeCommand.Act.DONE, "");
        is("x", Action.RUNNING, null);
        assertThat(world.commands().stream().map(c -> c.split(" ")[1]).distinct())
                .containsExactly(uid("z"), uid("y"), uid("x"));
    }

    @Test
    void aPodHasABoundedNumberOfThoseThatWait() {
        for (int i = 0; i <= ActionStep.MOST_WAITING + 1; i++) {
            make("a%02d".formatted(i), Action.REBOOT, null);
        }
        is("a00", Action.RUNNING, null);
        is("a%02d".formatted(ActionStep.MOST_WAITING), Action.PENDING, null);
        is("a%02d".formatted(ActionStep.MOST_WAITING + 1), Action.FAILED, "TooManyActions");
    }

    @Test
    void whatHappensToANodeThatSaysNothingEndsAtTheDeadline() {
        make("a", Action.REBOOT, null);
        world.answer(uid("a"), new CommandState.UnderWay("Node n1 is Lost."));
        world.pass(Duration.ofSeconds(59));
        is("a", Action.RUNNING, null);
        assertThat(action("a").status().message()).isEqualTo("Node n1 is Lost.");
        world.pass(Duration.ofSeconds(1));
        is("a", Action.FAILED, "DeadlineExceeded");
        assertThat(action("a").status().message()).contains("within 60 s", "Node n1 is Lost.");
    }

    @Test
    void whatCannotBeginEndsAtTheDeadlineToo() {
        world.create(World.T, Sample.pod("other"));
        Action.Spec spec = new Action.Spec("other", Action.REBOOT, null, 60, 600);
        world.create(World.T, new Action("kochab.org/v1", "Action", Sample.meta("a"), spec, null));
        world.settle();
        is("a", Action.PENDING, null);
        world.pass(Duration.ofSeconds(60));
        is("a", Action.FAILED, "DeadlineExceeded");
        assertThat(world.commands()).isEmpty();
    }

    @Test
    void withoutItsPodAnActionFailsOrGoes() {
        Action.Spec spec = new Action.Spec("nobody", Action.REBOOT, null, 60, 600);
        world.create(World.T, new Action("kochab.org/v1", "Action", Sample.meta("a"), spec, null));
        world.settle();
        is("a", Action.FAILED, "PodNotFound");

        make("b", Action.REBOOT, null);
        world.podsEnd = false;
        world.delete(world.one(Kind.POD, "vm", Pod.class), DeleteOptions.DEFAULT);
        world.settle();
        is("b", Action.FAILED, "PodDeleted");
        world.removePods();
        world.settle();
        assertThat(world.all(Kind.ACTION, Action.class))
                .extracting(a -> a.metadata().name())
                .containsExactly("a");
    }

    @Test
    void anActionDoesNotFollowItsPodToAnotherNode() {
        make("a", Action.REBOOT, null);
        world.placed(world.one(Kind.POD, "vm", Pod.class), "n2");
        world.settle();
        is("a", Action.FAILED, "PodMoved");
    }

    @Test
    void anActionMayHaveAControllerOfItsOwn() {
        var owner = world.create(World.T, Sample.replicaSet(0));
        Action.Spec spec = new Action.Spec("vm", Action.REBOOT, null, 60, 600);
        world.create(
                World.T,
                new Action(
                        "kochab.org/v1", "Action", Sample.meta("a").withOwner(Owners.controlledBy(owner)), spec, null));
        world.settle();
        is("a", Action.RUNNING, null);
        assertThat(Owners.controls(owner, action("a"))).isTrue();
        make("b", Action.REBOOT, null);
        is("b", Action.PENDING, null);
        answer("a", NodeCommand.Act.DONE, "");
        is("a", Action.SUCCEEDED, "Completed");
        is("b", Action.RUNNING, null);
    }

    @Test
    void anEndedPodHasNoActions() {
        world.status(world.one(Kind.POD, "vm", Pod.class), "Succeeded", false);
        make("a", Action.REBOOT, null);
        is("a", Action.FAILED, "PodEnded");
    }

    @Test
    void endedActionsAreDeletedInTime() {
        make("a", Action.REBOOT, null);
        answer("a", NodeCommand.Act.DONE, "");
        assertThat(world.wake()).contains(Duration.ofSeconds(600));
        world.pass(Duration.ofSeconds(599));
        is("a", Action.SUCCEEDED, "Completed");
        world.pass(Duration.ofSeconds(1));
        assertThat(world.all(Kind.ACTION, Action.class)).isEmpty();
    }

    @Test
    void ofManyThatEndedTheLatestAreKept() {
        for (int i = 0; i < ActionController.MOST_FINISHED + 3; i++) {
            String name = "a%02d".formatted(i);
            make(name, Action.REBOOT, null);
            answer(name, NodeCommand.Act.DONE, "");
            world.pass(Duration.ofSeconds(1));
        }
        List<Action> kept = world.all(Kind.ACTION, Action.class);
        assertThat(kept).hasSize(ActionController.MOST_FINISHED);
        assertThat(kept.get(0).metadata().name()).isEqualTo("a03");
    }
}
