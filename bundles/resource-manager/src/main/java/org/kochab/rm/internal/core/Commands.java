package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Command;
import org.kochab.api.link.Reply;
import org.kochab.api.link.Topics;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.spi.runtime.FunctionDriver;

/** Commands to nodes and their answers. */
final class Commands {
    static final int MOST_RUNNING = 1_000;

    /** Of one node: what waits for it on the broker is bounded, and a window's worth of each must fit. */
    static final int MOST_WITH_INPUT = 8;

    private static final long INPUT_SECONDS = 60;
    private static final long HEARD_MILLIS = 30_000;
    private static final String OLDER =
            ": if its agent is older than input for commands and forwarded ports, update it, or do without";

    static final long LONGEST_SECONDS = 24L * 3600;

    /** Characters of base64. */
    private static final int MOST_INPUT = (FunctionDriver.MOST_INPUT + 2) / 3 * 4;

    /** Beyond its own time a command gets so long for its last reply to arrive. */
    private static final long MARGIN_MILLIS = 5_000;

    private final Ledger state;
    private final Map<String, Running> running = new LinkedHashMap<>();

    private static final class Running {
        final NodeSlot node;
        final String type;
        final CommandOutput output;
        final @Nullable CommandInput input;
        final long deadline;
        long next;
        long endBy = Long.MAX_VALUE;

        /** When a command with input is given up if nothing was heard of it. */
        final long heardBy;

        Running(
                NodeSlot node,
                String type,
                CommandOutput output,
                @Nullable CommandInput input,
                long deadline,
                long heardBy) {
            this.heardBy = heardBy;
            this.node = node;
            this.type = type;
            this.output = output;
            this.input = input;
            this.deadline = deadline;
        }
    }

    Commands(Ledger state) {
        this.state = state;
    }

    int running() {
        return running.size();
    }

    /** Starts a command; {@code started} takes its correlation if it could be sent. */
    void start(
            String name,
            NodeCommand command,
            CommandSink sink,
            CompletableFuture<Integer> exit,
            Consumer<String> started) {
        String wrong = wrong(name, command);
        NodeSlot node = state.table.node(name);
        if (wrong != null || node == null) {
            exit.completeExceptionally(new IllegalStateException(wrong));
            return;
        }
        String correlation = command instanceof NodeCommand.Correlated known
                ? known.correlation()
                : state.outside.names().get();
        Topics topics = Topics.of(state.manager, name);
        Command message = message(command);
        Link.Outgoing letter = new Link.Outgoing(
                topics.command(correlation),
                state.encode(message),
                false,
                topics.reply(correlation),
                Journal.text(correlation),
                command.timeoutSeconds());
        if (!state.outside.link().publish(letter)) {
            exit.completeExceptionally(
                    new IllegalStateException("The link to the nodes is down or busy now: try again shortly."));
            return;
        }
        long deadline = state.now() + command.timeoutSeconds() * 1_000;
        Running former = forget(correlation);
        if (former != null) {
            former.output.fail("It was asked for again.");
        }
        CommandOutput output = new CommandOutput(state.outside.outputs(), sink, exit);
        CommandInput input = hasInput(command)
                ? new CommandInput(part -> state.outside
                        .link()
                        .publish(new Link.Outgoing(
                                topics.command(correlation),
                                state.encode(Command.input(state.epoch(), INPUT_SECONDS, part)),
                                false,
                                null,
                                null,
                                INPUT_SECONDS)))
                : null;
        running.put(
                correlation, new Running(node, message.type(), output, input, deadline, state.now() + HEARD_MILLIS));
        started.accept(correlation);
    }

    private static boolean hasInput(NodeCommand command) {
        return command instanceof NodeCommand.Exec exec && exec.input() || command instanceof NodeCommand.Forward;
    }

    private @Nullable Running forget(String correlation) {
        Running r = running.remove(correlation);
        if (r != null && r.input != null) {
            r.input.close();
        }
        return r;
    }

