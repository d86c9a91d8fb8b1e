package org.kochab.benchmarks.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kochab.benchmarks.common.Processes;

/**
 * Connects nodes to a broker on this machine, each with one subscription, and holds them:
 * {@code ConnectionLoad PORT CONNECTIONS IN-FLIGHT BROKER-PID HOLD-SECONDS}. Prints one line of JSON; times are from the
 * TCP connect to the CONNACK. One event loop thread, so nothing here needs a lock.
 */
public final class ConnectionLoad {
    private static final int LARGEST_PACKET = 262_144;
    private static final int KEEP_ALIVE_SECONDS = 600;
    private static final long LONGEST_RUN_SECONDS = 300;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final NioEventLoopGroup group = new NioEventLoopGroup(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final int port;
    private final int wanted;
    private final long[] nanos;
    private int started;
    private int connected;
    private int subscribed;
    private int failed;
    private int lost;
    private long lastAt;

    private ConnectionLoad(int port, int wanted) {
        this.port = port;
        this.wanted = wanted;
        nanos = new long[wanted];
    }

    public static void main(String[] arguments) throws Exception {
        int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        run(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
    }

    /** @throws IllegalStateException if a connection failed or was lost; the figures are printed all the same */
    static void run(int port, int connections, int inFlight, int brokerPid, int holdSeconds)
            throws IOException, InterruptedException {
        ConnectionLoad load = new ConnectionLoad(port, connections);
        if (!load.run(inFlight, brokerPid, holdSeconds)) {
            throw new IllegalStateException("not all connections were made and held");
        }
    }

    /** Whether all connections were made and held. */
    private boolean run(int inFlight, int brokerPid, int holdSeconds) throws IOException, InterruptedException {
        long before = Processes.residentKilobytes(brokerPid);
        Duration cpuBefore = Processes.cpu(brokerPid);
        long start = System.nanoTime();
        for (int i = 0; i < Math.min(inFlight, wanted); i++) {
            group.execute(this::connectNext);
        }
        done.await(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
        double seconds = (lastAt - start) / NANOS_PER_SECOND;
        long cpuMillis = Processes.cpu(brokerPid).minus(cpuBefore).toMillis();
        TimeUnit.SECONDS.sleep(holdSeconds);
        long after = Processes.residentKilobytes(brokerPid);
        Arrays.sort(nanos, 0, connected);
        System.out.printf(
                Locale.ROOT,
                "{\"wanted\":%d,\"inFlight\":%d,\"connected\":%d,\"subscribed\":%d,\"failed\":%d,\"lost\":%d,"
                        + "\"seconds\":%.2f,\"connectsPerSecond\":%.0f,\"p50Millis\":%.1f,\"p99Millis\":%.1f,"
                        + "\"brokerCpuMillisPerConnection\":%.2f,\"rssBeforeKb\":%d,\"rssAfterKb\":%d,\"rssPerConnectionKb\":%.1f}%n",
                wanted,
                inFlight,
                connected,
                subscribed,
                failed,
                lost,
                seconds,
                connected / seconds,
                percentile(50),
                percentile(99),
                cpuMillis / (double) Math.max(1, connected),
                before,
                after,
                (after - before) / (double) Math.max(1, connected));
        boolean all = subscribed == wanted && lost == 0;
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await();
        return all;
    }

    private void connectNext() {
        if (started == wanted) {
            return;
        }
        int number = started++;
        long begun = System.nanoTime();
        ChannelFuture opening = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new MqttDecoder(LARGEST_PACKET), MqttEncoder.INSTANCE, new Node(number, begun));
                    }
                })
                .connect("127.0.0.1", port);
        opening.addListener(result -> {
            if (!result.isSuccess()) {
                settled(false, begun);
            }
        });
    }

    private void settled(boolean success, long begun) {
        lastAt = System.nanoTime();
        if (success) {
            nanos[connected++] = lastAt - begun;
        } else {
            failed++;
        }
        connectNext();
    }

    private void ended() {
        if (subscribed + failed + lost >= wanted) {
            done.countDown();
        }
    }

    private double percentile(int percent) {
        return connected == 0 ? 0 : nanos[Math.min(connected - 1, connected * percent / 100)] / NANOS_PER_MILLI;
    }

    private final class Node extends SimpleChannelInboundHandler<MqttMessage> {
        private final int number;
        private final long begun;
        private boolean in;

        Node(int number, long begun) {
            this.number = number;
            this.begun = begun;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(MqttMessageBuilders.connect()
                    .protocolVersion(MqttVersion.MQTT_5)
                    .clientId("node:rm-1:n" + number)
                    .cleanSession(true)
                    .keepAlive(KEEP_ALIVE_SECONDS)
                    .build());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, MqttMessage message) {
            if (message instanceof MqttConnAckMessage answer) {
                in = answer.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED;
                settled(in, begun);
                ctx.writeAndFlush(MqttMessageBuilders.subscribe()
                        .messageId(1)
                        .addSubscription(MqttQoS.AT_LEAST_ONCE, "kochab/1/rm-1/n" + number + "/down/#")
                        .build());
            } else if (message.fixedHeader().messageType() == MqttMessageType.SUBACK) {
                subscribed++;
                ended();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (in) {
                lost++;
            } else {
                settled(false, begun);
            }
            ended();
        }
    }
}
