package org.kochab.gateway.internal.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.RunningCommand;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.ExitStatus;
import org.kochab.gateway.internal.core.Request;

/** Commands in containers, on their nodes. They have no terminal: nodes run them without. */
final class PodExecs {
    private static final long SECONDS = 3_600;

    /** The node's link does not wait for a client: one that is further behind is told so. */
    private static final long MOST_WAITING = 4 << 20;

    private static final List<String> METHODS = List.of("GET", "POST");

    private final Services services;
    private final Shares places;
    private final Rechecks rechecks;

    PodExecs(Services services, Shares places, Rechecks rechecks) {
        this.services = services;
        this.places = places;
        this.rechecks = rechecks;
    }

    /** @param attempt what was allowed */
    void answer(Asked asked, Attempt attempt, Exchange exchange) {
        Request request = asked.request();
        if (!METHODS.contains(request.method())) {
            throw ApiError.methodNotAllowed(request.method());
        }
        if (request.flag("tty")) {
            throw ApiError.badRequest("commands have no terminal here: leave out -t, or tty");
        }
        List<String> command = request.all("command");
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw ApiError.badRequest("command is missing: say what to run");
        }
        Set<Channels.Channel> wanted = EnumSet.of(Channels.Channel.ERROR);
        if (request.flag("stdout")) {
            wanted.add(Channels.Channel.STDOUT);
        }
        if (request.flag("stderr")) {
            wanted.add(Channels.Channel.STDERR);
        }
        boolean input = request.flag("stdin");
        if (input) {
            wanted.add(Channels.Channel.STDIN);
        }
        if (wanted.size() == 1) {
            throw ApiError.badRequest("stdin, stdout and stderr are missing: ask for at least one of them");
        }
        ContainerPlace place = ContainerPlace.of(services, asked);
        Run run = new Run(
                place, new NodeCommand.Exec(place.podUid(), place.container(), command, SECONDS, input), wanted);
        if (!places.take(asked.tenant())) {
            throw ApiError.tooMany("there are too many commands in containers: end some, or try again later");
        }
        Channels channels;
        try {
            channels = exchange.channels(wanted, run::begin);
        } catch (RuntimeException e) {
            places.giveBack(asked.tenant());
            throw e;
        }
        channels.onEnd(() -> {
            run.cancel();
            places.giveBack(asked.tenant());
        });
        rechecks.keep(asked.caller(), attempt, channels, why -> {
            run.cancel();
            channels.end(why.status(asked.about()));
        });
    }

    /** One command. Its output comes on one thread at a time. */
    private static final class Run implements CommandSink {
        private final ContainerPlace place;
        private final NodeCommand.Exec command;
        private final Set<Channels.Channel> wanted;
        private @Nullable Channels channels;
        private @Nullable RunningCommand running;
        private boolean cancelled;

        Run(ContainerPlace place, NodeCommand.Exec command, Set<Channels.Channel> wanted) {
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
            if (command.input()) {
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
                cancel();
                opened.end(ApiError.tooMany("the output came faster than it was read, and the command was ended:"
                                + " let it write less, or into a file")
                        .status(null));
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
}
