package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The broker as Eclipse Paho's MQTT 5 client sees it. */
class PahoFiveTest {
    private record Arrived(String topic, MqttMessage message) {
        String text() {
            return new String(message.getPayload());
        }
    }

    private final BlockingQueue<Arrived> inbox = new LinkedBlockingQueue<>();
    private final List<MqttClient> clients = new ArrayList<>();
    private EmbeddedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(BrokerConfig.loopback());
    }

    @AfterEach
    void stop() throws MqttException {
        for (MqttClient client : clients) {
            if (client.isConnected()) {
                client.disconnect();
            }
            client.close();
        }
        broker.close();
    }

    @Test
    void carriesEveryQosAndItsProperties() throws Exception {
        MqttClient subscriber = connected("subscriber", options());
        MqttClient publisher = connected("publisher", options());
        subscribe(subscriber, "a/#", 2);
        for (int qos = 0; qos <= 2; qos++) {
            MqttMessage message = new MqttMessage(("q" + qos).getBytes(), qos, false, properties());
            publisher.publish("a/b", message);
            Arrived arrived = next();
            assertThat(arrived.text()).isEqualTo("q" + qos);
            assertThat(arrived.message().getQos()).isEqualTo(qos);
            MqttProperties seen = arrived.message().getProperties();
            assertThat(seen.getResponseTopic()).isEqualTo("answers/here");
            assertThat(seen.getCorrelationData()).containsExactly(1, 2, 3);
            assertThat(seen.getContentType()).isEqualTo("text/plain");
            assertThat(seen.getPayloadFormat()).isTrue();
            assertThat(seen.getUserProperties())
                    .containsExactly(new UserProperty("k", "1"), new UserProperty("k", "2"));
        }
    }

    @Test
    void keepsASessionAndItsMessages() throws Exception {
        MqttConnectionOptions persistent = options();
        persistent.setCleanStart(true);
        persistent.setSessionExpiryInterval(60L);
        MqttClient first = connected("device", persistent);
        subscribe(first, "down/#", 1);
        first.disconnect();
        connected("publisher", options()).publish("down/x", "kept".getBytes(), 1, false);
        persistent.setCleanStart(false);
        MqttClient back = client("device");
        back.setCallback(new Inbox());
        assertThat(back.connectWithResult(persistent).getSessionPresent()).isTrue();
        assertThat(next().text()).isEqualTo("kept");
    }

    @Test
    void publishesTheWillOfAKilledClientAndKeepsItRetained() throws Exception {
        MqttConnectionOptions withWill = options();
        withWill.setWill("state", new MqttMessage("offline".getBytes(), 1, true, new MqttProperties()));
        MqttClient watcher = connected("watcher", options());
        MqttClient victim = connected("victim", withWill);
        subscribe(watcher, "state", 1);
        broker.disconnect("victim");
        assertThat(next().text()).isEqualTo("offline");
        await().until(() -> !victim.isConnected());
        subscribe(watcher, "state", 1);
        assertThat(next().message().isRetained()).isTrue();
    }

    @Test
    void refusesANodeWhatIsNotItsOwn() throws Exception {
        MqttClient node = connected("node:rm-1:n1", options());
        for (String filter : List.of("#", "kochab/1/rm-1/+/down/#", "$share/g/kochab/1/rm-1/n1/down/#", "$SYS/#")) {
            assertThat(node.subscribe(filter, 1).getReasonCodes()).as(filter).containsExactly(0x87);
        }
        subscribe(node, "kochab/1/rm-1/n1/down/#", 1);
        connected("manager", options()).publish("kochab/1/rm-1/n1/down/desired", "{}".getBytes(), 1, true);
        assertThat(next().topic()).isEqualTo("kochab/1/rm-1/n1/down/desired");
    }

    @Test
    void showsItsFigures() throws Exception {
        MqttClient client = connected("client", options());
        subscribe(client, "a", 1);
        client.publish("a", "x".getBytes(), 1, true);
        next();
        await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> {
            var status = broker.status();
            assertThat(status.connections()).isEqualTo(1);
            assertThat(status.sessions()).isEqualTo(1);
            assertThat(status.subscriptions()).isEqualTo(1);
            assertThat(status.retainedMessages()).isEqualTo(1);
            assertThat(status.received()).isEqualTo(1);
            assertThat(status.delivered()).isEqualTo(1);
            assertThat(status.queuedBytes()).isZero();
        });
    }

    private final class Inbox implements org.eclipse.paho.mqttv5.client.MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            inbox.add(new Arrived(topic, message));
        }

        @Override
        public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String uri) {}

        @Override
        public void authPacketArrived(int code, MqttProperties properties) {}
    }

    private Arrived next() throws InterruptedException {
        Arrived arrived = inbox.poll(20, TimeUnit.SECONDS);
        assertThat(arrived).as("a message within 20 s").isNotNull();
        return arrived;
    }

    private void subscribe(MqttClient client, String filter, int qos) throws MqttException {
        client.subscribe(
                new MqttSubscription[] {new MqttSubscription(filter, qos)},
                new IMqttMessageListener[] {(topic, message) -> inbox.add(new Arrived(topic, message))});
    }

    private MqttClient client(String id) throws MqttException {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + broker.port(), id, new MemoryPersistence());
        clients.add(client);
        return client;
    }

    private MqttClient connected(String id, MqttConnectionOptions options) throws MqttException {
        MqttClient client = client(id);
        client.connect(options);
        return client;
    }

    private static MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout(10);
        return options;
    }

    private static MqttProperties properties() {
        MqttProperties properties = new MqttProperties();
        properties.setResponseTopic("answers/here");
        properties.setCorrelationData(new byte[] {1, 2, 3});
        properties.setContentType("text/plain");
        properties.setPayloadFormat(true);
        properties.setUserProperties(List.of(new UserProperty("k", "1"), new UserProperty("k", "2")));
        return properties;
    }
}
