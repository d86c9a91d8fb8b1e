package org.kochab.gateway.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.RunningCommand;
import org.kochab.gateway.internal.service.Channels;

/**
 * A client's input on its way to whoever takes it. While as much as {@link #MOST_HELD} waits, the connection is not read; that a client goes away is seen then by what
 * cannot be sent to it any more. Used on the connection's thread.
 */
final class Intake {
    private static final int MOST_HELD = 4 * RunningCommand.MOST_INPUT;
    private static final long PING_SECONDS = 2;

    private final Channel connection;
    private final Supplier<Object> ping;
    private final ByteBuf held = Unpooled.buffer();
    private Channels.@Nullable Input to;
    private boolean last;
    private boolean giving;
    private boolean ended;
    private @Nullable Future<?> pings;

    /** @param ping makes a frame that shows whether the client is there */
    Intake(Channel connection, Supplier<Object> ping) {
        this.connection = connection;
        this.ping = ping;
        connection.closeFuture().addListener(closed -> stopPings());
    }

    void begin(Channels.Input taker) {
        to = taker;
        give();
    }

    void add(ByteBuf part, boolean isLast) {
        if (last || ended) {
            return;
        }
        held.writeBytes(part);
        last = isLast;
        give();
        read(held.readableBytes() < MOST_HELD);
    }

    /** Nobody takes any more: what still comes is left out. */
    void end() {
        ended = true;
        held.clear();
        read(true);
    }

    private void give() {
        Channels.Input taker = to;
        if (taker == null || giving || ended || !held.isReadable() && !last) {
            return;
        }
        byte[] part = new byte[Math.min(held.readableBytes(), RunningCommand.MOST_INPUT)];
        held.readBytes(part).discardSomeReadBytes();
        boolean whole = last && !held.isReadable();
        giving = true;
        taker.take(part, whole)
                .whenComplete((taken, failure) -> connection.eventLoop().execute(() -> {
                    if (whole || failure != null) {
                        end();
                    } else {
                        giving = false;
                        give();
                        read(ended || held.readableBytes() < MOST_HELD);
                    }
                }));
    }

    private void read(boolean more) {
        connection.config().setAutoRead(more);
        if (!more && pings == null) {
            pings = connection
                    .eventLoop()
                    .scheduleWithFixedDelay(
                            () -> connection.writeAndFlush(ping.get()), PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
        } else if (more) {
            stopPings();
        }
    }

    private void stopPings() {
        if (pings != null) {
            pings.cancel(false);
            pings = null;
        }
    }
}
