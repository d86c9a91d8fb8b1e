package org.kochab.gateway.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.gateway.internal.core.Json;
import org.kochab.gateway.internal.service.Channels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection as channels: what both transports have in common. What has no comment is called on the connection's thread. */
abstract class ChannelsHandler extends ChannelInboundHandlerAdapter implements Channels {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelsHandler.class);
    private static final long OPEN_SECONDS = 30;

    /** In which a client that was sent everything ends the connection itself. */
    private static final long LINGER_SECONDS = 5;

    final io.netty.channel.Channel connection;
    final Set<Channel> wanted;
    private final Consumer<Channels> ready;
    private final AtomicLong waiting = new AtomicLong();
    private @Nullable Intake intake;
    private boolean open;
    private boolean ended;

    /** @param connection whose last handler is an {@link ApiChannel} */
    ChannelsHandler(io.netty.channel.Channel connection, Set<Channel> wanted, Consumer<Channels> ready) {
        this.connection = connection;
        this.wanted = wanted;
        this.ready = ready;
    }

    /** Answers the request, and puts this transport's codec in the place of HTTP's. */
    abstract ChannelFuture switched();

    /** Takes what the client has sent; it is released afterwards. */
    abstract void received(Object message);

    /** A frame that a client has to answer, and not us. */
    abstract Object ping();

    abstract Object part(Channel to, byte[] bytes);

    /** The last parts of all channels. */
    abstract List<Object> last(byte[] status);

    final void begin() {
        if (!connection.isActive()) {
            return;
        }
        connection.pipeline().replace(ApiChannel.class, "channels", this);
        if (wanted.contains(Channel.STDIN)) {
            intake = new Intake(connection.eventLoop(), new Reading(connection, this::ping));
        }
        try {
            switched().addListener(done -> {
                if (!done.isSuccess()) {
                    connection.close();
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("{} cannot have channels", connection.remoteAddress(), e);
            connection.close();
        }
        connection
                .eventLoop()
                .schedule(
                        () -> {
                            if (!open) {
                                connection.close();
                            }
                        },
                        OPEN_SECONDS,
                        TimeUnit.SECONDS);
    }

    /** All channels are open. */
    final void opened() {
        open = true;
        ready.accept(this);
    }

    /** Takes what came on STDIN. */
    final void input(ByteBuf part, boolean last) {
        if (intake != null) {
            intake.add(part, last);
        }
    }

    @Override
    public final void input(Input to) {
        connection.eventLoop().execute(() -> {
            if (intake != null) {
                intake.begin(to);
            }
        });
    }

    final void pong(Object frame) {
        // A client that does not read gets no answers that would have to be kept.
        if (connection.isWritable()) {
            connection.writeAndFlush(frame);
        }
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            received(message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{} is cut off", connection.remoteAddress(), cause);
        connection.close();
    }

    @Override
    public final void send(Channel to, byte[] bytes) {
        waiting.addAndGet(bytes.length);
        connection.eventLoop().execute(() -> {
            if (ended) {
                waiting.addAndGet(-bytes.length);
            } else {
                connection.writeAndFlush(part(to, bytes)).addListener(w -> waiting.addAndGet(-bytes.length));
            }
        });
    }

    @Override
    public final long waiting() {
        return waiting.get();
    }

    @Override
    public final void end(JsonNode status) {
        byte[] json = Json.bytes(status);
        connection.eventLoop().execute(() -> {
            if (ended) {
                return;
            }
            ended = true;
            if (intake != null) {
                intake.end();
            }
            ChannelFuture told = connection.newSucceededFuture();
            if (open) {
                for (Object part : last(json)) {
                    told = connection.write(part);
                }
                connection.flush();
            }
            told.addListener(done ->
                    connection.eventLoop().schedule(() -> connection.close(), LINGER_SECONDS, TimeUnit.SECONDS));
        });
    }

    @Override
    public final void onEnd(Runnable signal) {
        connection.closeFuture().addListener(closed -> signal.run());
    }
}
