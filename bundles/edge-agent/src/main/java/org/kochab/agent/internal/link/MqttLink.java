package org.kochab.agent.internal.link;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT 5 connection at a time. Calls return at once; what comes of them is told to the {@link Listener} on the client's threads, which
 * may block: nothing more is read from the network meanwhile. One calling thread.
 */
public final class MqttLink implements AutoCloseable {
    /** The largest packet this node takes or sends. */
    public static final int MOST_BYTES = 256 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    private static final int RECEIVE_MAXIMUM = 32;
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int CONNECT_SECONDS = 10;
    private static final long WILL_DELAY_SECONDS = 10;
    private static final long SESSION_SECONDS = 60;
    private static final long CLOSE_MILLIS = 2_000;

    /** Hears of the link. {@code connection} is what {@link #connect} was given. */
    public interface Listener {
        /** Connected and subscribed. */
        void up(long connection);

        /** Not connected (any more). */
        void down(long connection, String why);

        void message(long connection, String topic, byte[] payload);
    }

    private final Listener listener;
    private final ScheduledExecutorService threads;
    private final MqttAsyncClient client;
    private volatile long connection;

    public MqttLink(String clientId, Listener listener) {
        this.listener = listener;
        threads = Executors.newScheduledThreadPool(4, task -> {
            Thread thread = new Thread(task, "kochab-agent-mqtt");
            thread.setDaemon(true);
            return thread;
        });
        try {
            // The address is a placeholder: each connect names its own.
            client = new MqttAsyncClient("tcp://127.0.0.1:1883", clientId, new MemoryPersistence(), null, threads);
        } catch (MqttException e) {
            threads.shutdownNow();
            throw new IllegalStateException("cannot make an MQTT client", e);
        }
        client.setCallback(new Callback());
    }

    /**
     * Begins to connect.
     *
     * @param number tells this connection from others
     * @param willTopic where the broker says {@code will}, retained, some seconds after the connection is lost
     * @param subscription what to subscribe once connected
     * @param cleanStart whether to forget what was subscribed before
     */
    public void connect(
            long number, List<URI> brokers, String willTopic, byte[] will, String subscription, boolean cleanStart) {
        connection = number;
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
        MqttMessage message = new MqttMessage(will);
        message.setQos(1);
        message.setRetained(true);
        MqttProperties properties = new MqttProperties();
        properties.setWillDelayInterval(WILL_DELAY_SECONDS);
        options.setWill(willTopic, message);
        options.setWillMessageProperties(properties);
        try {
            client.connect(options, null, on(() -> subscribe(number, subscription), why -> listener.down(number, why)));
        } catch (MqttException e) {
            listener.down(number, text(e));
        }
    }

    private void subscribe(long number, String subscription) {
        try {
            client.subscribe(subscription, 1, null, on(() -> listener.up(number), why -> drop(number, why)));
        } catch (MqttException e) {
            drop(number, text(e));
        }
    }

    private void drop(long number, String why) {
        disconnect();
        listener.down(number, why);
    }

    /** @param acknowledged told whether the broker took it; for QoS 0, whether it was sent */
    public void publish(String topic, byte[] payload, int qos, boolean retained, Acknowledged acknowledged) {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(qos);
        message.setRetained(retained);
        try {
            client.publish(topic, message, null, on(() -> acknowledged.done(true), why -> acknowledged.done(false)));
        } catch (MqttException e) {
            LOG.debug("Cannot publish {}: {}", topic, text(e));
            acknowledged.done(false);
        }
    }

    /** What became of a message. */
    public interface Acknowledged {
        void done(boolean ok);
    }

    /** Ends the connection at once; the broker publishes the will. */
    public void disconnect() {
        try {
            client.disconnectForcibly(0, 100, false);
        } catch (MqttException e) {
            LOG.debug("Disconnect: {}", text(e));
        }
    }

    /** Says good-bye, so that no will is published, and frees everything; bounded. */
    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.disconnect(CLOSE_MILLIS).waitForCompletion(CLOSE_MILLIS);
            }
        } catch (MqttException e) {
            disconnect();
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            LOG.debug("Close: {}", text(e));
        }
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
        void because(String why);
    }

    private static MqttActionListener on(Runnable success, Failed failure) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                success.run();
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                failure.because(text(cause));
            }
        };
    }

    private final class Callback implements MqttCallback {
        @Override
        public void disconnected(MqttDisconnectResponse response) {
            listener.down(
                    connection,
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
            listener.message(connection, topic, message.getPayload());
        }

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
