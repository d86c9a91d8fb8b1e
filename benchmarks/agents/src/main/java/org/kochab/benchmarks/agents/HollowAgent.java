package org.kochab.benchmarks.agents;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Reconnect;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.link.State;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodStatus;

/**
 * A node as the protocol knows it: birth, retained state and will, full report, heartbeats with the digest of what it has, specs asked for by digest, again
 * with each heartbeat, each pod reported as running at once, reconnects after the real agent's pauses, birth and report said again when the manager asks.
 * The status of a pod that runs may change a number of times, once in each heartbeat's time, connected or not. It starts nothing and keeps nothing on a
 * disk. All of it on one event loop.
 */
final class HollowAgent {
    private static final int LARGEST_PACKET = 262_144;
    private static final int SESSION_SECONDS = 60;
    private static final int WILL_DELAY_SECONDS = 10;
    private static final int CONNECT_MILLIS = 10_000;
    /** In one request. */
    private static final int MOST_SPECS = 64;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final String RUNNING = "Running";

    /**
     * What all agents of a process share.
     *
     * @param changes how often the status of each pod changes after it runs
     */
    record Shared(EventLoop loop, Codec codec, int heartbeatMillis, int changes, Counts counts) {}

    /**
     * A pod.
     *
     * @param running once its spec has come
     * @param change how often its status has changed since
     */
    private record Pod(String spec, long token, boolean running, int change) {
        PodStatus status(String phase) {
            String message = change == 0 ? null : Integer.toString(change);
            return new PodStatus(phase, null, message, null, null, null, List.of(), List.of(), List.of(), null);
        }
    }

    private final Shared shared;
    private final Door door;
    private final String name;
    private final Topics topics;
    private final Reconnect reconnect = new Reconnect(ThreadLocalRandom.current(), LONGEST_PAUSE);
    private final Map<String, Pod> pods = new TreeMap<>();
    private long birth;
    private long sequence;
    private long beat;
    private long epoch;
    private long generation;
    private int packet;
    private String digest = Digests.of(new byte[0]);
    private @Nullable Connection up;

    HollowAgent(Shared shared, Door door, String manager, String name) {
        this.shared = shared;
        this.door = door;
        this.name = name;
        this.topics = Topics.of(manager, name);
    }

    void start() {
        connect();
        if (shared.changes > 0) {
            every(this::change);
        }
    }

    /** Once in each heartbeat's time, but not together with other agents. */
    private ScheduledFuture<?> every(Runnable task) {
        int first = ThreadLocalRandom.current().nextInt(shared.heartbeatMillis);
        return shared.loop.scheduleAtFixedRate(task, first, shared.heartbeatMillis, TimeUnit.MILLISECONDS);
    }

    private void change() {
        List<String> due = pods.entrySet().stream()
                .filter(p -> p.getValue().running && p.getValue().change < shared.changes)
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(uid -> pods.computeIfPresent(uid, (u, p) -> new Pod(p.spec, p.token, true, p.change + 1)));
        if (!due.isEmpty() && up != null) {
            up.report(false, due);
        }
    }

