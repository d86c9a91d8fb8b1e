package org.kochab.gateway.internal.service;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.RunningCommand;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Attempt;
import org.kochab.gateway.internal.core.Request;

/** What containers have written, from their nodes. */
final class PodLogs {
    private static final long SECONDS = 30;
    private static final long FOLLOW_SECONDS = 3_600;
    private static final List<String> NOT_THERE = List.of("timestamps", "sinceSeconds", "sinceTime");

    private final Services services;
    private final Shares places;
    private final Rechecks rechecks;

    PodLogs(Services services, Shares places, Rechecks rechecks) {
        this.rechecks = rechecks;
        this.services = services;
        this.places = places;
    }

    /** @param attempt what was allowed */
    void answer(Asked asked, Attempt attempt, Exchange exchange) {
        Request request = asked.request();
        for (String parameter : NOT_THERE) {
            String value = request.parameter(parameter);
            if (value != null && !value.equals("false")) {
                throw ApiError.badRequest(
                        parameter + " is not supported: lines are kept without times; tailLines limits them");
            }
        }
        ContainerPlace place = ContainerPlace.of(services, asked);
        boolean follow = request.flag("follow");
        Long tail = request.number("tailLines", 0);
        Long most = request.number("limitBytes", 1);
        NodeCommand.Logs command = new NodeCommand.Logs(
                place.podUid(),
                place.container(),
                tail == null ? null : (int) Math.min(tail, Integer.MAX_VALUE),
                follow,
                request.flag("previous"),
                follow ? FOLLOW_SECONDS : SECONDS);
        if (!places.take(asked.caller().tenant())) {
            throw Watches.full(asked.caller().tenant());
        }
        Output output = new Output(asked, attempt, exchange, most == null ? Long.MAX_VALUE : most);
        try {
            output.run(place.manager().command(place.node(), command, output));
        } catch (RuntimeException e) {
            places.giveBack(asked.caller().tenant());
            throw e;
        }
    }

    /** Hands on what comes from a node; the answer begins with the first of it, so that a failure before can be told as one. */
    private final class Output implements CommandSink {
        private final Asked asked;
        private final Attempt attempt;
        private final Exchange exchange;
        private long left;
        private long lost;
        private Exchange.@Nullable Stream stream;
        private @Nullable RunningCommand running;
        private boolean ended;

        Output(Asked asked, Attempt attempt, Exchange exchange, long most) {
            this.asked = asked;
            this.attempt = attempt;
            this.exchange = exchange;
            this.left = most;
        }

        void run(RunningCommand command) {
            synchronized (this) {
                running = command;
                if (ended) {
                    command.cancel();
                }
            }
            exchange.onGone(this::clientGone);
            command.exit().whenComplete((code, failure) -> ended(failure));
        }

        @Override
        public synchronized void output(boolean error, byte[] bytes) {
            if (ended) {
                return;
            }
            Exchange.Stream to = begun();
            if (!to.isWritable()) {
                // The node's link must not wait for a client.
                lost += bytes.length;
                return;
            }
            if (lost > 0) {
                to.send(leftOut());
                lost = 0;
            }
            int size = (int) Math.min(left, bytes.length);
            to.send(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
            left -= size;
            if (left == 0) {
                to.end();
            }
        }

        private byte[] leftOut() {
            return ("[" + lost + " bytes left out: they came faster than they were read]\n")
                    .getBytes(StandardCharsets.UTF_8);
        }

        private Exchange.Stream begun() {
            if (stream == null) {
                Exchange.Stream begun = exchange.stream("text/plain");
                stream = begun;
                begun.onEnd(this::clientGone);
                begun.endAfter(FOLLOW_SECONDS);
                rechecks.keep(asked.caller(), attempt, begun, why -> begun.end());
            }
            return stream;
        }

        private synchronized void clientGone() {
            ended = true;
            if (running != null) {
                running.cancel();
            }
        }

        private synchronized void ended(@Nullable Throwable failure) {
            places.giveBack(asked.caller().tenant());
            if (stream != null) {
                if (lost > 0) {
                    stream.send(leftOut());
                }
                stream.end();
            } else if (failure == null) {
                exchange.answer(200, "text/plain", new byte[0], List.of(), 0);
            } else {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                exchange.refuse(ApiError.unavailable(String.valueOf(cause.getMessage())), asked.about());
            }
            ended = true;
        }
    }
}
