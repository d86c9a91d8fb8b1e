package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The broker as Eclipse Paho's MQTT 3.1.1 client sees it. */
class PahoThreeTest {
    private final BlockingQueue<MqttMessage> inbox = new LinkedBlockingQueue<>();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(BrokerConfig.loopback());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void carriesEveryQos() throws Exception {
        MqttClient subscriber = connected("subscriber", true);
        MqttClient publisher = connected("publisher", true);
        subscriber.subscribe("a/+", 2, (topic, message) -> inbox.add(message));
        for (int qos = 0; qos <= 2; qos++) {
            publisher.publish("a/b", ("q" + qos).getBytes(), qos, false);
            MqttMessage arrived = next();
            assertThat(new String(arrived.getPayload())).isEqualTo("q" + qos);
            assertThat(arrived.getQos()).isEqualTo(qos);
        }
        close(subscriber, publisher);
    }

    @Test
    void keepsAnUncleanSession() throws Exception {
        MqttClient first = connected("device", false);
        first.subscribe("down", 1);
        close(first);
        MqttClient publisher = connected("publisher", true);
        publisher.publish("down", "kept".getBytes(), 1, false);
        MqttClient back = client("device");
        back.setCallback(new org.eclipse.paho.client.mqttv3.MqttCallback() {
            @Override
            public void connectionLost(Throwable cause) {}

            @Override
            public void messageArrived(String topic, MqttMessage message) {
                inbox.add(message);
            }

            @Override
            public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
        });
        assertThat(back.connectWithResult(options(false)).getSessionPresent()).isTrue();
        assertThat(new String(next().getPayload())).isEqualTo("kept");
        close(back, publisher);
    }

    @Test
    void findsRetainedMessages() throws Exception {
        MqttClient client = connected("client", true);
        client.publish("state", "on".getBytes(), 1, true);
        client.subscribe("#", 1, (topic, message) -> inbox.add(message));
        MqttMessage arrived = next();
        assertThat(arrived.isRetained()).isTrue();
        assertThat(new String(arrived.getPayload())).isEqualTo("on");
        close(client);
    }

    private MqttMessage next() throws InterruptedException {
        MqttMessage arrived = inbox.poll(20, TimeUnit.SECONDS);
        assertThat(arrived).as("a message within 20 s").isNotNull();
        return arrived;
    }

    private MqttClient client(String id) throws MqttException {
        return new MqttClient("tcp://127.0.0.1:" + broker.port(), id, new MemoryPersistence());
    }

    private MqttClient connected(String id, boolean clean) throws MqttException {
        MqttClient client = client(id);
        client.connect(options(clean));
        return client;
    }

    private static MqttConnectOptions options(boolean clean) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(clean);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        return options;
    }

    private static void close(MqttClient... clients) throws MqttException {
        for (MqttClient client : clients) {
            client.disconnect();
            client.close();
        }
    }
}
