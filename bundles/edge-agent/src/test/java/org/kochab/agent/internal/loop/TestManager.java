package org.kochab.agent.internal.loop;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
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
import org.kochab.api.link.Birth;
import org.kochab.api.link.Command;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reply;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.link.Topics;
import org.kochab.api.model.PodStatus;
import org.kochab.codec.JacksonCodec;

/** The other end of a node's link, by hand: says what is desired, gives specs, remembers what was reported. */
final class TestManager implements MqttCallback {
    final JacksonCodec codec = new JacksonCodec();
    final Topics topics;
    private final MqttAsyncClient client;
    private final Semaphore free = new Semaphore(8);
    private final ExecutorService publisher = Executors.newSingleThreadExecutor();
    private final Map<String, byte[]> specs = new TreeMap<>();
    private final Map<String, Desired.Entry> wanted = new LinkedHashMap<>();
    private final Map<String, Reported.Entry> reported = new TreeMap<>();
    private final List<Reported.Entry> history = new ArrayList<>();
    private final List<Birth> births = new ArrayList<>();
    private final List<Boolean> states = new ArrayList<>();
    private final List<Heartbeat> heartbeats = new ArrayList<>();
    private final Map<String, List<Reply>> replies = new TreeMap<>();
    private long generation;
    long epoch = 1;

    TestManager(URI broker, String node) throws Exception {
        topics = Topics.of("rm-1", node);
        client = new MqttAsyncClient(broker.toString(), "manager-" + node, new MemoryPersistence());
        client.setCallback(this);
        connect();
    }

    private void connect() throws Exception {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(1000);
        client.connect(options).waitForCompletion(30_000);
        client.subscribe(topics.root() + "/up/#", 1).waitForCompletion(30_000);
    }

    /** To a broker that was started anew and has forgotten everything; whoever was there before us is asked to say who it is. */
    void comeBack() throws Exception {
        synchronized (this) {
            births.clear();
            reported.clear();
        }
        connect();
        command("birth", new Command("birth", epoch, null, null, List.of(), null, false, false, 5));
        desire();
    }

    // ---- saying

    synchronized void want(PodDocument pod, long token) throws Exception {
        byte[] spec = codec.encode(pod);
        String digest = Digests.of(spec);
        specs.put(digest, spec);
        wanted.put(pod.uid(), new Desired.Entry(pod.uid(), digest, token, null));
        desire();
    }

    synchronized void unwant(String uid) throws Exception {
        wanted.remove(uid);
        desire();
    }

    synchronized void end(String uid, long grace) throws Exception {
        Desired.Entry e = wanted.get(uid);
        wanted.put(uid, new Desired.Entry(uid, e.specDigest(), e.token(), grace));
        desire();
    }

    synchronized Desired desired(long ofEpoch, long ofGeneration) {
        List<Desired.Entry> pods = List.copyOf(wanted.values());
        return new Desired(ofEpoch, ofGeneration, Digests.of(pods), pods);
    }

    private synchronized void desire() throws Exception {
        publish(topics.desired(), codec.encode(desired(epoch, ++generation)), true);
    }

    synchronized long generation() {
        return generation;
    }

    void publish(String topic, byte[] payload, boolean retained) {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(1);
        message.setRetained(retained);
        // Never waits on the client's own callback thread; not more at once than brokers take.
        publisher.execute(() -> {
            try {
                free.acquire();
                client.publish(topic, message, null, new Freeing());
            } catch (MqttException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private final class Freeing implements MqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            free.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            free.release();
        }
    }

    void publishInOrder(String topic, byte[] payload) {
        publish(topic, payload, false);
    }

    void command(String correlation, Command command) throws Exception {
        publish(topics.command(correlation), codec.encode(command), false);
    }

    // ---- hearing

    @Override
    public synchronized void messageArrived(String topic, MqttMessage message) throws Exception {
        String name = topic.substring(topics.root().length() + 1);
        byte[] payload = message.getPayload();
        if (name.equals("up/request")) {
            for (String digest : codec.decode(payload, Request.class).specs()) {
                publish(topics.spec(digest), specs.get(digest), false);
            }
        } else if (name.equals("up/reported")) {
            take(codec.decode(payload, Reported.class));
        } else if (name.equals("up/birth")) {
            births.add(codec.decode(payload, Birth.class));
        } else if (name.equals("up/heartbeat")) {
            heartbeats.add(codec.decode(payload, Heartbeat.class));
        } else if (name.equals("up/state")) {
            states.add(new String(payload, StandardCharsets.UTF_8).contains("true"));
        } else if (name.startsWith("up/reply/")) {
            replies.computeIfAbsent(name.substring("up/reply/".length()), n -> new ArrayList<>())
                    .add(codec.decode(payload, Reply.class));
        }
        notifyAll();
    }

    private void take(Reported report) {
        if (report.full()) {
            reported.clear();
        }
        for (Reported.Entry entry : report.pods()) {
            history.add(entry);
            if (entry.gone()) {
                reported.remove(entry.uid());
            } else {
                reported.put(entry.uid(), entry);
            }
        }
    }

    synchronized void await(String what, Predicate<TestManager> condition) throws InterruptedException {
        long end = System.nanoTime() + 40_000_000_000L;
        while (!condition.test(this)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("never: " + what + "; reported " + reported + ", replies " + replies);
            }
            wait(left);
        }
    }

    synchronized PodStatus status(String uid) {
        Reported.Entry entry = reported.get(uid);
        return entry == null ? PodStatus.pending() : entry.status();
    }

    synchronized boolean phase(String uid, String phase) {
        return reported.containsKey(uid) && phase.equals(status(uid).phase());
    }

    boolean ready(String uid) {
        return status(uid).conditions().stream().anyMatch(c -> c.type().equals("Ready") && c.isTrue());
    }

    synchronized boolean gone(String uid) {
        return !reported.containsKey(uid)
                && history.stream().anyMatch(e -> e.uid().equals(uid) && e.gone());
    }

    PodStatus.ContainerStatus container(String uid, int index) {
        return status(uid).containerStatuses().get(index);
    }

    synchronized List<Birth> births() {
        return List.copyOf(births);
    }

    synchronized List<Boolean> states() {
        return List.copyOf(states);
    }

    synchronized List<Heartbeat> heartbeats() {
        return List.copyOf(heartbeats);
    }

    synchronized boolean ended(String correlation) {
        return replies.getOrDefault(correlation, List.of()).stream()
                .anyMatch(r -> r.exitCode() != null || r.error() != null);
    }

    synchronized String output(String correlation) {
        StringBuilder text = new StringBuilder();
        for (Reply reply : replies.getOrDefault(correlation, List.of())) {
            if (reply.data() != null) {
                text.append(new String(Base64.getDecoder().decode(reply.data()), StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    synchronized List<Reply> replies(String correlation) {
        return List.copyOf(replies.get(correlation));
    }

    synchronized Reply last(String correlation) {
        List<Reply> all = replies.get(correlation);
        return all.get(all.size() - 1);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}

    void close() throws Exception {
        publisher.shutdownNow();
        client.disconnectForcibly(0, 500, false);
        client.close(true);
    }
}
