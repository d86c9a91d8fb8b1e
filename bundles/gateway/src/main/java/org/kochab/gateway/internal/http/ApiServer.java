package org.kochab.gateway.internal.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.kochab.api.gateway.TenantUsage;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.ApiError;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.core.Request;
import org.kochab.gateway.internal.service.Exchange;
import org.kochab.gateway.internal.service.Shares;
import org.kochab.spi.mqtt.MqttCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens, with TLS, and hands whole requests to a handler. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int LOOPS = 2;
    /** One connection of so many is kept for operators. */
    private static final int KEPT = 16;

    private static final long STOP_SECONDS = 5;
    private static final int LONGEST_LINE = 16_384;
    private static final int CHUNK = 8_192;

    /** Bytes that a client may be behind before its streams wait for it. */
    private static final WriteBufferWaterMark BEHIND = new WriteBufferWaterMark(262_144, 1_048_576);

    private final NioEventLoopGroup group;
    private final Workers workers;
    private final Channel listener;

    /** What answers requests; may block. */
    @FunctionalInterface
    public interface Handler {
        /** @param caller empty if nobody has shown who they are; it must not block then */
        void handle(Request request, Optional<Caller> caller, Exchange exchange);
    }

    private ApiServer(NioEventLoopGroup group, Workers workers, Channel listener) {
        this.group = group;
        this.workers = workers;
        this.listener = listener;
    }

    /**
     * Returns when connections are accepted.
     *
     * @param credentials this member's; connections are refused while there are none
     * @param tokens tells who shows a token, or throws {@link ApiError}; must not block
     * @param homes the partition that a tenant is in, or the empty string while that is not known; must not block
     * @throws IOException if the address cannot be listened on
     */
    public static ApiServer start(
            InetSocketAddress address,
            Limits limits,
            Supplier<Optional<MqttCredentials.Current>> credentials,
            Function<String, Caller> tokens,
            Function<TenantId, String> homes,
            Handler handler,
            Supplier<Instant> clock)
            throws IOException {
        NioEventLoopGroup group = new NioEventLoopGroup(LOOPS, new DefaultThreadFactory("kochab-api-net", true));
        Workers workers = new Workers(limits, homes);
        int most = limits.connections();
        Shares connections = new Shares(most, Math.max(1, most / 2), most / KEPT);
        ServerTls tls = new ServerTls(credentials);
        AtomicInteger open = new AtomicInteger();
        var bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BEHIND)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Optional<SslContext> context = tls.context();
                        if (open.incrementAndGet() > most || context.isEmpty()) {
                            open.decrementAndGet();
                            channel.close();
                            return;
                        }
                        channel.closeFuture().addListener(closed -> open.decrementAndGet());
                        ChannelPipeline pipeline = channel.pipeline();
                        pipeline.addLast(context.get().newHandler(channel.alloc()));
                        addHttp(pipeline, limits, new ApiChannel(limits, connections, workers, tokens, handler, clock));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(group);
            throw new IOException(
                    "the HTTP API cannot listen on " + address.getHostString() + ":" + address.getPort()
                            + "; is the port in use? Set 'host' and 'port' of org.kochab.gateway",
                    bound.cause());
        }
        ApiServer server = new ApiServer(group, workers, bound.channel());
        LOG.info("HTTP API listens on {}", bound.channel().localAddress());
        return server;
    }

    /** What is behind TLS. */
    static void addHttp(ChannelPipeline pipeline, Limits limits, ApiChannel requests) {
        pipeline.addLast(new HttpServerCodec(LONGEST_LINE, limits.headerBytes(), CHUNK));
        pipeline.addLast(new Whole(limits.bodyBytes(), requests));
        pipeline.addLast(new WriteTimeoutHandler(limits.stuckSeconds()));
        pipeline.addLast(requests);
    }

    /** Makes whole requests. What it says itself of one must not overtake the answer to the one before. */
    private static final class Whole extends HttpObjectAggregator {
        private final ApiChannel requests;

        Whole(int mostBytes, ApiChannel requests) {
            super(mostBytes, true);
            this.requests = requests;
        }

        @Override
        protected @Nullable Object newContinueResponse(HttpMessage start, int mostBytes, ChannelPipeline pipeline) {
            return requests.isAnswering() ? null : super.newContinueResponse(start, mostBytes, pipeline);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) throws Exception {
            if (requests.isAnswering()) {
                ctx.close();
            } else {
                super.handleOversizedMessage(ctx, oversized);
            }
        }
    }

    /**
     * What tenants have asked for so far, by tenant.
     *
     * @param watches how many a tenant has
     */
    public List<TenantUsage> usage(ToIntFunction<TenantId> watches) {
        return workers.usage(watches);
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Cuts all connections and frees the port, within a few seconds. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        workers.close();
        stop(group);
    }

    private static void stop(NioEventLoopGroup group) {
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2 * STOP_SECONDS, TimeUnit.SECONDS);
        try {
            // Netty tells the end of an event loop on a thread of its own, which lingers for a second if not
            // interrupted.
            GlobalEventExecutor.INSTANCE.execute(() -> Thread.currentThread().interrupt());
            GlobalEventExecutor.INSTANCE.awaitInactivity(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
