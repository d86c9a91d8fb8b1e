package org.kochab.rm.internal.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Topics;
import org.kochab.rm.internal.core.Link;
import org.kochab.spi.mqtt.MqttCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for one resource manager. Connects again for ever, after pauses of random length; what was not sent when it broke is
 * dropped, because the manager says everything again after each connect. One thread of its own does everything that can wait.
 */
public final class PahoLink implements Link, AutoCloseable {
    /** Told what happens on the link; called by several threads, must not block. */
    public interface Receiver {
        void up();

        void down();

        void received(String topic, byte[] payload, boolean retained);
    }

    private static final Logger LOG = LoggerFactory.getLogger(PahoLink.class);
    private static final int MOST_WAITING = 10_000;
    private static final long MOST_WAITING_BYTES = 32L << 20;
    private static final int MOST_IN_FLIGHT = 256;
    /** Reason codes from here on say no. */
    private static final int LEAST_FAILURE = 0x80;

    private static final int QUOTA_EXCEEDED = 0x97;

    private static final int CONNECT_SECONDS = 10;
    private static final int KEEP_ALIVE_SECONDS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    private static final long LARGEST_PACKET = 300_000;

    private final LinkSettings settings;
    private final Supplier<Optional<MqttCredentials.Current>> credentials;
    private final String manager;
    private final String clientId;
    private final Receiver receiver;
    private final ScheduledExecutorService thread;
    private final Deque<Outgoing> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int inFlight;
    private boolean pumping;
    private boolean open;
    private boolean closed;
    private @Nullable MqttAsyncClient client;
    private long attempt;
    private int failures;
    private int nextBroker;
    private final AtomicLong refused = new AtomicLong();

