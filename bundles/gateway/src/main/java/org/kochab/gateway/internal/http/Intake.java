package org.kochab.gateway.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.RunningCommand;
import org.kochab.gateway.internal.service.Channels;

/** A client's input on its way to whoever takes it. While as much as {@link #MOST_HELD} waits, the connection is not read. Used on the connection's thread. */
final class Intake {
    private static final int MOST_HELD = 4 * RunningCommand.MOST_INPUT;

    private final EventExecutor thread;
    private final Reading reading;
    private final ByteBuf held = Unpooled.buffer();
    private Channels.@Nullable Input to;
    private boolean last;
    private boolean giving;
    private boolean ended;
    private boolean full;

    /** @param thread the connection's */
    Intake(EventExecutor thread, Reading reading) {
        this.thread = thread;
        this.reading = reading;
    }

    void begin(Channels.Input taker) {
        to = taker;
        give();
    }

    /** The bytes are copied. */
    void add(ByteBuf part, boolean isLast) {
        if (last || ended) {
            return;
        }
        held.writeBytes(part);
        last = isLast;
        give();
        look();
    }

    /** Nobody takes any more: what still comes is left out. */
    void end() {
        ended = true;
        held.clear();
        look();
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
                .whenComplete((taken, failure) -> thread.execute(() -> {
                    if (whole || failure != null) {
                        end();
                    } else {
                        giving = false;
                        give();
                        look();
                    }
                }));
    }

    private void look() {
        boolean now = held.readableBytes() >= MOST_HELD;
        if (now != full) {
            full = now;
            if (now) {
                reading.hold();
            } else {
                reading.release();
            }
        }
    }
}
