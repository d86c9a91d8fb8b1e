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
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.core.Target;
import org.kochab.gateway.internal.service.Shares;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: a request, its answer, the next request. A client may send one request ahead of an answer; one that sends more is cut off. */
final class ApiChannel extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ApiChannel.class);

    private static final String IMPERSONATE = "Impersonate-User";

    private final Limits limits;
    private final Shares connections;
    private final Workers workers;
    private final ApiServer.Handler handler;
    private final Supplier<Instant> clock;
    /** Whose share of the connections it takes. */
    private @Nullable TenantId owner;

    private @Nullable Answer answer;
    private @Nullable Runnable ahead;
    private @Nullable Future<?> deadline;

    ApiChannel(Limits limits, Shares connections, Workers workers, ApiServer.Handler handler, Supplier<Instant> clock) {
        this.limits = limits;
        this.connections = connections;
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
        if (answer == null) {
            begin(ctx, request, keepAlive, impersonates);
        } else {
            ahead = () -> begin(ctx, request, keepAlive, impersonates);
        }
    }

    private void begin(ChannelHandlerContext ctx, Request request, boolean keepAlive, boolean impersonates) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        Optional<Caller> caller = caller(ctx);
        boolean hasPlace = caller.isEmpty() || hasPlace(caller.get().tenant());
        Answer next = new Answer(ctx, keepAlive && hasPlace, () -> await(ctx));
        answer = next;
        if (impersonates) {
            next.refuse(
                    ApiError.badRequest("nobody can ask as somebody else here: leave out --as and --as-group"), null);
        } else if (caller.isEmpty()) {
            handler.handle(request, caller, next);
        } else if (!hasPlace) {
            next.refuse(
                    ApiError.tooMany(
                            "tenant " + caller.get().tenant()
                                    + " has as many connections to this member as it may have (half of limit.connections): use fewer"),
                    null);
        } else {
            TenantId own = caller.get().tenant();
            TenantId meant =
                    own.equals(TenantId.SYSTEM) ? Target.named(request.path()).orElse(own) : own;
            Runnable task = () -> {
                if (ctx.channel().isActive()) {
                    handler.handle(request, caller, next);
                }
            };
            workers.submit(caller.get(), meant, task, refusal -> next.refuse(refusal, null));
        }
    }

    /** Whether the connection may be its user's tenant's; it is from then on. */
    private boolean hasPlace(TenantId tenant) {
        if (owner == null && connections.take(tenant)) {
            owner = tenant;
        }
        return owner != null;
    }

    private static Request request(ChannelHandlerContext ctx, FullHttpRequest message) {
        QueryStringDecoder uri = new QueryStringDecoder(message.uri());
        List<String> path = Arrays.stream(uri.rawPath().split("/"))
                .filter(s -> !s.isEmpty())
                .toList();
        TreeMap<String, String> query = new TreeMap<>();
        uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
        String type = message.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = type.indexOf(';');
        return new Request(
                message.method().name(),
                path,
                query,
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
        if (owner != null) {
            connections.giveBack(owner);
            owner = null;
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{} is cut off", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }
}
