package org.kochab.gateway.internal.service;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.kochab.api.node.NodeCommand;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Request;

/** Commands in containers, on their nodes. They have no terminal: nodes run them without. */
final class PodExecs {
    private static final long SECONDS = 3_600;

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
        NodeRun run = new NodeRun(
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
            // In this order: else the client may be told that the command was killed, and not why.
            channels.end(why.status(asked.about()));
            run.cancel();
        });
    }
}
