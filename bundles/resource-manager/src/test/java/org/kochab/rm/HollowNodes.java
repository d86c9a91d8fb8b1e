package org.kochab.rm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodStatus;

/** Many nodes on one connection that run nothing: what they are told to run they report running, what they are told to end they report gone. */
final class HollowNodes extends MessagesOnly implements AutoCloseable {
    private static final long BIRTH = 1;
    /** Fewer than any broker takes at once. Paho counts a publish that was answered until it has said so, which may be late; who publishes more then fails. */
    private static final int MOST_ON_THEIR_WAY = 8;

    /** Not decoded yet: the thread that tells of arrivals is also the one that counts what is on its way. */
    private record Told(String node, byte[] payload) {}

    private final Semaphore free = new Semaphore(MOST_ON_THEIR_WAY);
    private final MqttClient client;
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final Map<String, Map<String, Long>> running = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Thread thread = new Thread(this::work, "hollow-nodes");
    private volatile boolean open = true;

    HollowNodes(String broker) throws MqttException {
        client = new MqttClient(broker, "hollow-nodes", new MemoryPersistence());
        client.setCallback(this);
        client.connect();
        client.subscribe(Topics.of("rm-1", "+").desired(), 1);
        thread.setDaemon(true);
        thread.start();
    }

    void join(String node, Map<String, String> capacity) throws MqttException {
        Birth birth = new Birth(
                "boot",
                BIRTH,
                null,
                capacity,
                null,
                List.of(new Node.Runtime("oci", true, null, List.of("cpu", "memory", "pids"))),
                null,
                null,
                null,
                null,
                null,
                0);
        publish(Topics.of("rm-1", node).birth(), MqttNode.CODEC.encode(birth));
    }

    private void publish(String topic, byte[] payload) throws MqttException {
        free.acquireUninterruptibly();
        client.publish(topic, payload, 1, false);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        free.release();
    }

    private void work() {
        try {
            while (open) {
                Told next = told.take();
                Desired d = MqttNode.CODEC.decode(next.payload(), Desired.class);
                List<Reported.Entry> changed = changes(running.computeIfAbsent(next.node(), n -> new HashMap<>()), d);
                if (!changed.isEmpty()) {
                    long sequence = sequences.merge(next.node(), 1L, Long::sum);
                    Reported report = new Reported(BIRTH, sequence, d.epoch(), d.generation(), false, changed);
                    publish(Topics.of("rm-1", next.node()).reported(), MqttNode.CODEC.encode(report));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (MqttException e) {
            if (open) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static List<Reported.Entry> changes(Map<String, Long> running, Desired desired) {
        List<Reported.Entry> changed = new ArrayList<>();
        for (Desired.Entry pod : desired.pods()) {
            if (pod.stopGraceSeconds() != null) {
                running.remove(pod.uid());
                changed.add(new Reported.Entry(pod.uid(), pod.token(), true, status("Failed")));
            } else if (!Long.valueOf(pod.token()).equals(running.put(pod.uid(), pod.token()))) {
                changed.add(new Reported.Entry(pod.uid(), pod.token(), false, status("Running")));
            }
        }
        return changed;
    }

    private static PodStatus status(String phase) {
        return new PodStatus(phase, null, null, null, null, null, null, null, null, null);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        if (message.getPayload().length > 0) {
            told.add(new Told(topic.split("/")[3], message.getPayload()));
        }
    }

    @Override
    public void close() throws MqttException {
        open = false;
        thread.interrupt();
        try {
            client.disconnectForcibly(0, 0, false);
        } finally {
            client.close(true);
        }
    }
}
