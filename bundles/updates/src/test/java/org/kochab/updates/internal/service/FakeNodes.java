package org.kochab.updates.internal.service;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Reply;
import org.kochab.api.link.State;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.codec.JacksonCodec;

/** Many nodes on one connection, which run nothing and do as they are told with updates. */
final class FakeNodes implements MqttCallback, AutoCloseable {
    private static final Codec CODEC = new JacksonCodec();

    /** Versions that do not work. */
    final Set<String> broken = ConcurrentHashMap.newKeySet();
    /** Nodes that say they try it, and then nothing more. */
    final Set<String> stuck = ConcurrentHashMap.newKeySet();
    /** Which nodes were asked, in that order, each time. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final Map<String, String> versions = new ConcurrentHashMap<>();
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final MqttClient client;
    private final Thread thread = new Thread(this::work, "fake-nodes");

    private record Told(String node, String correlation, Command command) {}

    FakeNodes(String broker) throws MqttException {
        client = new MqttClient(broker, "fake-nodes", new MemoryPersistence());
        client.setCallback(this);
        client.connect();
        client.subscribe("kochab/1/rm-1/+/down/cmd/+", 1);
        thread.setDaemon(true);
        thread.start();
    }

    void join(String node) throws MqttException {
        versions.put(node, "1.0");
        say(node, null);
    }

    void leave(String node) throws MqttException {
        publish(Topics.of("rm-1", node).state(), new State(false, 1));
    }

    void say(String node, Node.AgentUpdate update) throws MqttException {
        publish(
                Topics.of("rm-1", node).birth(),
                new Birth(
                        "boot",
                        1,
                        versions.get(node),
                        Map.of("cpu", "1", "memory", "1Gi"),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        update,
                        0));
    }

    private void publish(String topic, Object message) throws MqttException {
        client.publish(topic, CODEC.encode(message), 1, false);
    }

    long running(String version) {
        return versions.values().stream().filter(version::equals).count();
    }

    private void work() {
        try {
            while (true) {
                Told next = told.take();
                Command.Update update = next.command().update();
                if (update != null) {
                    update(next, update);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    private void update(Told next, Command.Update update) throws MqttException {
        String node = next.node();
        asked.add(node);
        say(node, new Node.AgentUpdate(update.id(), update.version(), Node.AgentUpdate.UPDATING, null));
        publish(Topics.of("rm-1", node).reply(next.correlation()), new Reply(0, null, null, 0, null));
        if (stuck.contains(node)) {
            return;
        }
        if (broken.contains(update.version())) {
            say(
                    node,
                    new Node.AgentUpdate(
                            update.id(), update.version(), Node.AgentUpdate.ROLLED_BACK, "it ended with status 1"));
        } else {
            versions.put(node, update.version());
            say(node, new Node.AgentUpdate(update.id(), update.version(), Node.AgentUpdate.SUCCEEDED, null));
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        String[] levels = topic.split("/");
        told.add(new Told(levels[3], levels[6], CODEC.decode(message.getPayload(), Command.class)));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String server) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}

    @Override
    public void close() throws MqttException {
        thread.interrupt();
        client.disconnectForcibly(0, 0, false);
        client.close(true);
    }
}
