package org.kochab.agent.internal.link;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT 5 connection at a time, each with a client of its own: Paho sends what was not acknowledged once more on the next connection, with topic
 * aliases that only the former broker knew. Here it is told as failed instead. Calls return at once; what comes of them is told to the {@link Listener} on the
 * client's threads, which may block: nothing more is read from the network meanwhile. One calling thread.
 */
public final class MqttLink implements AutoCloseable {
    /** The largest packet this node takes or sends. */
    public static final int MOST_BYTES = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    /** Bad user name or password, not authorised, banned. */
    private static final List<Integer> REFUSALS = List.of(0x86, 0x87, 0x8A);

    /** Reason codes from here on say no. */
    private static final int LEAST_FAILURE = 0x80;

    private static final int RECEIVE_MAXIMUM = 32;
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int CONNECT_SECONDS = 10;
    private static final long WILL_DELAY_SECONDS = 10;
    private static final long SESSION_SECONDS = 60;
    private static final long CLOSE_MILLIS = 2_000;

    /** Four a client: the one that ends and the one that begins. */
    private static final int THREADS = 8;

    /** Hears of the link. {@code connection} is what {@link #connect} was given. */
    public interface Listener {
        /** Connected and subscribed. */
        void up(long connection);

        /**
         * Not connected (any more).
         *
         * @param refused whether the broker knows this client and does not want it
         */
        void down(long connection, boolean refused, String why);

        void message(long connection, String topic, byte[] payload);
    }

    /**
     * Who asks to be let in.
     *
     * @param sockets for brokers that are reached over TLS; null for the JVM's own
     */
    public record Login(@Nullable SSLSocketFactory sockets, @Nullable String user, @Nullable String password) {
        public static final Login PLAIN = new Login(null, null, null);
    }

    /** What the broker says, retained, some seconds after the connection is lost. */
    public record Will(String topic, byte[] payload) {}

    private final String clientId;
    private final Listener listener;
    private final ScheduledExecutorService threads;
    private @Nullable Connection current;

    public MqttLink(String clientId, Listener listener) {
        this.clientId = clientId;
        this.listener = listener;
        threads = new PahoThreads(THREADS, "kochab-agent-mqtt");
    }

    /**
     * Begins to connect.
     *
     * @param number tells this connection from others
     * @param will null for a connection that stands for no node
     * @param subscription what to subscribe once connected
     * @param cleanStart whether to forget what was subscribed before
     */
    public void connect(
            long number, List<URI> brokers, Login login, @Nullable Will will, String subscription, boolean cleanStart) {
        disconnect();
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setServerURIs(brokers.stream().map(URI::toString).toArray(String[]::new));
        options.setAutomaticReconnect(false);
        // Else no clean start: that ends the former session and with it publishes the former will.
        options.setCleanStart(cleanStart);
        options.setSessionExpiryInterval(SESSION_SECONDS);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setMaximumPacketSize((long) MOST_BYTES);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout(CONNECT_SECONDS);
        if (login.sockets() != null) {
            options.setSocketFactory(login.sockets());
        }
        if (login.user() != null) {
            options.setUserName(login.user());
        }
        if (login.password() != null) {
            options.setPassword(login.password().getBytes(StandardCharsets.UTF_8));
        }
        if (will != null) {
            MqttMessage message = new MqttMessage(will.payload());
            message.setQos(1);
            message.setRetained(true);
            MqttProperties properties = new MqttProperties();
            properties.setWillDelayInterval(WILL_DELAY_SECONDS);
            options.setWill(will.topic(), message);
            options.setWillMessageProperties(properties);
        }
        try {
            // A session is one client's; what is no node yet must not stand in the way of the node that it becomes.
            Connection next = new Connection(number, will == null ? clientId + "-joins" : clientId);
            current = next;
            next.client.connect(
                    options,
                    null,
                    on(
                            () -> next.subscribe(subscription),
                            cause -> listener.down(number, isRefusal(cause), text(cause))));
        } catch (MqttException e) {
            listener.down(number, false, text(e));
        }
    }

