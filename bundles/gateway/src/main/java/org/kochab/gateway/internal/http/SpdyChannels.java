package org.kochab.gateway.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kochab.gateway.internal.service.Channels;

/**
 * Channels as streams of SPDY, each of which the client opens and says which one it is. No window is kept: Kubernetes' side of SPDY neither looks at windows nor
 * opens them again.
 */
final class SpdyChannels extends ChannelsHandler {
    static final String NAME = "SPDY/3.1";
    static final String PROTOCOLS = "X-Stream-Protocol-Version";
    static final String PROTOCOL = "v4.channel.k8s.io";

    private static final String TYPE = "streamtype";
    private static final int OUR_PING = 2;

    private final Map<Channel, Integer> streams = new EnumMap<>(Channel.class);

    SpdyChannels(io.netty.channel.Channel connection, Set<Channel> wanted, Consumer<Channels> ready) {
        super(connection, wanted, ready);
    }

    @Override
    ChannelFuture switched() {
        return switchTo(connection, PROTOCOL);
    }

    /** Answers that the connection is of SPDY from now on, and puts its codec in the place of HTTP's. */
    static ChannelFuture switchTo(io.netty.channel.Channel connection, String protocol) {
        HttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, NAME)
                .set(PROTOCOLS, protocol);
        ChannelFuture sent = connection.writeAndFlush(response);
        ChannelPipeline pipeline = connection.pipeline();
        pipeline.remove(HttpObjectAggregator.class);
        pipeline.addAfter(
                pipeline.context(HttpServerCodec.class).name(), "spdy", new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
        pipeline.remove(HttpServerCodec.class);
        return sent;
    }

    @Override
    void received(Object message) {
        if (message instanceof SpdySynStreamFrame stream) {
            open(stream);
        } else if (message instanceof SpdyDataFrame data) {
            if (Integer.valueOf(data.streamId()).equals(streams.get(Channel.STDIN))) {
                input(data.content(), data.isLast());
            }
        } else if (message instanceof SpdyPingFrame ping) {
            if (isTheirs(ping)) {
                pong(new DefaultSpdyPingFrame(ping.id()));
            }
        } else if (message instanceof SpdyGoAwayFrame || message instanceof SpdyRstStreamFrame) {
            cutOff(connection);
        }
        // Data on other streams is none; the rest is about windows and settings.
    }

    /** A client counts its own with odd numbers; the others are answers to ours. */
    static boolean isTheirs(SpdyPingFrame ping) {
        return ping.id() % 2 != 0;
    }

    static SpdyPingFrame ourPing() {
        return new DefaultSpdyPingFrame(OUR_PING);
    }

    static SpdySynReplyFrame reply(int stream, String type) {
        SpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream);
        // Without any header Netty leaves the block of headers out, which Kubernetes' side takes for the end of all.
        reply.headers().set(TYPE, type);
        return reply;
    }

    /** Not in the middle of what came: Netty's codec would keep a buffer for ever for what comes after. */
    static void cutOff(io.netty.channel.Channel connection) {
        connection.eventLoop().execute(() -> connection.close());
    }

    private void open(SpdySynStreamFrame stream) {
        String type = String.valueOf(stream.headers().getAsString(TYPE)).toUpperCase(Locale.ROOT);
        Channel channel = wanted.stream()
                .filter(c -> c.name().equals(type) && !streams.containsKey(c))
                .findFirst()
                .orElse(null);
        if (channel == null || stream.isInvalid() || stream.isTruncated()) {
            cutOff(connection);
            return;
        }
        streams.put(channel, stream.streamId());
        connection.writeAndFlush(reply(stream.streamId(), type.toLowerCase(Locale.ROOT)));
        if (channel == Channel.STDIN && stream.isLast()) {
            input(Unpooled.EMPTY_BUFFER, true);
        }
        if (streams.size() == wanted.size()) {
            opened();
        }
    }

    @Override
    Object ping() {
        return ourPing();
    }

    @Override
    Object part(Channel to, byte[] bytes) {
        return frame(streams.get(to), Unpooled.wrappedBuffer(bytes), false);
    }

    static SpdyDataFrame frame(int stream, ByteBuf data, boolean last) {
        return new DefaultSpdyDataFrame(stream, data).setLast(last);
    }

    @Override
    List<Object> last(byte[] status) {
        return streams.entrySet().stream()
                .map(s -> frame(
                        s.getValue(),
                        s.getKey() == Channel.ERROR ? Unpooled.wrappedBuffer(status) : Unpooled.EMPTY_BUFFER,
                        true))
                .collect(Collectors.toList());
    }
}