    /** @param room completes when there is room for another part of the input; fails if the command has ended or has none */
    void input(String correlation, byte[] part, boolean last, CompletableFuture<Void> room) {
        Running r = running.get(correlation);
        if (r == null || r.input == null) {
            room.completeExceptionally(
                    new IllegalStateException("The command " + (r == null ? "has ended." : "has no input.")));
            return;
        }
        r.input.give(part, last, room, state.now());
    }

    /** What was on its way to nodes may be lost. */
    void repeatInput(Predicate<String> nodes) {
        for (Running r : running.values()) {
            if (r.input != null && nodes.test(r.node.name)) {
                r.input.repeat(state.now());
            }
        }
    }

    private @Nullable String wrong(String name, NodeCommand command) {
        NodeSlot node = state.table.node(name);
        if (node == null || !node.registered) {
            return "There is no node " + name + " here.";
        }
        if (node.phase == NodeSlot.Phase.LOST) {
            return "Node " + name + " is Lost: it cannot be asked until it is back.";
        }
        String uid = command.podUid();
        ClaimSlot claim = uid == null ? null : state.table.claim(uid);
        if (uid != null && (claim == null || claim.node != node)) {
            return "Node " + name + " has no pod with uid " + uid + ".";
        }
        if (command.timeoutSeconds() < 1 || command.timeoutSeconds() > LONGEST_SECONDS) {
            return "timeoutSeconds is " + command.timeoutSeconds() + ": use 1 to " + LONGEST_SECONDS + ".";
        }
        if (command instanceof NodeCommand.Invoke invoke && invoke.input().length() > MOST_INPUT) {
            return "The input is too large: a call takes at most " + FunctionDriver.MOST_INPUT / 1024 + " KiB.";
        }
        if (hasInput(command)
                && running.values().stream()
                                .filter(r -> r.input != null && r.node == node)
                                .count()
                        >= MOST_WITH_INPUT) {
            return "Node " + name + " has " + MOST_WITH_INPUT
                    + " commands with input under way, which is the most: try again when some have ended.";
        }
        if (running.size() >= MOST_RUNNING) {
            return "Too many commands are under way (" + MOST_RUNNING + "): try again when some have ended.";
        }
        return null;
    }

    private Command message(NodeCommand command) {
        if (command instanceof NodeCommand.Logs logs) {
            return new Command(
                    "logs",
                    state.epoch(),
                    logs.podUid(),
                    logs.container(),
                    Collections.emptyList(),
                    logs.tailLines(),
                    logs.follow(),
                    logs.previous(),
                    logs.timeoutSeconds());
        }
        if (command instanceof NodeCommand.Act act) {
            return new Command(
                    "action",
                    state.epoch(),
                    act.podUid(),
                    act.container(),
                    act.snapshotName() == null ? List.of(act.action()) : List.of(act.action(), act.snapshotName()),
                    null,
                    false,
                    false,
                    act.timeoutSeconds());
        }
        if (command instanceof NodeCommand.Invoke invoke) {
            return new Command(
                    "invoke",
                    state.epoch(),
                    invoke.podUid(),
                    invoke.container(),
                    Collections.emptyList(),
                    null,
                    false,
                    false,
                    invoke.timeoutSeconds(),
                    invoke.input(),
                    null);
        }
        if (command instanceof NodeCommand.Update update) {
            return new Command(
                    "update",
                    state.epoch(),
                    null,
                    null,
                    Collections.emptyList(),
                    null,
                    false,
                    false,
                    update.timeoutSeconds(),
                    null,
                    update.update());
        }
        if (command instanceof NodeCommand.DeleteVolume delete) {
            return new Command(
                    "volume-delete",
                    state.epoch(),
                    null,
                    null,
                    List.of(delete.tenant(), delete.volume(), delete.provisioner()),
                    null,
                    false,
                    false,
                    delete.timeoutSeconds());
        }
        if (command instanceof NodeCommand.Forward forward) {
            return new Command(
                    Command.FORWARD,
                    state.epoch(),
                    forward.podUid(),
                    null,
                    List.of(Integer.toString(forward.port())),
                    null,
                    false,
                    false,
                    forward.timeoutSeconds());
        }
        NodeCommand.Exec exec = (NodeCommand.Exec) command;
        return new Command(
                exec.input() ? Command.EXEC_INPUT : "exec",
                state.epoch(),
                exec.podUid(),
                exec.container(),
                exec.command(),
                null,
                false,
                false,
                exec.timeoutSeconds());
    }

