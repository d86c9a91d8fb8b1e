package org.kochab.mqtt.internal.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.internal.core.AccessGate;
import org.kochab.mqtt.internal.core.Broker;
import org.kochab.mqtt.internal.core.Budget;
import org.kochab.mqtt.internal.core.Counters;
import org.kochab.mqtt.internal.core.Limits;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttBroker;
import org.kochab.spi.mqtt.MqttBrokerStatus;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening broker on one event loop thread of its own, and one for TLS handshakes if there is TLS. */
public final class BrokerServer implements MqttBroker, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerServer.class);
    private static final int BACKLOG = 4_096;
    private static final long TICK_MILLIS = 100;
    private static final long STATUS_MILLIS = 500;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long STOP_SECONDS = 5;

    /** Bytes a client may be behind before it gets nothing more until it has read them. */
    private static final WriteBufferWaterMark BEHIND = new WriteBufferWaterMark(16_384, 32_768);

    /** What the kernel may hold for a client that does not read; it would take megabytes by itself. */
    private static final int KERNEL_BUFFER = 131_072;

    private static final int PAGE = 8_192;
    private static final int CHUNK_ORDER = 6;

    private final NioEventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService handshakes;
    private final Broker broker;
    private final List<Channel> listeners;
    private final String host;
    private final int port;
    private volatile MqttBrokerStatus status;

    /**
     * An address to listen on.
     *
     * @param tls asked for each connection, on the broker's thread; no TLS if it is null, no connection if its answer is
     * @param forStrangers whether it is for clients of other machines, even where a proxy on this one brings them
     */
    public record Listener(
            InetSocketAddress address, @Nullable Supplier<@Nullable SslContext> tls, boolean forStrangers) {}

    private BrokerServer(NioEventLoopGroup group, ExecutorService handshakes, Broker broker, List<Channel> listeners) {
        this.group = group;
        this.handshakes = handshakes;
        this.loop = group.next();
        this.broker = broker;
        this.listeners = listeners;
        InetSocketAddress address = (InetSocketAddress) listeners.get(0).localAddress();
        host = address.getAddress().getHostAddress();
        port = address.getPort();
        status = broker.status(host, port);
    }

    /**
     * Returns when the broker accepts connections.
     *
     * @param listeners the first one is what {@link #port} tells of; a second one is the secure one
     * @throws IOException if the address cannot be listened on
     */
    public static BrokerServer start(
            List<Listener> listeners,
            Limits limits,
            Supplier<MqttAuthenticator> authenticator,
            Supplier<MqttAuthoriser> authoriser)
            throws IOException {
        Counters counters = new Counters();
        Broker broker = new Broker(
                limits,
                () -> System.nanoTime() / NANOS_PER_MILLI,
                () -> "auto-" + UUID.randomUUID(),
                new AccessGate(authenticator, authoriser, counters),
                counters);
        NioEventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("kochab-mqtt-loop", true));
        PooledByteBufAllocator allocator = new PooledByteBufAllocator(
                true,
                1,
                1,
                PAGE,
                CHUNK_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
        SharedParts shared = new SharedParts(
                broker,
                limits,
                new Budget(limits.partialBytes()),
                new PacketWriter(allocator),
                new Flusher(group.next()));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, allocator)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.SO_SNDBUF, KERNEL_BUFFER)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BEHIND)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 512, 16_384));
        ExecutorService handshakes = handshakes(limits.connections());
        Budget open = new Budget(limits.connections());
        List<Channel> bound = new ArrayList<>();
        for (Listener listener : listeners) {
            ServerBootstrap its = bootstrap
                    .clone()
                    .handler(new AcceptGate(limits, broker, counters, open, listener.forStrangers()))
                    .childHandler(clients(listener, shared, handshakes));
            bound.add(bind(its, listener.address(), group));
        }
        BrokerServer server = new BrokerServer(group, handshakes, broker, bound);
        server.loop.scheduleWithFixedDelay(broker::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        server.loop.scheduleWithFixedDelay(server::takeStatus, 0, STATUS_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = 0; i < bound.size(); i++) {
            String how = listeners.get(i).tls() == null ? "" : " with TLS";
            LOG.info("MQTT broker listens on {}{}", bound.get(i).localAddress(), how);
        }
        return server;
    }

    private static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address, NioEventLoopGroup group)
            throws IOException {
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(group);
            throw new IOException(
                    "the MQTT broker cannot listen on " + address.getHostString() + ":" + address.getPort()
                            + "; is the port in use? Set 'host' and 'port', or 'secure.host' and 'secure.port', of"
                            + " org.kochab.mqtt.broker",
                    bound.cause());
        }
        return bound.channel();
    }

    /** They take milliseconds of a processor, which the thread that serves everybody has not. A connection has one at a time. */
    private static ExecutorService handshakes(int connections) {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                STOP_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(connections),
                new DefaultThreadFactory("kochab-mqtt-tls", true));
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    private static ChannelInitializer<SocketChannel> clients(
            Listener listener, SharedParts shared, Executor handshakes) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (listener.tls() != null) {
                    SslContext tls = listener.tls().get();
                    if (tls == null) {
                        channel.close();
                        return;
                    }
                    SslHandler handler = tls.newHandler(channel.alloc(), handshakes);
                    handler.setHandshakeTimeoutMillis(shared.limits().connectTimeoutMillis());
                    channel.pipeline().addLast(handler);
                }
                channel.pipeline().addLast(new ClientChannel(shared, channel, listener.forStrangers()));
            }
        };
    }

    public int port() {
        return port;
    }

    public OptionalInt securePort() {
        return listeners.stream()
                .skip(1)
                .mapToInt(l -> ((InetSocketAddress) l.localAddress()).getPort())
                .findFirst();
    }

    @Override
    public MqttBrokerStatus status() {
        return status;
    }

    @Override
    public void disconnect(String clientId) {
        loop.execute(() -> broker.disconnect(clientId));
    }

    @Override
    public void disconnect(MqttPrincipal principal) {
        loop.execute(() -> broker.disconnect(principal));
    }

    /** Says goodbye to all clients, frees the port and ends the thread; all within a few seconds. */
    @Override
    public void close() {
        listeners.forEach(l -> l.close().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS));
        loop.submit(broker::shutDown).awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        stop(group);
        handshakes.shutdownNow();
        try {
            handshakes.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("MQTT broker on {}:{} has stopped", host, port);
    }

    private void takeStatus() {
        status = broker.status(host, port);
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