    private void connect() {
        birth++;
        new Bootstrap()
                .group(shared.loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        door.open(channel.pipeline());
                        channel.pipeline()
                                .addLast(
                                        new MqttDecoder(LARGEST_PACKET), MqttEncoder.INSTANCE, new Connection(channel));
                    }
                })
                .connect(door.broker())
                .addListener(result -> {
                    if (!result.isSuccess()) {
                        shared.counts.failed(name, result.cause());
                        connectLater(0);
                    }
                });
    }

    private void connectLater(long heldMillis) {
        shared.loop.schedule(this::connect, reconnect.delay(heldMillis), TimeUnit.MILLISECONDS);
    }

    private final class Connection extends SimpleChannelInboundHandler<MqttMessage> {
        private final Channel channel;
        private long since;
        private @Nullable ScheduledFuture<?> beats;
        private @Nullable ScheduledFuture<?> patience;

        Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            patience = shared.loop.schedule(
                    () -> failed(new IllegalStateException("no answer to CONNECT in time")),
                    CONNECT_MILLIS,
                    TimeUnit.MILLISECONDS);
            MqttProperties properties = new MqttProperties();
            properties.add(new IntegerProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(), SESSION_SECONDS));
            MqttProperties will = new MqttProperties();
            will.add(new IntegerProperty(MqttPropertyType.WILL_DELAY_INTERVAL.value(), WILL_DELAY_SECONDS));
            channel.writeAndFlush(MqttMessageBuilders.connect()
                    .protocolVersion(MqttVersion.MQTT_5)
                    .clientId("kochab-node-" + name)
                    .username(door.user())
                    .cleanSession(false)
                    .properties(properties)
                    .keepAlive(Math.max(10, 3 * shared.heartbeatMillis / 1_000))
                    .willFlag(true)
                    .willTopic(topics.state())
                    .willMessage(shared.codec.encode(new State(false, birth)))
                    .willQoS(MqttQoS.AT_LEAST_ONCE)
                    .willRetain(true)
                    .willProperties(will)
                    .build());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, MqttMessage message) {
            if (message instanceof MqttConnAckMessage answer) {
                if (answer.variableHeader().connectReturnCode() != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
                    failed(new IllegalStateException(
                            "the broker answers " + answer.variableHeader().connectReturnCode()));
                    return;
                }
                channel.writeAndFlush(MqttMessageBuilders.subscribe()
                        .messageId(nextPacket())
                        .addSubscription(MqttQoS.AT_LEAST_ONCE, topics.allDown())
                        .build());
            } else if (message.fixedHeader().messageType() == MqttMessageType.SUBACK) {
                up();
            } else if (message instanceof MqttPublishMessage publish) {
                take(publish);
            }
        }

        private void up() {
            since = System.nanoTime();
            stopWaiting();
            up = this;
            sequence = 0;
            beat = 0;
            shared.counts.connected++;
            say(topics.state(), new State(true, birth), MqttQoS.AT_LEAST_ONCE, true);
            bear();
            beats = every(this::beat);
        }

        private void beat() {
            Heartbeat heartbeat = new Heartbeat(birth, ++beat, digest, epoch, generation);
            say(topics.heartbeat(), heartbeat, MqttQoS.AT_MOST_ONCE, false);
            // A manager that had too much to do may not have answered.
            ask(pods.values().stream()
                    .filter(pod -> !pod.running)
                    .map(Pod::spec)
                    .distinct()
                    .limit(MOST_SPECS)
                    .toList());
        }

        private void ask(List<String> specs) {
            if (!specs.isEmpty()) {
                say(topics.request(), new Request(birth, specs), MqttQoS.AT_LEAST_ONCE, false);
            }
        }

        private void bear() {
            say(topics.birth(), born(), MqttQoS.AT_LEAST_ONCE, false);
            report(true, List.copyOf(pods.keySet()));
        }

        private void take(MqttPublishMessage publish) {
            String topic = publish.variableHeader().topicName();
            byte[] payload = ByteBufUtil.getBytes(publish.payload());
            if (publish.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
                channel.writeAndFlush(MqttMessageBuilders.pubAck()
                        .packetId(publish.variableHeader().packetId())
                        .build());
            }
            if (payload.length == 0) {
                return;
            }
            if (topic.equals(topics.desired())) {
                desired(shared.codec.decode(payload, Desired.class));
            } else if (topic.startsWith(topics.spec(""))) {
                arrived(topic.substring(topics.spec("").length()));
            } else if (topic.startsWith(topics.command(""))) {
                obey(shared.codec.decode(payload, Command.class));
            }
        }

        /** The manager has missed something. */
        private void obey(Command command) {
            if (command.type().equals("birth")) {
                shared.counts.asked++;
                bear();
            } else if (command.type().equals("report")) {
                shared.counts.asked++;
                report(true, List.copyOf(pods.keySet()));
            }
        }

        private void desired(Desired wanted) {
            if (wanted.epoch() < epoch || wanted.epoch() == epoch && wanted.generation() <= generation) {
                return;
            }
            epoch = wanted.epoch();
            generation = wanted.generation();
            Map<String, Desired.Entry> all = wanted.pods().stream()
                    .filter(p -> p.stopGraceSeconds() == null)
                    .collect(Collectors.toMap(Desired.Entry::uid, p -> p));
            List<String> missing = new ArrayList<>();
            all.forEach((uid, entry) -> {
                if (!pods.containsKey(uid)) {
                    pods.put(uid, new Pod(entry.specDigest(), entry.token(), false, 0));
                    missing.add(entry.specDigest());
                }
            });
            List<String> gone =
                    pods.keySet().stream().filter(uid -> !all.containsKey(uid)).toList();
            if (!gone.isEmpty()) {
                report(false, gone, true);
                gone.forEach(uid -> shared.counts.running -= pods.remove(uid).running ? 1 : 0);
                changed();
            }
            ask(missing);
        }

        private void arrived(String spec) {
            List<String> started = pods.entrySet().stream()
                    .filter(p -> p.getValue().spec.equals(spec) && !p.getValue().running)
                    .map(Map.Entry::getKey)
                    .toList();
            started.forEach(uid -> pods.computeIfPresent(uid, (u, pod) -> new Pod(pod.spec, pod.token, true, 0)));
            if (!started.isEmpty()) {
                shared.counts.running += started.size();
                changed();
                report(false, started);
            }
        }

        private void report(boolean full, List<String> uids) {
            report(full, uids.stream().filter(uid -> pods.get(uid).running).toList(), false);
        }

        private void report(boolean full, List<String> uids, boolean gone) {
            List<Reported.Entry> entries = uids.stream()
                    .map(uid -> {
                        Pod pod = pods.get(uid);
                        return new Reported.Entry(uid, pod.token, gone, pod.status(gone ? "Succeeded" : RUNNING));
                    })
                    .toList();
            Reported reported = new Reported(birth, ++sequence, epoch, generation, full, entries);
            say(topics.reported(), reported, MqttQoS.AT_LEAST_ONCE, false);
        }

        private void say(String topic, Object message, MqttQoS qos, boolean retained) {
            MqttMessageBuilders.PublishBuilder publish = MqttMessageBuilders.publish()
                    .topicName(topic)
                    .payload(Unpooled.wrappedBuffer(shared.codec.encode(message)))
                    .qos(qos)
                    .retained(retained);
            if (qos != MqttQoS.AT_MOST_ONCE) {
                publish.messageId(nextPacket());
            }
            channel.writeAndFlush(publish.build());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            stopWaiting();
            long held = 0;
            if (beats != null) {
                beats.cancel(false);
                up = null;
                shared.counts.connected--;
                shared.counts.lost++;
                held = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
            }
            connectLater(held);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failed(cause);
        }

        private void failed(Throwable cause) {
            if (channel.isOpen()) {
                shared.counts.failed(name, cause);
                channel.close();
            }
        }

        private void stopWaiting() {
            if (patience != null) {
                patience.cancel(false);
                patience = null;
            }
        }
    }

    private int nextPacket() {
        packet = packet % 0xffff + 1;
        return packet;
    }

    /** As {@link Heartbeat} describes it. */
    private void changed() {
        String lines = pods.entrySet().stream()
                .filter(p -> p.getValue().running)
                .map(p -> p.getKey() + " " + p.getValue().token + " " + RUNNING + "\n")
                .collect(Collectors.joining());
        digest = Digests.of(lines.getBytes(UTF_8));
    }

    private Birth born() {
        return new Birth(
                "boot",
                birth,
                "hollow",
                Map.of("cpu", "4", "memory", "32Gi", "pods", "110"),
                Map.of(),
                List.of(new Node.Runtime("process", true, null, List.of("cpu", "memory"))),
                Map.of("kubernetes.io/hostname", name),
                List.of(),
                null,
                List.of(),
                null,
                generation);
    }
}
