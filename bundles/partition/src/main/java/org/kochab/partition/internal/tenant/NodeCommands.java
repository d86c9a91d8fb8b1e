package org.kochab.partition.internal.tenant;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.ResourceManager;
import org.kochab.spi.controller.CommandState;

/**
 * Commands to nodes on behalf of controllers: what was sent, and what came back. Each is sent again until it is answered, which does it once. Thread-safe; never blocks.
 */
final class NodeCommands {
    static final int MOST = 1_000;

    private static final long AGAIN = TimeUnit.SECONDS.toNanos(15);
    private static final long AGAIN_AFTER_FAILURE = TimeUnit.SECONDS.toNanos(1);
    private static final long KEPT = TimeUnit.MINUTES.toNanos(10);
    private static final int MOST_OUTPUT = 4 * 1024;

    private final Managers managers;
    /** By correlation, the one that was used least recently first. */
    private final Map<String, Asked> all = new LinkedHashMap<>(16, 0.75f, true);

    /** Finds a node's resource manager. */
    interface Managers {
        /** @param found told, on any thread, once: empty if none can be reached now */
        void of(String node, Consumer<Optional<ResourceManager>> found);
    }

    private static final class Asked {
        CommandState.@Nullable Ended end;
        String failure = "";
        long tries;
        long sendAt;
        long usedAt;
    }

    NodeCommands(Managers managers) {
        this.managers = managers;
    }

    /** @param answered called on another thread when the node has answered; must return soon */
    CommandState ask(String node, NodeCommand.Correlated command, Runnable answered) {
        long now = System.nanoTime();
        Asked asked;
        long number;
        synchronized (this) {
            all.values().removeIf(a -> now - a.usedAt > KEPT);
            asked = all.get(command.correlation());
            if (asked == null) {
                if (all.size() >= MOST) {
                    return new CommandState.UnderWay(
                            "It waits until fewer than " + MOST + " commands to nodes are under way.");
                }
                asked = new Asked();
                asked.sendAt = now;
                all.put(command.correlation(), asked);
            }
            asked.usedAt = now;
            if (asked.end != null) {
                return asked.end;
            }
            if (command.timeoutSeconds() < 1 || now - asked.sendAt < 0) {
                return new CommandState.UnderWay(asked.failure);
            }
            asked.sendAt = now + AGAIN;
            number = ++asked.tries;
        }
        send(node, command, asked, number, answered);
        synchronized (this) {
            return new CommandState.UnderWay(asked.failure);
        }
    }

    private void send(String node, NodeCommand.Correlated command, Asked asked, long number, Runnable answered) {
        managers.of(node, manager -> {
            if (manager.isEmpty()) {
                failed(asked, number, "No resource manager that can be reached now keeps node " + node + ".");
                return;
            }
            Output output = new Output();
            manager.get().command(node, command, output::add).exit().whenComplete((code, failure) -> {
                if (failure == null) {
                    ended(asked, new CommandState.Ended(code, output.text()));
                    answered.run();
                } else {
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    failed(asked, number, String.valueOf(cause.getMessage()));
                }
            });
        });
    }

    /** An answer to any of the tries is the answer. */
    private synchronized void ended(Asked asked, CommandState.Ended end) {
        if (asked.end == null) {
            asked.end = end;
        }
    }

    private synchronized void failed(Asked asked, long number, String why) {
        if (asked.tries == number) {
            asked.failure = why;
            asked.sendAt = System.nanoTime() + AGAIN_AFTER_FAILURE;
        }
    }

    /** The first of what a command says. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        synchronized void add(boolean error, byte[] more) {
            bytes.write(more, 0, Math.min(more.length, MOST_OUTPUT - bytes.size()));
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