    /** @param acknowledged told whether the broker took it; for QoS 0, whether it was sent */
    public void publish(String topic, byte[] payload, int qos, boolean retained, Acknowledged acknowledged) {
        Connection now = current;
        if (now == null) {
            acknowledged.done(false);
            return;
        }
        MqttMessage message = new MqttMessage(payload);
        message.setQos(qos);
        message.setRetained(retained);
        now.publish(topic, message, acknowledged);
    }

    /** What became of a message. */
    public interface Acknowledged {
        void done(boolean ok);
    }

    /** Ends the connection at once; the broker publishes the will. */
    public void disconnect() {
        if (current != null) {
            current.end();
            current = null;
        }
    }

    /** Says good-bye, so that no will is published, and frees everything; bounded. */
    @Override
    public void close() {
        try {
            if (current != null && current.client.isConnected()) {
                current.client.disconnect(CLOSE_MILLIS).waitForCompletion(CLOSE_MILLIS);
            }
        } catch (MqttException e) {
            LOG.debug("Good-bye: {}", text(e));
        }
        disconnect();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("Abandoned threads of the MQTT client");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(Throwable e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private interface Failed {
        void because(Throwable why);
    }

    private static boolean isRefusal(Throwable cause) {
        return cause instanceof MqttException e && REFUSALS.contains(e.getReasonCode());
    }

    private static MqttActionListener on(Runnable success, Failed failure) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                success.run();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                failure.because(cause);
            }
        };
    }

    /** A message under way; each is another one, whoever is told of it. */
    private static final class Pending {
        private final Acknowledged acknowledged;

        Pending(Acknowledged acknowledged) {
            this.acknowledged = acknowledged;
        }
    }

    private final class Connection implements MqttCallback {
        private final long number;
        private final MqttAsyncClient client;
        private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

        Connection(long number, String clientId) throws MqttException {
            this.number = number;
            // The address is a placeholder: the options name the brokers.
            client = new MqttAsyncClient("tcp://127.0.0.1:1883", clientId, new MemoryPersistence(), null, threads);
            client.setCallback(this);
        }

        void subscribe(String subscription) {
            try {
                client.subscribe(subscription, 1, null, new MqttActionListener() {
                    @Override
                    public void onSuccess(IMqttToken token) {
                        // A refusal is an answer too.
                        if (token.getReasonCodes()[0] < LEAST_FAILURE) {
                            listener.up(number);
                        } else {
                            drop("it refuses to subscribe " + subscription);
                        }
                    }

                    @Override
                    public void onFailure(IMqttToken token, Throwable cause) {
                        drop(text(cause));
                    }
                });
            } catch (MqttException e) {
                drop(text(e));
            }
        }

        private void drop(String why) {
            forceDisconnect();
            listener.down(number, false, why);
        }

        void publish(String topic, MqttMessage message, Acknowledged acknowledged) {
            Pending sent = new Pending(acknowledged);
            pending.add(sent);
            try {
                client.publish(topic, message, null, on(() -> settle(sent, true), failed -> settle(sent, false)));
            } catch (MqttException e) {
                LOG.debug("Cannot publish {}: {}", topic, text(e));
                settle(sent, false);
            }
        }

        private void settle(Pending sent, boolean ok) {
            if (pending.remove(sent)) {
                sent.acknowledged.done(ok);
            }
        }

        private void failPending() {
            List.copyOf(pending).forEach(p -> settle(p, false));
        }

        private void forceDisconnect() {
            try {
                client.disconnectForcibly(0, 100, false);
            } catch (MqttException e) {
                LOG.debug("Disconnect: {}", text(e));
            }
        }

        void end() {
            forceDisconnect();
            try {
                client.close(true);
            } catch (MqttException e) {
                LOG.debug("Close: {}", text(e));
            }
            failPending();
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            failPending();
            listener.down(
                    number,
                    false,
                    response.getException() == null
                            ? "the broker closed the connection"
                            : text(response.getException()));
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            LOG.debug("MQTT: {}", text(exception));
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            listener.message(number, topic, message.getPayload());
        }

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
