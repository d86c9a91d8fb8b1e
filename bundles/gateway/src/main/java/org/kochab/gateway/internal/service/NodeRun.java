package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.RunningCommand;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.ExitStatus;

/** A command on a node, between a client's channels and it. Its output comes on one thread at a time. */
final class NodeRun implements CommandSink {
    /** The node's link does not wait for a client: one that is further behind is told so. */
    private static final long MOST_WAITING = 4 << 20;

    private final ContainerPlace place;
    private final NodeCommand command;
    private final Set<Channels.Channel> wanted;
    private @Nullable Channels channels;
    private @Nullable RunningCommand running;
    private boolean cancelled;

    NodeRun(ContainerPlace place, NodeCommand command, Set<Channels.Channel> wanted) {
        this.place = place;
        this.command = command;
        this.wanted = wanted;
    }

    void begin(Channels opened) {
        RunningCommand begun;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            channels = opened;
            try {
                begun = place.manager().command(place.node(), command, this);
            } catch (RuntimeException e) {
                opened.end(status(null, e));
                return;
            }
            running = begun;
        }
        if (wanted.contains(Channels.Channel.STDIN)) {
            opened.input((part, last) -> begun.input(part, last).whenComplete((taken, failure) -> {
                if (failure != null) {
                    begun.cancel();
                }
            }));
        }
        begun.exit().whenComplete((code, failure) -> opened.end(status(code, failure)));
    }

    private static JsonNode status(@Nullable Integer code, @Nullable Throwable failure) {
        if (code != null) {
            return ExitStatus.of(code);
        }
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        return ApiError.unavailable(cause == null ? "the command has no end" : String.valueOf(cause.getMessage()))
                .status(null);
    }

    @Override
    public synchronized void output(boolean error, byte[] bytes) {
        Channels.Channel to = error ? Channels.Channel.STDERR : Channels.Channel.STDOUT;
        Channels opened = channels;
        if (opened == null || cancelled || !wanted.contains(to)) {
            return;
        }
        if (opened.waiting() + bytes.length > MOST_WAITING) {
            opened.end(ApiError.tooMany("the output came faster than it was read, and the command was ended:"
                            + " let it write less, or into a file")
                    .status(null));
            cancel();
            return;
        }
        opened.send(to, bytes);
    }

    synchronized void cancel() {
        cancelled = true;
        if (running != null) {
            running.cancel();
        }
    }
}
