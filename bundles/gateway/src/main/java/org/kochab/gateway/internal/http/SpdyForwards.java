package org.kochab.gateway.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.kochab.gateway.internal.core.ExitStatus;
import org.kochab.gateway.internal.service.Channels;
import org.kochab.gateway.internal.service.Forwards;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to ports of a pod over one of SPDY: each is a pair of streams of the same {@code requestID}, one for its bytes and one on which it is said why there are
 * none. What has no comment is called on the connection's thread.
 */
final class SpdyForwards extends ChannelInboundHandlerAdapter implements Forwards {
    static final String PROTOCOL = "portforward.k8s.io";

    private static final Logger LOG = LoggerFactory.getLogger(SpdyForwards.class);
    private static final String TYPE = "streamtype";
    private static final int MOST_PAIRS = 64;
    private static final long IDLE_SECONDS = 3_600;

    private final Channel connection;
    private final Opener opener;
    private @Nullable Reading reading;
    /** By their streams. */
    private final Map<Integer, Pair> pairs = new TreeMap<>();

    /** Those that have one stream so far, by the request's id. */
    private final Map<String, Pair> halves = new TreeMap<>();

    private @Nullable Future<?> idle;

    SpdyForwards(Channel connection, Opener opener) {
        this.connection = connection;
        this.opener = opener;
    }

    void begin() {
        if (!connection.isActive()) {
            return;
        }
        connection.pipeline().replace(ApiChannel.class, "forwards", this);
        reading = new Reading(connection, SpdyChannels::ourPing);
        SpdyChannels.switchTo(connection, PROTOCOL).addListener(done -> {
            if (!done.isSuccess()) {
                connection.close();
            }
        });
        look();
    }

    /** A client that has no connection open for long has gone, whatever it says. */
    private void look() {
        if (idle != null) {
            idle.cancel(false);
        }
        idle = pairs.isEmpty()
                ? connection.eventLoop().schedule(() -> connection.close(), IDLE_SECONDS, TimeUnit.SECONDS)
                : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            received(message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void received(Object message) {
        if (message instanceof SpdySynStreamFrame stream) {
            open(stream);
        } else if (message instanceof SpdyDataFrame data) {
            Pair pair = pairs.get(data.streamId());
            if (pair != null && pair.data == data.streamId()) {
                pair.intake.add(data.content(), data.isLast());
            }
        } else if (message instanceof SpdyRstStreamFrame reset) {
            Pair pair = pairs.get(reset.streamId());
            if (pair != null) {
                pair.gone();
            }
        } else if (message instanceof SpdyPingFrame ping && SpdyChannels.isTheirs(ping)) {
            if (connection.isWritable()) {
                connection.writeAndFlush(new DefaultSpdyPingFrame(ping.id()));
            }
        } else if (message instanceof SpdyGoAwayFrame) {
            SpdyChannels.cutOff(connection);
        }
    }

    private void open(SpdySynStreamFrame stream) {
        String request = String.valueOf(stream.headers().getAsString("requestid"));
        String type = String.valueOf(stream.headers().getAsString(TYPE));
        boolean isData = type.equals("data");
        if (stream.isInvalid()
                || stream.isTruncated()
                || !isData && !type.equals("error")
                || pairs.containsKey(stream.streamId())
                || !halves.containsKey(request) && halves.size() + pairs.size() / 2 >= MOST_PAIRS) {
            SpdyChannels.cutOff(connection);
            return;
        }
        Pair pair = halves.remove(request);
        if (pair == null) {
            pair = new Pair(port(stream), Objects.requireNonNull(reading));
            halves.put(request, pair);
        }
        if (isData ? pair.data != 0 : pair.error != 0) {
            SpdyChannels.cutOff(connection);
            return;
        }
        if (isData) {
            pair.data = stream.streamId();
        } else {
            pair.error = stream.streamId();
        }
        connection.writeAndFlush(SpdyChannels.reply(stream.streamId(), type));
        pairs.put(stream.streamId(), pair);
        look();
        if (pair.data != 0 && pair.error != 0) {
            opener.open(pair.port, pair);
        }
    }

    private static int port(SpdySynStreamFrame stream) {
        try {
            return Integer.parseInt(String.valueOf(stream.headers().getAsString("port")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (idle != null) {
            idle.cancel(false);
        }
        List.copyOf(pairs.values()).forEach(Pair::gone);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{} is cut off", connection.remoteAddress(), cause);
        connection.close();
    }

    /** Any thread. */
    @Override
    public void end(JsonNode status) {
        connection.eventLoop().execute(() -> {
            List.copyOf(pairs.values()).forEach(pair -> pair.finish(status));
            connection.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> connection.close());
        });
    }

    /** Any thread. */
    @Override
    public void onEnd(Runnable signal) {
        connection.closeFuture().addListener(closed -> signal.run());
    }

    /** One connection. */
    private final class Pair implements Channels {
        private final int port;
        private final Intake intake;
        private final AtomicLong waiting = new AtomicLong();
        private int data;
        private int error;
        private boolean ended;
        private @Nullable Runnable onEnd;

        Pair(int port, Reading of) {
            intake = new Intake(connection.eventLoop(), of);
            this.port = port;
        }

        /** Any thread. */
        @Override
        public void send(Channels.Channel to, byte[] part) {
            waiting.addAndGet(part.length);
            connection.eventLoop().execute(() -> {
                if (ended) {
                    waiting.addAndGet(-part.length);
                } else {
                    connection
                            .writeAndFlush(SpdyChannels.frame(data, Unpooled.wrappedBuffer(part), false))
                            .addListener(written -> waiting.addAndGet(-part.length));
                }
            });
        }

        @Override
        public long waiting() {
            return waiting.get();
        }

        /** Any thread. */
        @Override
        public void input(Channels.Input to) {
            connection.eventLoop().execute(() -> intake.begin(to));
        }

        /** Any thread. */
        @Override
        public void end(JsonNode status) {
            connection.eventLoop().execute(() -> finish(status));
        }

        private void finish(JsonNode status) {
            if (ended) {
                return;
            }
            ByteBuf text = Unpooled.copiedBuffer(ExitStatus.why(status), StandardCharsets.UTF_8);
            // Before the client knows: it may open another one at once.
            gone();
            connection.write(SpdyChannels.frame(error, text, true));
            connection.writeAndFlush(SpdyChannels.frame(data, Unpooled.EMPTY_BUFFER, true));
        }

        /** Nothing more of it comes or goes. */
        private void gone() {
            if (ended) {
                return;
            }
            ended = true;
            intake.end();
            pairs.values().removeIf(pair -> pair == this);
            halves.values().removeIf(pair -> pair == this);
            look();
            if (onEnd != null) {
                onEnd.run();
            }
        }

        @Override
        public void onEnd(Runnable signal) {
            if (ended) {
                signal.run();
            } else {
                onEnd = signal;
            }
        }
    }
}
