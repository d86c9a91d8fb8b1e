package org.kochab.rm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Topics;
import org.kochab.codec.JacksonCodec;

/** A node's end of the link, driven by a test. */
final class MqttNode extends MessagesOnly implements AutoCloseable {
    static final Codec CODEC = new JacksonCodec();

    final Topics topics;
    final Map<String, MqttMessage> last = new ConcurrentHashMap<>();
    final List<String> received = new CopyOnWriteArrayList<>();
    private final MqttClient client;

    MqttNode(String broker, String node) throws MqttException {
        this.topics = Topics.of("rm-1", node);
        this.client = new MqttClient(broker, "node-" + node, new MemoryPersistence());
        client.setCallback(this);
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        client.connect(options);
        client.subscribe(topics.allDown(), 1);
    }

    void send(String topic, Object message) throws MqttException {
        send(topic, CODEC.encode(message));
    }

    void send(String topic, byte[] payload) throws MqttException {
        client.publish(topic, payload, 1, false);
    }

    Optional<Desired> desired() {
        return Optional.ofNullable(last.get(topics.desired())).map(m -> CODEC.decode(m.getPayload(), Desired.class));
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        last.put(topic, message);
        received.add(topic);
    }

    @Override
    public void close() throws MqttException {
        try {
            // In order where the broker is there: else what arrives meanwhile ends Paho's thread with an exception.
            client.disconnect();
        } catch (MqttException gone) {
            client.disconnectForcibly(0, 0, false);
        } finally {
            client.close(true);
        }
    }
}
