package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Command;
import org.kochab.api.link.Reply;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.RunningCommand;

class CommandsTest {
    private final Rig rig = new Rig();
    private final List<String> output = new ArrayList<>();

    @BeforeEach
    void onePod() {
        rig.birth("a", 1, Map.of("cpu", "1", "memory", "1Gi"));
        rig.granted("p", "a", 500);
        rig.link.sent();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private RunningCommand exec(String node, String uid) {
        RunningCommand started = rig.manager.command(
                node,
                new NodeCommand.Exec(uid, "main", List.of("ls", "-l"), 10),
                (error, bytes) -> output.add((error ? "err:" : "out:") + new String(bytes)));
        rig.settle();
        return started;
    }

    private String correlation() {
        return new String(rig.link.sent().get(0).correlation());
    }

    private void reply(String node, String correlation, Reply reply) {
        rig.send(Rig.topics(node).reply(correlation), reply);
    }

    private static Reply data(long sequence, String text) {
        return new Reply(sequence, "out", Base64.getEncoder().encodeToString(text.getBytes()), null, null);
    }

    private static CompletableFuture<Integer> exit(RunningCommand command) {
        return command.exit().toCompletableFuture();
    }

    @Test
    void outputComesInOrderOnceAndThenTheExitCode() {
        RunningCommand command = exec("a", "p");
        Link.Outgoing sent = rig.link.sent().get(0);
        Command message = Rig.CODEC.decode(sent.payload(), Command.class);
        assertThat(message.command()).containsExactly("ls", "-l");
        assertThat(sent.expirySeconds()).isEqualTo(10);
        String correlation = new String(sent.correlation());
        reply("a", correlation, data(0, "one"));
        reply("a", correlation, data(0, "one"));
        reply("a", correlation, data(1, "two"));
        assertThat(exit(command)).isNotDone();
        reply("a", correlation, new Reply(2, null, null, 3, null));
        assertThat(exit(command).join()).isEqualTo(3);
        assertThat(output).containsExactly("out:one", "out:two");
        // Late repetitions are nothing special.
        reply("a", correlation, data(1, "two"));
        assertThat(output).hasSize(2);
    }

    private RunningCommand execWithInput() {
        RunningCommand started = rig.manager.command(
                "a",
                new NodeCommand.Exec("p", "main", List.of("cat"), 600, true),
                (error, bytes) -> output.add(new String(bytes)));
        rig.settle();
        return started;
    }

    private CompletableFuture<Void> give(RunningCommand command, int bytes, boolean last) {
        CompletableFuture<Void> room = command.input(new byte[bytes], last).toCompletableFuture();
        rig.settle();
        return room;
    }

    private void taken(String correlation, long sequence, long bytes) {
        reply("a", correlation, new Reply(sequence, null, null, null, null, bytes));
    }

    /** The offsets of what was sent. */
    private List<Long> inputs(String correlation) {
        return rig.link.sent().stream()
                .filter(m -> m.topic().equals(Rig.topics("a").command(correlation)))
                .map(m -> Rig.CODEC.decode(m.payload(), Command.class))
                .filter(c -> c.type().equals("input"))
                .map(c -> java.util.Objects.requireNonNull(c.input()).offset())
                .toList();
    }

    @Test
    void inputGoesNoFurtherAheadThanTheWindow() {
        RunningCommand command = execWithInput();
        Link.Outgoing sent = rig.link.sent().get(0);
        assertThat(Rig.CODEC.decode(sent.payload(), Command.class).type()).isEqualTo("exec-input");
        String correlation = new String(sent.correlation());
        for (int i = 0; i < 3; i++) {
            assertThat(give(command, 16_384, false)).isCompleted();
        }
        CompletableFuture<Void> full = give(command, 16_384, false);
        assertThat(full).isNotDone();
        assertThat(inputs(correlation)).containsExactly(0L, 16_384L, 32_768L, 49_152L);
        assertThatThrownBy(give(command, 1, false)::join).hasMessageContaining("One part");
        taken(correlation, 0, 8_000);
        assertThat(full).isNotDone();
        taken(correlation, 1, 17_000);
        assertThat(full).isCompleted();
        // More than there is, and less than before, are nothing.
        taken(correlation, 2, 1_000_000);
        taken(correlation, 3, 5);
        assertThat(give(command, 5, true)).isCompleted();
        assertThat(inputs(correlation)).containsExactly(65_536L);
        assertThatThrownBy(give(command, 1, false)::join).hasMessageContaining("has ended");
        reply("a", correlation, data(4, "all"));
        reply("a", correlation, new Reply(5, null, null, 0, null));
        assertThat(exit(command).join()).isZero();
        assertThat(output).containsExactly("all");
        assertThatThrownBy(give(command, 1, false)::join).hasMessageContaining("has ended");
    }

    @Test
    void inputThatMayBeLostIsSentAgain() {
        RunningCommand command = execWithInput();
        String correlation = correlation();
        give(command, 100, false);
        give(command, 50, true);
        assertThat(inputs(correlation)).containsExactly(0L, 100L);
        taken(correlation, 0, 100);
        rig.passSeconds(6);
        assertThat(inputs(correlation)).containsExactly(100L);
        rig.birth("a", 2, Map.of("cpu", "1", "memory", "1Gi"));
        assertThat(inputs(correlation)).containsExactly(100L);
        // The end, too, must have arrived.
        taken(correlation, 1, 150);
        rig.passSeconds(6);
        assertThat(inputs(correlation)).containsExactly(100L);
        taken(correlation, 2, 151);
        rig.passSeconds(60);
        assertThat(inputs(correlation)).isEmpty();
    }

    @Test
    void whatTheLinkDoesNotTakeWaits() {
        RunningCommand command = execWithInput();
        String correlation = correlation();
        rig.link.full = true;
        CompletableFuture<Void> room = give(command, 100, false);
        assertThat(room).isNotDone();
        rig.link.full = false;
        rig.passSeconds(1);
        assertThat(room).isCompleted();
        assertThat(inputs(correlation)).containsExactly(0L);
    }

    @Test
    void anAgentFromBeforeInputIsToBeUpdated() {
        RunningCommand command = execWithInput();
        CompletableFuture<Void> room = give(command, 100, true);
        String error = "the node does not know commands of type 'exec-input'";
        reply("a", correlation(), new Reply(0, null, null, null, error));
        assertThatThrownBy(exit(command)::join).hasMessageContaining(error).hasMessageContaining("older than input");
        assertThat(room).isDone();

        RunningCommand unheard = execWithInput();
        rig.passSeconds(29);
        assertThat(exit(unheard)).isNotDone();
        rig.passSeconds(2);
        assertThatThrownBy(exit(unheard)::join).hasMessageContaining("does not answer to exec-input");
    }

    @Test
    void aNodeHasFewCommandsWithInput() {
        for (int i = 0; i < Commands.MOST_WITH_INPUT; i++) {
            assertThat(exit(execWithInput())).isNotDone();
        }
        assertThatThrownBy(exit(execWithInput())::join).hasMessageContaining("commands with input under way");
        assertThat(exit(exec("a", "p"))).isNotDone();
    }

    @Test
    void aConnectionToAPortIsACommandWithInput() {
        RunningCommand command = rig.manager.command(
                "a", new NodeCommand.Forward("p", 8080, 60), (error, bytes) -> output.add(new String(bytes)));
        rig.settle();
        Link.Outgoing sent = rig.link.sent().get(0);
        Command message = Rig.CODEC.decode(sent.payload(), Command.class);
        assertThat(message.type()).isEqualTo("forward");
        assertThat(message.command()).containsExactly("8080");
        assertThat(give(command, 5, false)).isCompleted();
        reply("a", new String(sent.correlation()), data(0, "answer"));
        String error = "the node does not know commands of type 'forward'";
        reply("a", new String(sent.correlation()), new Reply(1, null, null, null, error));
        assertThatThrownBy(exit(command)::join).hasMessageContaining("older than input");
        assertThat(output).containsExactly("answer");
    }

    @Test
    void aCommandWithoutInputIsGivenNone() {
        assertThatThrownBy(give(exec("a", "p"), 1, true)::join).hasMessageContaining("has no input");
    }

    @Test
    void aFunctionIsCalledWithItsInput() {
        String input = Base64.getEncoder().encodeToString("hello".getBytes());
        RunningCommand command = rig.manager.command(
                "a", new NodeCommand.Invoke("p", "main", input, 10), (error, bytes) -> output.add(new String(bytes)));
        rig.settle();
        Link.Outgoing sent = rig.link.sent().get(0);
        Command message = Rig.CODEC.decode(sent.payload(), Command.class);
        assertThat(message.type()).isEqualTo("invoke");
        assertThat(message.uid()).isEqualTo("p");
        assertThat(message.container()).isEqualTo("main");
        assertThat(message.data()).isEqualTo(input);
        String correlation = new String(sent.correlation());
        reply("a", correlation, data(0, "HELLO"));
        reply("a", correlation, new Reply(1, null, null, 0, null));
        assertThat(exit(command).join()).isZero();
        assertThat(output).containsExactly("HELLO");

        String much = "A".repeat(180_000);
        RunningCommand refused = rig.manager.command(
                "a", new NodeCommand.Invoke("p", "main", much, 10), (error, bytes) -> output.add("more"));
        rig.settle();
        assertThatThrownBy(exit(refused)::join).hasMessageContaining("at most 128 KiB");
        assertThat(rig.link.sent()).isEmpty();
    }

    @Test
    void failuresSayWhy() {
        assertThatThrownBy(exit(exec("b", "p"))::join).hasMessageContaining("no node b");
        assertThatThrownBy(exit(exec("a", "q"))::join).hasMessageContaining("no pod with uid q");
        RunningCommand failing = exec("a", "p");
        reply("a", correlation(), new Reply(0, null, null, null, "no such container"));
        assertThatThrownBy(exit(failing)::join).hasMessageContaining("Node a: no such container");

        RunningCommand gap = exec("a", "p");
        reply("a", correlation(), data(1, "late"));
        assertThatThrownBy(exit(gap)::join).hasMessageContaining("lost on the way");

        RunningCommand bad = exec("a", "p");
        rig.link.sent();
        rig.link.full = true;
        assertThatThrownBy(exit(exec("a", "p"))::join).hasMessageContaining("try again");
        rig.link.full = false;
        rig.passSeconds(16);
        assertThatThrownBy(exit(bad)::join).hasMessageContaining("did not answer");
        rig.passSeconds(41);
        assertThatThrownBy(exit(exec("a", "p"))::join).hasMessageContaining("Lost");
    }

    @Test
    void onlyTheNodeThatWasAskedMayAnswer() {
        rig.birth("b", 1, Map.of("cpu", "1"));
        rig.link.sent();
        RunningCommand command = exec("a", "p");
        String correlation = correlation();
        reply("b", correlation, data(0, "forged"));
        assertThat(output).isEmpty();
        assertThat(rig.manager.machine().ledger().refusals.count()).isEqualTo(1);
        reply("a", correlation, new Reply(0, null, null, 0, null));
        assertThat(exit(command).join()).isZero();
    }

    @Test
    void anActionIsSentUnderItsOwnCorrelationAsOftenAsItIsAskedFor() {
        NodeCommand.Act snapshot = new NodeCommand.Act("p", "main", "uid-1", "Snapshot", "one", 10);
        RunningCommand first = act(snapshot);
        Link.Outgoing sent = rig.link.sent().get(0);
        assertThat(sent.topic()).isEqualTo(Rig.topics("a").command("uid-1"));
        Command message = Rig.CODEC.decode(sent.payload(), Command.class);
        assertThat(message.type()).isEqualTo("action");
        assertThat(message.command()).containsExactly("Snapshot", "one");
        assertThat(message.timeoutSeconds()).isEqualTo(10);

        RunningCommand second = act(snapshot);
        assertThatThrownBy(exit(first)::join).hasMessageContaining("asked for again");
        assertThat(correlation()).isEqualTo("uid-1");
        reply("a", "uid-1", new Reply(0, "out", data(0, "taken").data(), 0, null));
        assertThat(exit(second).join()).isZero();
        assertThat(output).containsExactly("out:taken");

        // The leader has changed, or the answer was lost: the node says it once more.
        RunningCommand third = act(snapshot);
        reply("a", "uid-1", new Reply(0, "out", data(0, "taken").data(), 0, null));
        assertThat(exit(third).join()).isZero();
        assertThatThrownBy(() -> new NodeCommand.Act("p", "main", "a/b", "Reboot", null, 10))
                .hasMessageContaining("correlation");
    }

    private RunningCommand act(NodeCommand.Act command) {
        RunningCommand started =
                rig.manager.command("a", command, (error, bytes) -> output.add("out:" + new String(bytes)));
        rig.settle();
        return started;
    }

    @Test
    void cancelAsksTheNodeAndEndsInAnyCase() {
        RunningCommand command = exec("a", "p");
        rig.link.sent();
        command.cancel();
        rig.settle();
        command.cancel();
        rig.settle();
        assertThat(rig.commands("a")).containsExactly("cancel");
        rig.passSeconds(6);
        assertThatThrownBy(exit(command)::join).hasMessageContaining("did not answer");
    }

    @Test
    void aSinkThatFailsEndsItsCommandOnly() {
        RunningCommand command =
                rig.manager.command("a", new NodeCommand.Logs("p", "main", null, true, false, 10), (error, bytes) -> {
                    throw new IllegalArgumentException("full disk");
                });
        rig.settle();
        reply("a", correlation(), data(0, "x"));
        assertThatThrownBy(exit(command)::join).hasMessageContaining("full disk");
        assertThat(exec("a", "p")).isNotNull();
    }

    @Test
    void aSinkThatBlocksIsCutOff() {
        List<Runnable> parked = new ArrayList<>();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        CommandOutput slow = new CommandOutput(parked::add, (error, bytes) -> {}, exit);
        int taken = 0;
        while (slow.add(false, new byte[1 << 20])) {
            taken++;
        }
        assertThat(taken).isEqualTo(4);
        assertThat(parked).hasSize(1);
    }

    @Test
    void aManagerThatStopsEndsItsCommands() {
        RunningCommand command = exec("a", "p");
        rig.await(rig.manager.stop());
        assertThatThrownBy(exit(command)::join).hasMessageContaining("stopped");
        assertThatThrownBy(exit(exec("a", "p"))::join).hasMessageContaining("stopping");
    }
}
