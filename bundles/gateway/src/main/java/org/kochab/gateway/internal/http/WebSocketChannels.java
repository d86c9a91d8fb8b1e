package org.kochab.gateway.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.kochab.gateway.internal.service.Channels;

/** Channels as messages whose first byte is the channel's number. They are open as soon as the connection is. */
final class WebSocketChannels extends ChannelsHandler {
    private static final int MOST_IN_A_FRAME = 1 << 20;

    private static final String CAN_CLOSE = "v5.channel.k8s.io";

    /** In place of a channel: the next byte is a channel that its sender closes. */
    private static final int CLOSE = 255;

    private static final int NOBODY = -1;

    private final FullHttpRequest request;
    private final String protocol;

    /** For which channel the message is whose parts come in. */
    private int to = NOBODY;

    WebSocketChannels(
            io.netty.channel.Channel connection,
            FullHttpRequest request,
            String protocol,
            Set<Channel> wanted,
            Consumer<Channels> ready) {
        super(connection, wanted, ready);
        this.request = request;
        this.protocol = protocol;
    }

    @Override
    ChannelFuture switched() {
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory(null, protocol, false, MOST_IN_A_FRAME).newHandshaker(request);
        if (handshaker == null) {
            return WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(connection)
                    .addListener(sent -> connection.close());
        }
        return handshaker.handshake(connection, request).addListener(done -> {
            if (done.isSuccess()) {
                // As Kubernetes: an empty message says that the command is about to begin.
                Channel first = wanted.contains(Channel.STDOUT) ? Channel.STDOUT : Channel.STDERR;
                if (wanted.contains(first)) {
                    connection.writeAndFlush(part(first, new byte[0]));
                }
                opened();
            }
        });
    }

    @Override
    void received(Object message) {
        if (message instanceof PingWebSocketFrame ping) {
            pong(new PongWebSocketFrame(ping.content().retain()));
        } else if (message instanceof CloseWebSocketFrame) {
            connection.close();
        } else if (message instanceof BinaryWebSocketFrame first) {
            ByteBuf content = first.content();
            to = content.isReadable() ? content.readUnsignedByte() : NOBODY;
            content(content, first.isFinalFragment());
        } else if (message instanceof ContinuationWebSocketFrame more) {
            content(more.content(), more.isFinalFragment());
        }
    }

    private void content(ByteBuf content, boolean whole) {
        if (to == Channel.STDIN.ordinal()) {
            input(content, false);
        } else if (to == CLOSE && protocol.equals(CAN_CLOSE) && content.isReadable()) {
            int closed = content.readUnsignedByte();
            if (closed == Channel.STDIN.ordinal()) {
                input(Unpooled.EMPTY_BUFFER, true);
            }
        }
        if (whole) {
            to = NOBODY;
        }
    }

    @Override
    Object ping() {
        return new PingWebSocketFrame();
    }

    @Override
    Object part(Channel to, byte[] bytes) {
        return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {(byte) to.ordinal()}, bytes));
    }

    @Override
    List<Object> last(byte[] status) {
        return List.of(part(Channel.ERROR, status), new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }
}
