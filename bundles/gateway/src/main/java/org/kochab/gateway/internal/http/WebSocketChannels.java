package org.kochab.gateway.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
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
    private static final int MOST_IN_A_FRAME = 65_536;

    private final FullHttpRequest request;
    private final String protocol;

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
                connection.writeAndFlush(part(first, new byte[0]));
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
        }
        // Everything else would be input, which was not asked for.
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
