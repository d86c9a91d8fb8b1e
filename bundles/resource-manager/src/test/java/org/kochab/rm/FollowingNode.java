package org.kochab.rm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.kochab.api.link.Announce;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodStatus;

/** A node that runs nothing but goes where it is sent, and remembers each start and end. It hears all managers, and obeys its own. */
final class FollowingNode extends MessagesOnly implements AutoCloseable {
    private static final long BEAT_MILLIS = 500;

    private record Told(String topic, byte[] payload) {}

    private final String name;
    private final MqttClient client;
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean open = true;
    private Topics topics;
    private long birth = 1;
    private long move;
    private long epoch;
    private long generation;
    private long sequence;
    private long beats;
    private final Map<String, Long> running = new TreeMap<>();
    private final List<String> starts = new ArrayList<>();
    private final List<String> endedUnasked = new ArrayList<>();

    FollowingNode(String broker, String name, String manager) throws MqttException {
        this.name = name;
        this.topics = Topics.of(manager, name);
        client = new MqttClient(broker, "following-" + name + "-" + manager, new MemoryPersistence());
        client.setCallback(this);
        client.connect();
        client.subscribe("kochab/1/+/" + name + "/down/#", 1);
        thread = new Thread(this::work, "following-" + name);
        thread.setDaemon(true);
        thread.start();
        bear();
    }

    /** A birth, and all that runs: what was said to a former manager may not have arrived. */
    private void bear() throws MqttException {
        sequence = 0;
        beats = 0;
        publish(
                topics.birth(),
                new Birth(
                        "boot",
                        birth,
                        null,
                        Map.of("cpu", "8", "memory", "8Gi", "pods", "100"),
                        null,
                        List.of(new Node.Runtime("oci", true, null, List.of("cpu", "memory", "pids"))),
                        null,
                        null,
                        null,
                        null,
                        null,
                        0));
        report(
                true,
                running.entrySet().stream()
                        .map(e -> new Reported.Entry(e.getKey(), e.getValue(), false, status("Running")))
                        .toList());
    }

    private void publish(String topic, Object message) throws MqttException {
        client.publish(topic, MqttNode.CODEC.encode(message), 1, false);
    }

    private void work() {
        try {
            while (open) {
                Told next = told.poll(BEAT_MILLIS, TimeUnit.MILLISECONDS);
                synchronized (this) {
                    if (next == null) {
                        publish(topics.heartbeat(), new Heartbeat(birth, ++beats, null));
                    } else {
                        take(next);
                    }
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

    private void take(Told next) throws MqttException {
        if (next.payload().length == 0) {
            return;
        }
        if (next.topic().equals(topics.announce())) {
            Announce.Move to =
                    MqttNode.CODEC.decode(next.payload(), Announce.class).move();
            if (to != null && to.number() > move) {
                move = to.number();
                epoch = to.epoch();
                generation = to.generation() - 1;
                topics = Topics.of(to.resourceManager(), name);
                birth++;
                // What the new manager's topics have is sent once more, as on a new connection.
                client.unsubscribe("kochab/1/+/" + name + "/down/#");
                client.subscribe("kochab/1/+/" + name + "/down/#", 1);
                bear();
            }
        } else if (next.topic().equals(topics.desired())) {
            obey(MqttNode.CODEC.decode(next.payload(), Desired.class));
        } else if (next.topic().startsWith(topics.root() + "/down/cmd/")) {
            bear();
        }
    }

    private void obey(Desired desired) throws MqttException {
        if (desired.epoch() < epoch || desired.epoch() == epoch && desired.generation() <= generation) {
            return;
        }
        epoch = desired.epoch();
        generation = desired.generation();
        List<Reported.Entry> changed = new ArrayList<>();
        Map<String, Desired.Entry> wanted = new TreeMap<>();
        desired.pods().forEach(e -> wanted.put(e.uid(), e));
        running.keySet().removeIf(uid -> {
            Desired.Entry e = wanted.get(uid);
            if (e == null) {
                endedUnasked.add(uid);
            }
            return e == null || e.stopGraceSeconds() != null;
        });
        for (Desired.Entry e : desired.pods()) {
            if (e.stopGraceSeconds() != null) {
                changed.add(new Reported.Entry(e.uid(), e.token(), true, status("Failed")));
            } else if (!Long.valueOf(e.token()).equals(running.put(e.uid(), e.token()))) {
                starts.add(e.uid() + " " + e.token());
                changed.add(new Reported.Entry(e.uid(), e.token(), false, status("Running")));
            }
        }
        if (!changed.isEmpty()) {
            report(false, changed);
        }
    }

    private void report(boolean full, List<Reported.Entry> pods) throws MqttException {
        publish(topics.reported(), new Reported(birth, ++sequence, epoch, generation, full, pods));
    }

    private static PodStatus status(String phase) {
        return new PodStatus(phase, null, null, null, null, null, null, null, null, null);
    }

    synchronized String manager() {
        return topics.root().split("/")[2];
    }

    /** What runs, by pod: the token it was started with. */
    synchronized Map<String, Long> running() {
        return new TreeMap<>(running);
    }

    synchronized List<String> starts() {
        return List.copyOf(starts);
    }

    /** Pods that were not in the desired state any more without having been told to stop. */
    synchronized List<String> endedUnasked() {
        return List.copyOf(endedUnasked);
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        told.add(new Told(topic, message.getPayload()));
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
