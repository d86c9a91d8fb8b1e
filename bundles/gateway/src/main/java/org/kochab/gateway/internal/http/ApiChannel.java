package org.kochab.gateway.internal.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.core.Target;
import org.kochab.gateway.internal.service.Exchange;
import org.kochab.gateway.internal.service.Shares;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: a request, its answer, the next request. A client may send one request ahead of an answer; one that sends more is cut off. */
final class ApiChannel extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ApiChannel.class);

    private static final String IMPERSONATE = "Impersonate-User";
    private static final String BEARER = "Bearer ";

    /**
     * A request with what is to be known before it is answered.
     *
     * @param refusal null if there is nothing for which it is refused whoever asks
     * @param token null if none is shown
     */
    private record Sent(
            Request request, Upgrade upgrade, boolean keepAlive, @Nullable ApiError refusal, @Nullable String token) {}

    /** Whom a token was found to be for. */
    private record Known(String token, Caller caller) {}

    private final Limits limits;
    private final Shares connections;
    private final Workers workers;
    private final Function<String, Caller> tokens;
    private final ApiServer.Handler handler;
    private final Supplier<Instant> clock;
    /** Whether it is of its user's tenant's share of the connections. */
    private boolean placed;

    private @Nullable Answer answer;
    private @Nullable Runnable ahead;
    private @Nullable Future<?> deadline;
    private @Nullable Known known;

    ApiChannel(
            Limits limits,
            Shares connections,
            Workers workers,
            Function<String, Caller> tokens,
            ApiServer.Handler handler,
            Supplier<Instant> clock) {
        this.limits = limits;
        this.connections = connections;
        this.workers = workers;
        this.tokens = tokens;
        this.handler = handler;
        this.clock = clock;
    }

    /** Whether there is a request whose answer has not ended. */
    boolean isAnswering() {
        return answer != null;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        await(ctx);
        ctx.fireChannelActive();
    }

    /** The whole next request must be there in time: slow senders have no more than idle ones. */
    private void await(ChannelHandlerContext ctx) {
        answer = null;
        Runnable waiting = ahead;
        ahead = null;
        if (!ctx.channel().isActive()) {
            return;
        }
        if (waiting != null) {
            waiting.run();
            return;
        }
        deadline = ctx.executor().schedule(() -> ctx.close(), limits.idleSeconds(), TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        if (ahead != null || !message.decoderResult().isSuccess()) {
            ctx.close();
            return;
        }
        QueryStringDecoder uri = new QueryStringDecoder(message.uri());
        ApiError refusal = refusal(message, uri);
        Sent sent = new Sent(
                request(ctx, message, uri, refusal == null ? uri.parameters() : Map.of()),
                Upgrade.of(message),
                HttpUtil.isKeepAlive(message),
                refusal,
                token(message));
        if (answer == null) {
            begin(ctx, sent);
        } else {
            ahead = () -> begin(ctx, sent);
        }
    }

    private static @Nullable ApiError refusal(FullHttpRequest message, QueryStringDecoder uri) {
        if (message.headers().contains(IMPERSONATE)) {
            // Who asks as somebody else must not be answered as if it had been themselves.
            return ApiError.badRequest("nobody can ask as somebody else here: leave out --as and --as-group");
        }
        try {
            uri.parameters();
            return null;
        } catch (IllegalArgumentException e) {
            return ApiError.badRequest("the parameters behind '?' cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable String token(FullHttpRequest message) {
        String shown = message.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return shown.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? shown.substring(BEARER.length()).strip()
                : null;
    }

    private void begin(ChannelHandlerContext ctx, Sent sent) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        Optional<Caller> shown;
        try {
            shown = caller(ctx, sent);
        } catch (ApiError e) {
            // The connection ends with it: who tries tokens pays for each with a connection, which is dearer than a
            // signature.
            answer = new Answer(ctx, sent.upgrade(), false, () -> await(ctx));
            answer.refuse(e, null);
            return;
        }
        answer(ctx, sent, shown);
    }

    private void answer(ChannelHandlerContext ctx, Sent sent, Optional<Caller> caller) {
        boolean hasPlace = caller.isEmpty() || hasPlace(ctx, caller.get().tenant());
        Answer next = new Answer(ctx, sent.upgrade(), sent.keepAlive() && hasPlace, () -> await(ctx));
        answer = next;
        Request request = sent.request();
        if (caller.isEmpty()) {
            handler.handle(request, caller, next);
        } else if (sent.upgrade().isWebSocket() && request.flag("watch")) {
            // Watches are streams of HTTP. An end at once tells fabric8's client to ask for one; it would wait for the
            // end of a stream.
            next.answer(200, Exchange.JSON, new byte[0], List.of(), 0);
        } else if (!hasPlace) {
            next.refuse(
                    ApiError.tooMany(
                            "tenant " + caller.get().tenant()
                                    + " has as many connections to this member as it may have (half of limit.connections): use fewer"),
                    null);
        } else {
            TenantId own = caller.get().tenant();
            // Who may not use a tenant must not wait where that tenant's requests do.
            TenantId meant =
                    caller.get().isOperator() ? Target.named(request.path()).orElse(own) : own;
            Runnable task = () -> {
                if (ctx.channel().isActive()) {
                    handler.handle(request, caller, next);
                }
            };
            workers.submit(caller.get(), meant, task, refusal -> next.refuse(refusal, null));
        }
    }

    /** Whether the connection may be its user's tenant's; it is from then on. */
    private boolean hasPlace(ChannelHandlerContext ctx, TenantId tenant) {
        if (!placed && connections.take(tenant)) {
            placed = true;
            // Channels may have taken this handler's place by then.
            ctx.channel().closeFuture().addListener(closed -> connections.giveBack(tenant));
        }
        return placed;
    }

    private static Request request(
            ChannelHandlerContext ctx,
            FullHttpRequest message,
            QueryStringDecoder uri,
            Map<String, List<String>> parameters) {
        List<String> path = Arrays.stream(uri.rawPath().split("/"))
                .filter(s -> !s.isEmpty())
                .toList();
        String type = message.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = type.indexOf(';');
        return new Request(
                message.method().name(),
                path,
                new TreeMap<>(parameters),
                String.join(",", message.headers().getAll(HttpHeaderNames.ACCEPT)),
                (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT),
                ctx.channel().remoteAddress() instanceof InetSocketAddress from
                        ? from.getAddress().getHostAddress()
                        : "",
                ByteBufUtil.getBytes(message.content()));
    }

    private Optional<Caller> caller(ChannelHandlerContext ctx, Sent sent) {
        if (sent.refusal() != null) {
            throw sent.refusal();
        }
        Optional<Caller> certified = certified(ctx);
        if (sent.token() == null) {
            return certified;
        }
        if (certified.isPresent()) {
            throw ApiError.badRequest("both a certificate and a token are shown: leave out one of them");
        }
        return Optional.of(account(sent.token()));
    }

    /** A token that was good on this connection is so until it ends. */
    private Caller account(String token) {
        Known last = known;
        Caller caller = last != null && last.token().equals(token) ? last.caller() : tokens.apply(token);
        if (caller.account() != null && !clock.get().isBefore(caller.account().expires())) {
            throw ApiError.unauthorized("the token has ended: kochab:token-create makes another one");
        }
        known = new Known(token, caller);
        return caller;
    }

    private Optional<Caller> certified(ChannelHandlerContext ctx) {
        try {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? Caller.of(certificate, clock.get())
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && answer != null) {
            answer.writable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (answer != null) {
            answer.gone();
        }
        ctx.fireChannelInactive();
    }

    /** Channels take its place. A request that was sent ahead of them would never have an answer. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (ahead != null) {
            ctx.channel().close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{} is cut off", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }
}