    void cancel(String correlation) {
        Running r = running.get(correlation);
        if (r != null && r.endBy == Long.MAX_VALUE) {
            sendCancel(correlation, r);
        }
    }

    private void sendCancel(String correlation, Running r) {
        r.endBy = state.now() + MARGIN_MILLIS;
        Command cancel = new Command(
                "cancel", state.epoch(), null, null, Collections.emptyList(), null, false, false, MARGIN_MILLIS / 1000);
        state.outside
                .link()
                .publish(new Link.Outgoing(
                        Topics.of(state.manager, r.node.name).command(correlation),
                        state.encode(cancel),
                        false,
                        null,
                        null,
                        MARGIN_MILLIS / 1000));
    }

    void replied(String name, String correlation, Reply reply, String topic) {
        Running r = running.get(correlation);
        // The answer to a command that has ended, or a repetition: both are normal.
        if (r == null || reply.sequence() < r.next) {
            return;
        }
        if (!r.node.name.equals(name)) {
            state.refusals.add(topic, "the command was sent to another node");
            return;
        }
        if (reply.sequence() > r.next) {
            end(correlation, r, "A part of the output was lost on the way: try again.");
            return;
        }
        r.next++;
        if (reply.taken() != null && r.input != null) {
            r.input.taken(reply.taken(), state.now());
        }
        if (reply.data() != null) {
            byte[] bytes;
            try {
                bytes = Base64.getDecoder().decode(reply.data());
            } catch (IllegalArgumentException e) {
                state.refusals.add(topic, "data is not base64");
                end(correlation, r, "The node sent output that cannot be read.");
                return;
            }
            if (!r.output.add("err".equals(reply.stream()), bytes)) {
                end(correlation, r, "The output came faster than it was taken: ask for less of it.");
                return;
            }
        }
        if (reply.error() != null) {
            forget(correlation);
            r.output.fail("Node " + name + ": " + reply.error() + remedy(r, reply.error()));
        } else if (reply.exitCode() != null) {
            forget(correlation);
            r.output.exit(reply.exitCode());
        }
    }

    /** Whoever does not know the type of a command says so, and names it. */
    private static String remedy(Running r, String error) {
        return r.input != null && error.contains("'" + r.type + "'") ? OLDER : "";
    }

    private void end(String correlation, Running r, String why) {
        if (r.endBy == Long.MAX_VALUE) {
            sendCancel(correlation, r);
        }
        forget(correlation);
        r.output.fail(why);
    }

    void tick() {
        if (running.isEmpty()) {
            return;
        }
        long now = state.now();
        for (var e : new ArrayList<>(running.entrySet())) {
            Running r = e.getValue();
            if (r.input != null) {
                r.input.tick(now);
            }
            if (r.input != null && r.next == 0 && now >= r.heardBy) {
                end(e.getKey(), r, "Node " + r.node.name + " does not answer to " + r.type + OLDER);
            } else if (now >= r.endBy) {
                forget(e.getKey());
                r.output.fail("Node " + r.node.name + " did not answer.");
            } else if (now >= r.deadline && r.endBy == Long.MAX_VALUE) {
                sendCancel(e.getKey(), r);
            }
        }
    }

    void failAll(String why) {
        for (String correlation : List.copyOf(running.keySet())) {
            Running r = forget(correlation);
            if (r != null) {
                r.output.fail(why);
            }
        }
    }
}
