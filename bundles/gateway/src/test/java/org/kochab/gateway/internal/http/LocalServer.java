package org.kochab.gateway.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.kochab.api.model.TenantId;
import org.kochab.gateway.internal.core.Caller;
import org.kochab.gateway.internal.service.Shares;
import org.kochab.spi.mqtt.MqttCredentials;

/** The server's handlers on connections within this process, one at a time. Who asks has shown it in a handshake before; no byte is encrypted. */
public final class LocalServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final LocalAddress ADDRESS = new LocalAddress(LocalServer.class);

    private final DefaultEventLoopGroup loop = new DefaultEventLoopGroup(1);
    /** Counts what is not released. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

    private final AtomicInteger handled = new AtomicInteger();
    private final ServerTls tls;
    private final Shares connections;
    private final Workers workers;
    private volatile SSLEngine shown;
    private volatile CompletableFuture<Ledger> accepted = new CompletableFuture<>();

    public LocalServer(
            Limits limits,
            Supplier<Optional<MqttCredentials.Current>> credentials,
            Function<String, Caller> tokens,
            Function<TenantId, String> homes,
            ApiServer.Handler handler) {
        tls = new ServerTls(credentials);
        connections = Shares.halved(limits.connections());
        workers = new Workers(limits, homes);
        ApiServer.Handler counted = (request, caller, exchange) -> {
            handled.incrementAndGet();
            try {
                handler.handle(request, caller, exchange);
            } finally {
                handled.decrementAndGet();
            }
        };
        new ServerBootstrap()
                .group(loop)
                .channel(LocalServerChannel.class)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childHandler(new ChannelInitializer<LocalChannel>() {
                    @Override
                    protected void initChannel(LocalChannel channel) {
                        ChannelPipeline pipeline = channel.pipeline();
                        pipeline.addLast(new Shown(shown));
                        ApiServer.addHttp(
                                pipeline,
                                limits,
                                new ApiChannel(limits, connections, workers, tokens, counted, Instant::now));
                        Ledger ledger = new Ledger(channel);
                        pipeline.addBefore(pipeline.context(ApiChannel.class).name(), "ledger", ledger);
                        accepted.complete(ledger);
                    }
                })
                .bind(ADDRESS)
                .syncUninterruptibly();
    }

    /** The server's side of a handshake. */
    public SSLEngine handshake(SSLContext client) {
        SslHandler here = tls.context().orElseThrow().newHandler(UnpooledByteBufAllocator.DEFAULT);
        SSLEngine engine = client.createSSLEngine();
        engine.setUseClientMode(true);
        EmbeddedChannel server = new EmbeddedChannel(here);
        EmbeddedChannel peer = new EmbeddedChannel(new SslHandler(engine));
        while (!here.handshakeFuture().isDone()) {
            move(peer, server);
            move(server, peer);
        }
        assertThat(here.handshakeFuture().isSuccess()).isTrue();
        return here.engine();
    }

    private static void move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            to.writeInbound(out);
        }
    }

    /** @param asking what {@link #handshake} gave */
    public Connection connect(SSLEngine asking) {
        shown = asking;
        accepted = new CompletableFuture<>();
        Channel client = new Bootstrap()
                .group(loop)
                .channel(LocalChannel.class)
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf answer) {
                        // What the answers are is the ledger's to see.
                    }
                })
                .connect(ADDRESS)
                .syncUninterruptibly()
                .channel();
        return new Connection(client, accepted.join());
    }

    /** Lets the loop do what it has to do. */
    private void turn() {
        loop.submit(() -> {}).syncUninterruptibly();
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
        workers.close();
    }

    /** A client's side. */
    public final class Connection {
        private final Channel client;
        private final Ledger ledger;

        private Connection(Channel client, Ledger ledger) {
            this.client = client;
            this.ledger = ledger;
        }

        /** Sends what the server reads at once. */
        public void send(byte[] bytes) {
            if (client.isActive()) {
                client.writeAndFlush(Unpooled.wrappedBuffer(bytes)).awaitUninterruptibly();
                turn();
            }
        }

        /** Waits until every whole request is answered, or has an answer that goes on, or the connection is cut off. */
        public void settle() {
            ledger.settle();
        }

        /** Goes away, and looks at what is left. */
        public void end(TenantId... callers) throws InterruptedException {
            settle();
            client.close().syncUninterruptibly();
            ledger.channel.closeFuture().syncUninterruptibly();
            turn();
            for (long left = PATIENCE_SECONDS * 1_000; handled.get() > 0 && left > 0; left--) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            assertThat(handled).as("requests that are still handled").hasValue(0);
            turn();
            assertThat(ledger.wrong).isEmpty();
            for (TenantId caller : callers) {
                assertThat(connections.of(caller))
                        .as("connections of %s", caller)
                        .isZero();
            }
            assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                    .as("bytes of buffers")
                    .isZero();
        }
    }

    /** What came and what went, of whole requests and their answers. */
    private static final class Ledger extends ChannelDuplexHandler {
        /** The one that is answered, and one that was sent ahead. */
        private static final int MOST_AHEAD = 2;

        private static final int UNEXPECTED = 500;

        final List<String> wrong = new ArrayList<>();
        private final Channel channel;
        private final List<String> unanswered = new ArrayList<>();
        private int answered;
        private boolean goesOn;

        Ledger(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
            if (!(message instanceof FullHttpRequest request)
                    || !request.decoderResult().isSuccess()) {
                super.channelRead(ctx, message);
                return;
            }
            String what = request.method() + " " + request.uri();
            int before;
            boolean expected;
            synchronized (this) {
                expected = !channel.isOpen() || unanswered.size() >= MOST_AHEAD;
                unanswered.add(what);
                before = answered;
            }
            super.channelRead(ctx, message);
            synchronized (this) {
                if (!channel.isOpen() && !expected && answered == before) {
                    wrong.add("cut off by " + what);
                }
            }
        }

        @Override
        public synchronized void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
                throws Exception {
            if (message instanceof HttpResponse response) {
                goesOn = true;
                if (response.status().code() == UNEXPECTED) {
                    wrong.add("an unexpected failure of " + unanswered);
                }
            }
            if (message instanceof LastHttpContent) {
                // No client has an answer before it was sent.
                promise.unvoid().addListener(sent -> answered());
            }
            notifyAll();
            super.write(ctx, message, promise);
        }

        private synchronized void answered() {
            if (!unanswered.isEmpty()) {
                unanswered.remove(0);
                answered++;
                goesOn = false;
            }
            notifyAll();
        }

        @Override
        public synchronized void channelInactive(ChannelHandlerContext ctx) throws Exception {
            notifyAll();
            super.channelInactive(ctx);
        }

        synchronized void settle() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!unanswered.isEmpty() && !goesOn && channel.isOpen()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    wrong.add("no answer to " + unanswered);
                    return;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Has the session of a handshake that was, and lets all bytes through. */
    private static final class Shown extends SslHandler {
        Shown(SSLEngine engine) {
            super(engine);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {}

        @Override
        public void handlerRemoved0(ChannelHandlerContext ctx) {}

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            ctx.fireChannelInactive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.fireChannelRead(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.fireChannelReadComplete();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.fireExceptionCaught(cause);
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ctx.write(message, promise);
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
            ctx.close(promise);
        }

        @Override
        public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
            ctx.disconnect(promise);
        }
    }
}
