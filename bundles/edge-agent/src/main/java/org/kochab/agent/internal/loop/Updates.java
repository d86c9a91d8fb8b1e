package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.update.Launcher;
import org.kochab.agent.internal.update.UpdateException;
import org.kochab.agent.internal.update.Versions;
import org.kochab.api.link.Command;
import org.kochab.api.model.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Updates of the agent itself, one at a time. Called on the loop's thread; what takes long is done on others. */
final class Updates {
    private static final Logger LOG = LoggerFactory.getLogger(Updates.class);
    /** So that the answer is under way before the agent ends. */
    private static final long ANSWER_MILLIS = 1_000;

    private static final long KEEP_AGAIN_MILLIS = 1_000;

    private final @Nullable Launcher launcher;
    private final @Nullable Versions versions;
    private final EventLoop loop;
    private final Pools pools;
    private Node.@Nullable AgentUpdate underWay;
    private boolean news;
    private boolean ending;
    private long restartAt = Long.MAX_VALUE;
    private long keepAt;

    /** The end of a command. */
    interface Answer {
        void end(@Nullable Integer code, @Nullable String error);
    }

    /** @param started by which launcher; without one there are no updates */
    Updates(Optional<Launcher> started, EventLoop loop, Pools pools) throws IOException {
        launcher = started.orElse(null);
        versions = launcher == null ? null : new Versions(launcher);
        this.loop = loop;
        this.pools = pools;
    }

    /** What births say. */
    Node.@Nullable AgentUpdate said() {
        if (underWay != null || versions == null) {
            return underWay;
        }
        return versions.last().orElse(null);
    }

    boolean takeNews() {
        boolean taken = news;
        news = false;
        return taken;
    }

    void take(Command command, Answer answer) {
        Command.Update update = command.update();
        Versions kept = versions;
        Optional<String> wrong =
                update == null ? Optional.of("an update needs id, version, url and sha256") : Versions.wrong(update);
        if (update == null || wrong.isPresent()) {
            answer.end(null, wrong.orElse(null));
        } else if (kept == null) {
            String why = "the agent was not started by bin/agent, without which it cannot be updated";
            underWay = new Node.AgentUpdate(update.id(), update.version(), Node.AgentUpdate.REFUSED, why);
            news = true;
            answer.end(null, why);
        } else if (underWay != null || ending) {
            answer.end(null, "an update is under way: wait for its end");
        } else {
            begin(kept, update, answer);
        }
    }

    private void begin(Versions kept, Command.Update update, Answer answer) {
        try {
            pools.commands.execute(() -> stage(kept, update, answer));
        } catch (RejectedExecutionException e) {
            answer.end(null, "the node does too many commands at once: try again");
            return;
        }
        underWay = new Node.AgentUpdate(update.id(), update.version(), Node.AgentUpdate.UPDATING, null);
        news = true;
    }

    private void stage(Versions kept, Command.Update update, Answer answer) {
        try {
            boolean again = kept.stage(update);
            loop.post(() -> {
                answer.end(0, null);
                done(again);
            });
        } catch (UpdateException e) {
            refused(update, answer, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("Update {} failed in an unexpected way", update.id(), e);
            refused(update, answer, "the agent failed: " + e.getMessage());
        }
    }

    private void refused(Command.Update update, Answer answer, String why) {
        LOG.warn("Update {} to version {} is refused: {}", update.id(), update.version(), why);
        loop.post(() -> {
            answer.end(null, why);
            done(false);
        });
    }

    private void done(boolean again) {
        underWay = null;
        news = true;
        ending = again;
    }

    /**
     * @param healthy whether all is well with the version that runs
     * @return when to look again
     */
    long tick(Moment now, boolean healthy) {
        Versions kept = versions;
        Launcher parent = launcher;
        if (kept == null || parent == null) {
            return Long.MAX_VALUE;
        }
        if (ending && restartAt == Long.MAX_VALUE) {
            restartAt = now.millis() + ANSWER_MILLIS;
        }
        if (now.millis() >= restartAt) {
            LOG.info("Starting again, in another version");
            restartAt = Long.MAX_VALUE - 1;
            parent.restart();
        }
        if (healthy && kept.isTrial()) {
            keep(kept, now);
            return Math.min(restartAt, keepAt);
        }
        return restartAt;
    }

    private void keep(Versions kept, Moment now) {
        if (now.millis() < keepAt) {
            return;
        }
        try {
            kept.keep();
            keepAt = Long.MAX_VALUE;
            news = true;
            pools.commands.execute(() -> prune(kept));
        } catch (IOException e) {
            LOG.error("That this version is healthy cannot be written: {}", e.getMessage());
            keepAt = now.millis() + KEEP_AGAIN_MILLIS;
        } catch (RejectedExecutionException e) {
            LOG.debug("The next update removes what is not needed any more");
        }
    }

    private static void prune(Versions kept) {
        try {
            kept.prune();
        } catch (IOException e) {
            LOG.warn("A former version cannot be removed: {}", e.getMessage());
        }
    }
}