    /** @param credentials what brokers that are reached over TLS are shown; without any, or if that fails, what the JVM is set up with */
    public PahoLink(
            LinkSettings settings,
            Supplier<Optional<MqttCredentials.Current>> credentials,
            String manager,
            String clientId,
            Receiver receiver) {
        this.settings = settings;
        this.credentials = credentials;
        this.manager = manager;
        this.clientId = clientId;
        this.receiver = receiver;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread t = new Thread(task, "kochab-rm-link-" + manager);
            t.setDaemon(true);
            return t;
        });
    }

    /** Begins to connect; returns at once. */
    public void start() {
        thread.execute(this::connect);
    }

    public synchronized boolean isOpen() {
        return open;
    }

    @Override
    public boolean publish(Outgoing message) {
        synchronized (this) {
            long bytes = message.payload().length + message.topic().length();
            if (!open || waiting.size() >= MOST_WAITING || waitingBytes + bytes > MOST_WAITING_BYTES) {
                return false;
            }
            waiting.add(message);
            waitingBytes += bytes;
        }
        pumpSoon();
        return true;
    }

    private void pumpSoon() {
        synchronized (this) {
            if (pumping || closed) {
                return;
            }
            pumping = true;
        }
        try {
            thread.execute(this::pump);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("closed while sending");
        }
    }

    /** Gives Paho what it takes; it refuses beyond the broker's receive maximum. */
    private void pump() {
        while (true) {
            Outgoing message;
            MqttAsyncClient current;
            long of;
            synchronized (this) {
                current = client;
                message = waiting.peek();
                if (!open || current == null || message == null || inFlight >= MOST_IN_FLIGHT) {
                    pumping = false;
                    return;
                }
                of = attempt;
                inFlight++;
            }
            try {
                current.publish(message.topic(), packet(message), null, new Acknowledged(of));
                synchronized (this) {
                    if (waiting.peek() == message) {
                        waiting.remove();
                        waitingBytes -=
                                message.payload().length + message.topic().length();
                    }
                }
            } catch (MqttException e) {
                boolean full = e.getReasonCode() == MqttClientException.REASON_CODE_MAX_INFLIGHT;
                boolean wait;
                synchronized (this) {
                    inFlight--;
                    wait = full && inFlight > 0;
                    pumping = false;
                }
                if (!wait) {
                    broken(of, full ? "the broker takes no messages" : reason(e));
                }
                return;
            }
        }
    }

    private final class Acknowledged implements MqttActionListener {
        private final long of;

        Acknowledged(long of) {
            this.of = of;
        }

        /** Paho calls this also for what the broker refuses. */
        @Override
        public void onSuccess(IMqttToken token) {
            int[] codes = token.getReasonCodes();
            if (codes != null && codes.length > 0 && codes[0] >= LEAST_FAILURE) {
                refused(codes[0]);
            }
            done();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable e) {
            // The connection is gone, which says so by itself.
            LOG.warn("Link of {}: a message was not taken by the broker: {}", manager, reason(e));
            done();
        }

        private void done() {
            synchronized (PahoLink.this) {
                if (of == attempt) {
                    inFlight--;
                }
            }
            pumpSoon();
        }
    }

    private void refused(int code) {
        long many = refused.incrementAndGet();
        if (Long.bitCount(many) == 1) {
            LOG.warn(
                    "Link of {}: the broker has refused {} messages so far, the last with reason {}{}; nodes do not get them",
                    manager,
                    many,
                    code,
                    code == QUOTA_EXCEEDED ? ", its quota: let it keep more retained messages" : "");
        }
    }

    private static MqttMessage packet(Outgoing message) {
        MqttProperties properties = new MqttProperties();
        if (message.responseTopic() != null) {
            properties.setResponseTopic(message.responseTopic());
        }
        if (message.correlation() != null) {
            properties.setCorrelationData(message.correlation());
        }
        if (message.expirySeconds() != null) {
            properties.setMessageExpiryInterval(message.expirySeconds());
        }
        return new MqttMessage(message.payload(), 1, message.retained(), properties);
    }

    private void connect() {
        long mine;
        synchronized (this) {
            if (closed) {
                return;
            }
            mine = ++attempt;
            inFlight = 0;
        }
        String broker = settings.brokers()
                .get(Math.floorMod(nextBroker++, settings.brokers().size()));
        MqttAsyncClient next = null;
        try {
            next = new MqttAsyncClient(broker, clientId, new MemoryPersistence());
            next.setCallback(new Events(mine));
            synchronized (this) {
                client = next;
            }
            next.connect(options(broker)).waitForCompletion(CONNECT_SECONDS * 1_000L);
            MqttSubscription all = new MqttSubscription(Topics.allUp(manager), 1);
            IMqttToken subscribed = next.subscribe(new MqttSubscription[] {all}, null, null, new MqttProperties());
            subscribed.waitForCompletion(CONNECT_SECONDS * 1_000L);
            int answer = subscribed.getReasonCodes()[0];
            if (answer >= LEAST_FAILURE) {
                throw new MqttException(answer);
            }
            synchronized (this) {
                if (closed || mine != attempt) {
                    return;
                }
                open = true;
            }
            failures = 0;
            LOG.info("Link of {}: connected to {}", manager, broker);
            receiver.up();
        } catch (MqttException | IllegalStateException e) {
            if (failures == 0) {
                LOG.warn("Link of {}: cannot connect to {} ({}); trying on", manager, broker, reason(e));
            }
            if (isGivenUp(next)) {
                dispose(next);
            }
            again(mine);
        }
    }

    /** Whether the one who asks is to dispose of a client: Paho's fails when that is done twice, and who closes this may do it meanwhile. */
    private synchronized boolean isGivenUp(@Nullable MqttAsyncClient failed) {
        boolean is = client == failed;
        if (is) {
            client = null;
        }
        return is;
    }

    private MqttConnectionOptions options(String broker) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        // A broker may also be one of the operator's own that the JVM trusts: each round tries the other way.
        boolean asMember = failures / settings.brokers().size() % 2 == 0;
        if (broker.startsWith("ssl:") && asMember) {
            credentials.get().map(MemberSockets::of).ifPresent(options::setSocketFactory);
        }
        options.setCleanStart(true);
        options.setSessionExpiryInterval(0L);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setMaximumPacketSize(LARGEST_PACKET);
        options.setHttpsHostnameVerificationEnabled(true);
        return options;
    }

    private final class Events extends QuietCallback {
        private final long of;

        Events(long of) {
            this.of = of;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            receiver.received(topic, message.getPayload(), message.isRetained());
        }

        @Override
        protected void ended(String reason) {
            broken(of, reason);
        }
    }

    private void broken(long of, String reason) {
        try {
            thread.execute(() -> {
                synchronized (this) {
                    if (of != attempt || !open) {
                        return;
                    }
                }
                // Whoever sees that it is down finds the manager told.
                receiver.down();
                MqttAsyncClient old;
                synchronized (this) {
                    open = false;
                    old = client;
                    client = null;
                    waiting.clear();
                    waitingBytes = 0;
                }
                LOG.warn("Link of {}: lost ({}); connecting again", manager, reason);
                dispose(old);
                again(of);
            });
        } catch (RejectedExecutionException stopping) {
            LOG.debug("closed while the connection broke");
        }
    }

    /** Full jitter: many managers and nodes must not come back in step. */
    private void again(long of) {
        synchronized (this) {
            if (closed || of != attempt) {
                return;
            }
        }
        long most = Math.min(LONGEST_PAUSE_MILLIS, 1_000L << Math.min(failures, 10));
        failures++;
        try {
            thread.schedule(this::connect, ThreadLocalRandom.current().nextLong(most + 1), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("closed while waiting to connect");
        }
    }

    private static void dispose(@Nullable MqttAsyncClient old) {
        if (old == null) {
            return;
        }
        try {
            old.disconnectForcibly(0, 0, false);
        } catch (MqttException notConnected) {
            LOG.debug("already disconnected: {}", reason(notConnected));
        }
        try {
            old.close(true);
        } catch (MqttException e) {
            LOG.debug("closing the client: {}", reason(e));
        }
    }

    private static String reason(@Nullable Throwable e) {
        if (e == null) {
            return "no reason given";
        }
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Disconnects; what waits is dropped. */
    @Override
    public void close() {
        MqttAsyncClient old;
        boolean was;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            was = open;
            open = false;
            old = client;
            client = null;
        }
        thread.shutdownNow();
        if (old != null && was) {
            try {
                old.disconnect(0).waitForCompletion(1_000);
            } catch (MqttException e) {
                LOG.debug("disconnecting: {}", reason(e));
            }
        }
        dispose(old);
        try {
            if (!thread.awaitTermination(CONNECT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Link of {}: its thread did not end in time", manager);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
