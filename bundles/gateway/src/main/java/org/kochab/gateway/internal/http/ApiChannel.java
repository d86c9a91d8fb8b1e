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
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: a request, its answer, the next request. A client may send one request ahead of an answer; one that sends more is cut off. */
final class ApiChannel extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ApiChannel.class);

    private static final String IMPERSONATE = "Impersonate-User";

    private final Limits limits;
    private final Workers workers;
    private final ApiServer.Handler handler;
    private final Supplier<Instant> clock;
    private @Nullable Answer answer;
    private @Nullable Runnable ahead;
    private @Nullable Future<?> deadline;

    ApiChannel(Limits limits, Workers workers, ApiServer.Handler handler, Supplier<Instant> clock) {
        this.limits = limits;
        this.workers = workers;
        this.handler = handler;
        this.clock = clock;
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
        Request request = request(ctx, message);
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        // Who asks as somebody else must not be answered as if it had been themselves.
        boolean impersonates = message.headers().contains(IMPERSONATE);
        Upgrade upgrade = Upgrade.of(message);
        if (answer == null) {
            begin(ctx, request, upgrade, keepAlive, impersonates);
        } else {
            ahead = () -> begin(ctx, request, upgrade, keepAlive, impersonates);
        }
    }

    private void begin(
            ChannelHandlerContext ctx, Request request, Upgrade upgrade, boolean keepAlive, boolean impersonates) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        Answer next = new Answer(ctx, upgrade, keepAlive, () -> await(ctx));
        answer = next;
        Optional<Caller> caller = caller(ctx);
        if (impersonates) {
            next.refuse(
                    ApiError.badRequest("nobody can ask as somebody else here: leave out --as and --as-group"), null);
        } else if (caller.isEmpty()) {
            handler.handle(request, caller, next);
        } else if (!workers.submit(caller.get().tenant(), () -> handler.handle(request, caller, next))) {
            next.refuse(ApiError.tooMany("the HTTP API of this member has too much to do: try again shortly"), null);
        }
    }

    private static Request request(ChannelHandlerContext ctx, FullHttpRequest message) {
        QueryStringDecoder uri = new QueryStringDecoder(message.uri());
        List<String> path = Arrays.stream(uri.rawPath().split("/"))
                .filter(s -> !s.isEmpty())
                .toList();
        String type = message.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = type.indexOf(';');
        return new Request(
                message.method().name(),
                path,
                new TreeMap<>(uri.parameters()),
                String.join(",", message.headers().getAll(HttpHeaderNames.ACCEPT)),
                (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT),
                ctx.channel().remoteAddress() instanceof InetSocketAddress from
                        ? from.getAddress().getHostAddress()
                        : "",
                ByteBufUtil.getBytes(message.content()));
    }

    private Optional<Caller> caller(ChannelHandlerContext ctx) {
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

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{} is cut off", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }
}
