package org.kochab.mqtt.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.kochab.mqtt.internal.core.Broker;
import org.kochab.mqtt.internal.core.Counters;
import org.kochab.mqtt.internal.core.Limits;

/**
 * Stands before the accepting of connections. Above the rate, or with too many not yet let in, it stops accepting for a
 * moment and the rest waits in the listen backlog; above the number of connections it closes new ones at once. One for
 * all listeners.
 */
@ChannelHandler.Sharable
final class AcceptGate extends ChannelInboundHandlerAdapter {
    private static final long BACK_OFF_MILLIS = 10;
    private static final long NANOS = 1_000_000_000;

    private final Limits limits;
    private final Broker broker;
    private final Counters counters;
    private int open;
    private long tokens;
    private long refilledAt = System.nanoTime();

    AcceptGate(Limits limits, Broker broker, Counters counters) {
        this.limits = limits;
        this.broker = broker;
        this.counters = counters;
        tokens = burst();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        Channel child = (Channel) accepted;
        refill();
        tokens--;
        if (open >= limits.connections()) {
            counters.countRefused();
            child.unsafe().closeForcibly();
        } else {
            open++;
            child.closeFuture().addListener(closed -> open--);
            ctx.fireChannelRead(accepted);
        }
        if (tokens <= 0 || broker.connecting() >= limits.pendingConnects()) {
            pause(ctx);
        }
    }

    private void pause(ChannelHandlerContext ctx) {
        if (ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(false);
            ctx.executor().schedule(() -> resume(ctx), BACK_OFF_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void resume(ChannelHandlerContext ctx) {
        refill();
        ctx.channel().config().setAutoRead(true);
        if (tokens <= 0 || broker.connecting() >= limits.pendingConnects()) {
            pause(ctx);
        }
    }

    private void refill() {
        long now = System.nanoTime();
        long earned = (now - refilledAt) * limits.connectsPerSecond() / NANOS;
        if (earned > 0) {
            tokens = Math.min(burst(), tokens + earned);
            refilledAt = now;
        }
    }

    /** A quarter of a second's worth. */
    private int burst() {
        return Math.max(1, limits.connectsPerSecond() / 4);
    }
}
