package org.kochab.gateway.internal.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection is read: not while anybody has enough of what came. That a client goes away is seen then by what cannot be sent to it any more. It is a handler
 * itself, before the codecs: Netty's of SPDY asks for more whenever it likes. Used on the connection's thread.
 */
final class Reading extends ChannelOutboundHandlerAdapter {
    private static final long PING_SECONDS = 2;

    private final Channel connection;
    private final Supplier<Object> ping;
    private int full;
    private @Nullable Future<?> pings;

    /** @param ping makes a frame that shows whether the client is there */
    Reading(Channel connection, Supplier<Object> ping) {
        this.connection = connection;
        this.ping = ping;
        ChannelPipeline pipeline = connection.pipeline();
        pipeline.addAfter(pipeline.context(SslHandler.class).name(), "reading", this);
        connection.closeFuture().addListener(closed -> stopPings());
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (full == 0) {
            ctx.read();
        }
    }

    /** One more has enough. */
    void hold() {
        full++;
        connection.config().setAutoRead(false);
        if (pings == null) {
            pings = connection
                    .eventLoop()
                    .scheduleWithFixedDelay(
                            () -> connection.writeAndFlush(ping.get()), PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** One of them takes more. */
    void release() {
        full--;
        if (full == 0) {
            stopPings();
            connection.config().setAutoRead(true);
        }
    }

    private void stopPings() {
        if (pings != null) {
            pings.cancel(false);
            pings = null;
        }
    }
}
