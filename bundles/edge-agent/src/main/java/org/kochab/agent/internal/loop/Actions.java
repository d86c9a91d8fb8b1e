package org.kochab.agent.internal.loop;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.api.link.Command;
import org.kochab.api.link.Reply;
import org.kochab.api.model.Action;
import org.kochab.api.node.NodeCommand;
import org.kochab.spi.runtime.ActionEnd;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskAction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Actions, each done once by its correlation: the same again, which comes when an answer was lost or the control plane has a new leader, is answered with the end that is
 * known here or, after a restart of the agent, to the driver. Called on the loop's thread; actions run on their own.
 */
final class Actions {
    private static final Logger LOG = LoggerFactory.getLogger(Actions.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final int REMEMBERED = 128;
    private static final long MOST_SECONDS = 3600;

    private final Reconciler core;
    private final Runtimes runtimes;
    private final Replies replies;
    private final EventLoop loop;
    private final Pools pools;
    private final Set<String> running = new TreeSet<>();
    private final Map<String, Reply> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reply> eldest) {
            return size() > REMEMBERED;
        }
    };

    Actions(Reconciler core, Runtimes runtimes, Replies replies, EventLoop loop, Pools pools) {
        this.core = core;
        this.runtimes = runtimes;
        this.replies = replies;
        this.loop = loop;
        this.pools = pools;
    }

    void take(String correlation, Command command) {
        if (running.contains(correlation)) {
            return;
        }
        Reply known = ended.get(correlation);
        if (known != null) {
            replies.send(correlation, known);
            return;
        }
        Optional<TaskAction> action = action(command.command());
        if (command.uid() == null || command.container() == null || action.isEmpty()) {
            replies.send(
                    correlation,
                    Replies.end(
                            NodeCommand.Act.REFUSED,
                            "The node cannot do " + String.join(" ", command.command())
                                    + ": an action needs uid, container, and Reboot, Snapshot NAME or Restore NAME."));
            return;
        }
        Optional<Reconciler.Target> target = core.target(command.uid(), command.container(), false, true);
        Optional<RuntimeDriver> driver = target.flatMap(t -> runtimes.get(t.kind()));
        if (target.isEmpty() || driver.isEmpty()) {
            replies.send(
                    correlation,
                    Replies.failure("container " + command.container() + " of the pod is not running on this node"));
            return;
        }
        Duration limit = Duration.ofSeconds(Math.max(1, Math.min(MOST_SECONDS, command.timeoutSeconds())));
        try {
            pools.commands.execute(() -> run(correlation, driver.get(), target.get(), action.get(), limit));
            running.add(correlation);
        } catch (RejectedExecutionException e) {
            replies.send(correlation, Replies.failure("the node does too many commands at once"));
        }
    }

    private static Optional<TaskAction> action(List<String> words) {
        String name = words.size() == 2 && NAME.matcher(words.get(1)).matches() ? words.get(1) : null;
        if (words.equals(List.of(Action.REBOOT))) {
            return Optional.of(new TaskAction.Reboot());
        } else if (name != null && words.get(0).equals(Action.SNAPSHOT)) {
            return Optional.of(new TaskAction.Snapshot(name));
        } else if (name != null && words.get(0).equals(Action.RESTORE)) {
            return Optional.of(new TaskAction.Restore(name));
        }
        return Optional.empty();
    }

    private void run(
            String correlation, RuntimeDriver driver, Reconciler.Target target, TaskAction action, Duration limit) {
        Reply reply;
        boolean known = false;
        try {
            ActionEnd end = driver.act(target.handle(), correlation, action, limit);
            reply = Replies.end(code(end.result()), end.message());
            known = true;
        } catch (RuntimeFailure e) {
            reply = Replies.failure(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.warn("{} failed on {} of {}", driver.getClass().getName(), action, target.handle(), e);
            reply = Replies.failure("the runtime driver failed: " + e);
        }
        Reply answer = reply;
        boolean over = known;
        loop.post(() -> {
            running.remove(correlation);
            if (over) {
                ended.put(correlation, answer);
            }
            replies.send(correlation, answer);
        });
    }

    private static int code(ActionEnd.Result result) {
        return switch (result) {
            case DONE -> NodeCommand.Act.DONE;
            case REFUSED -> NodeCommand.Act.REFUSED;
            case FAILED -> NodeCommand.Act.FAILED;
            case INTERRUPTED -> NodeCommand.Act.INTERRUPTED;
        };
    }
}
