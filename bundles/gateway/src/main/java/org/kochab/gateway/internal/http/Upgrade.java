package org.kochab.gateway.internal.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.service.Channels;
import org.kochab.gateway.internal.service.Forwards;

/** What a client wants its connection to become, by the request that asks for it. */
final class Upgrade {
    /** Only with the fifth can a client say that its input has ended. */
    private static final List<String> WEB_SOCKET = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

    /** The body is left out: it is gone when channels begin. */
    private final FullHttpRequest request;

    private Upgrade(FullHttpRequest request) {
        this.request = request;
    }

    static Upgrade of(FullHttpRequest message) {
        return new Upgrade(new DefaultFullHttpRequest(
                message.protocolVersion(),
                message.method(),
                message.uri(),
                Unpooled.EMPTY_BUFFER,
                message.headers(),
                EmptyHttpHeaders.INSTANCE));
    }

    /** Channels that have not begun. */
    ChannelsHandler channels(Channel connection, Set<Channels.Channel> wanted, Consumer<Channels> ready) {
        if (isWebSocket()) {
            refuseOtherSites();
            Optional<String> protocol = chosen(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, WEB_SOCKET);
            if (protocol.isPresent()) {
                return new WebSocketChannels(connection, request, protocol.get(), wanted, ready);
            }
        } else if (asksFor(SpdyChannels.NAME)
                && chosen(SpdyChannels.PROTOCOLS, List.of(SpdyChannels.PROTOCOL))
                        .isPresent()) {
            return new SpdyChannels(connection, wanted, ready);
        }
        throw ApiError.badRequest("Upgrade request required: to a WebSocket with protocol "
                + String.join(" or ", WEB_SOCKET) + ", or to " + SpdyChannels.NAME + " with " + SpdyChannels.PROTOCOLS
                + ": " + SpdyChannels.PROTOCOL);
    }

    /** Forwarded connections that have not begun. */
    SpdyForwards forwards(Channel connection, Forwards.Opener opener) {
        if (asksFor(SpdyChannels.NAME)
                && chosen(SpdyChannels.PROTOCOLS, List.of(SpdyForwards.PROTOCOL))
                        .isPresent()) {
            return new SpdyForwards(connection, opener);
        }
        throw ApiError.badRequest("Upgrade request required: to " + SpdyChannels.NAME + " with "
                + SpdyChannels.PROTOCOLS + ": " + SpdyForwards.PROTOCOL);
    }

    boolean isWebSocket() {
        return asksFor(HttpHeaderValues.WEBSOCKET) && request.method().equals(HttpMethod.GET);
    }

    private boolean asksFor(CharSequence what) {
        HttpHeaders headers = request.headers();
        return headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, what, true);
    }

    /** The first that is known here of those that a client offers, in its order. */
    private Optional<String> chosen(CharSequence header, List<String> known) {
        return request.headers().getAll(header).stream()
                .flatMap(h -> Arrays.stream(h.split(",")))
                .map(String::strip)
                .filter(known::contains)
                .findFirst();
    }

    /** A browser shows its user's certificate to any WebSocket that any page opens. */
    private void refuseOtherSites() {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        if (origin != null && !origin.equalsIgnoreCase("https://" + host)) {
            throw ApiError.forbidden("a page of " + origin + " cannot open channels here");
        }
    }
}
