package org.kochab.gateway.internal.service;

import java.util.EnumSet;
import java.util.Set;
import org.kochab.api.node.NodeCommand;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;

/** Connections to ports of pods, through their nodes: each that a client makes is a command of its own. */
final class PodForwards {
    private static final long SECONDS = 3_600;
    private static final int MOST_PORT = 65_535;
    private static final Set<Channels.Channel> WANTED =
            EnumSet.of(Channels.Channel.STDIN, Channels.Channel.STDOUT, Channels.Channel.ERROR);

    private final Services services;
    private final Shares places;
    private final Rechecks rechecks;

    PodForwards(Services services, Shares places, Rechecks rechecks) {
        this.services = services;
        this.places = places;
        this.rechecks = rechecks;
    }

    /** @param attempt what was allowed */
    void answer(Asked asked, Attempt attempt, Exchange exchange) {
        ContainerPlace place = ContainerPlace.ofPod(services, asked);
        Forwards forwards = exchange.forwards((port, one) -> open(asked, place, port, one));
        rechecks.keep(asked.caller(), attempt, forwards, why -> forwards.end(why.status(asked.about())));
    }

    private void open(Asked asked, ContainerPlace place, int port, Channels one) {
        if (port < 1 || port > MOST_PORT) {
            one.end(ApiError.badRequest("port " + port + " is none: use 1 to " + MOST_PORT)
                    .status(null));
            return;
        }
        if (!places.take(asked.tenant())) {
            one.end(ApiError.tooMany("there are too many connections and commands: end some, or try again later")
                    .status(null));
            return;
        }
        NodeRun run = new NodeRun(place, new NodeCommand.Forward(place.podUid(), port, SECONDS), WANTED);
        one.onEnd(() -> {
            run.cancel();
            places.giveBack(asked.tenant());
        });
        run.begin(one);
    }
}
