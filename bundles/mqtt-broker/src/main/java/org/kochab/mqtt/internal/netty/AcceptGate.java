package org.kochab.mqtt.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.kochab.mqtt.internal.core.Broker;
import org.kochab.mqtt.internal.core.Budget;
import org.kochab.mqtt.internal.core.Counters;
import org.kochab.mqtt.internal.core.Limits;

/**
 * Stands before the accepting of connections. Above the rate, or with too many not yet let in, it stops accepting for a
 * moment and the rest waits in the listen backlog; above the number of connections it closes new ones at once. A
 * listener that strangers can reach has nine tenths of what there is: they must not keep the platform's own clients out.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
    private static final long BACK_OFF_MILLIS = 10;
    private static final long NANOS = 1_000_000_000;

    private final Limits limits;
    private final Broker broker;
    private final Counters counters;
    private final Budget open;
    private final long mostOpen;
    private final int mostPending;
    private long tokens;
    private long refilledAt = System.nanoTime();

    /** @param open connections of all listeners */
    AcceptGate(Limits limits, Broker broker, Counters counters, Budget open, boolean forStrangers) {
        this.limits = limits;
        this.broker = broker;
        this.counters = counters;
        this.open = open;
        mostOpen = share(limits.connections(), forStrangers);
        mostPending = share(limits.pendingConnects(), forStrangers);
        tokens = burst();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        Channel child = (Channel) accepted;
        refill();
        tokens--;
        if (open.used() < mostOpen && open.take(1)) {
            child.closeFuture().addListener(closed -> open.giveBack(1));
            ctx.fireChannelRead(accepted);
        } else {
            counters.countRefused();
            child.unsafe().closeForcibly();
        }
        if (tokens <= 0 || broker.connecting() >= mostPending) {
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
        if (tokens <= 0 || broker.connecting() >= mostPending) {
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

    private static int share(int most, boolean forStrangers) {
        return forStrangers ? Math.max(1, most - most / 10) : most;
    }

    /** A quarter of a second's worth. */
    private int burst() {
        return Math.max(1, limits.connectsPerSecond() / 4);
    }
}
