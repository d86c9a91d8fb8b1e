package org.kochab.benchmarks.bind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Topics;
import org.kochab.api.model.PodStatus;
import org.kochab.rm.internal.core.Link;
import org.kochab.rm.internal.core.SerialResourceManager;

/**
 * What the nodes of one manager say after their birth, as the protocol has it: what they have, heartbeats, pods that are new are running, pods that are to end are
 * gone. They never ask for a pod's spec. One thread for all; of a pod it remembers 8 bytes.
 */
final class HollowVoices implements AutoCloseable {
    private static final String PREFIX = "hollow-";
    private static final String DESIRED = "/desired";
    private static final long BIRTH = 1;
    private static final int MOST_WAITING = 65_536;

    private final String managerName;
    private final SerialResourceManager manager;
    private final Codec codec;
    private final int heartbeatSeconds;
    private final BlockingQueue<Link.Outgoing> told = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private int first;
    private Voice[] voices = {};
    private long started;
    private long beats;

    private static final class Voice {
        long sequence;
        /** Parts of the UIDs of its pods. */
        long[] pods = {};
    }

    HollowVoices(String managerName, SerialResourceManager manager, Codec codec, int heartbeatSeconds) {
        this.managerName = managerName;
        this.manager = manager;
        this.codec = codec;
        this.heartbeatSeconds = heartbeatSeconds;
        this.thread = new Thread(this::run, "hollow-" + managerName);
    }

    static String node(int number) {
        return PREFIX + number;
    }

    static int number(String node) {
        return Integer.parseInt(node.substring(PREFIX.length()));
    }

    /** After the births of these nodes. */
    void start(int from, int end) {
        first = from;
        voices = new Voice[end - from];
        for (int i = 0; i < voices.length; i++) {
            voices[i] = new Voice();
            report(i, 0, 0, true, List.of());
        }
        started = System.nanoTime();
        thread.start();
    }

    /** @return false if too much waits */
    boolean told(Link.Outgoing message) {
        return !message.topic().endsWith(DESIRED) || told.offer(message);
    }

    private void run() {
        try {
            while (true) {
                Link.Outgoing message = told.poll(10, TimeUnit.MILLISECONDS);
                if (message != null) {
                    take(message);
                }
                beat();
            }
        } catch (InterruptedException e) {
            // the end
        }
    }

    private void beat() {
        double round = (System.nanoTime() - started) / 1e9 / heartbeatSeconds;
        for (long due = (long) (round * voices.length); beats < due; beats++) {
            int node = (int) (beats % voices.length);
            manager.received(
                    topics(node).heartbeat(), codec.encode(new Heartbeat(BIRTH, beats / voices.length, null)), false);
        }
    }

    private Topics topics(int node) {
        return Topics.of(managerName, node(first + node));
    }

    private void take(Link.Outgoing message) {
        String topic = message.topic();
        int at = topic.lastIndexOf(PREFIX) + PREFIX.length();
        int node = Integer.parseInt(topic.substring(at, topic.indexOf('/', at))) - first;
        Desired desired = codec.decode(message.payload(), Desired.class);
        Voice voice = voices[node];
        long[] pods = new long[desired.pods().size()];
        int count = 0;
        List<Reported.Entry> news = new ArrayList<>();
        for (Desired.Entry pod : desired.pods()) {
            long part = UUID.fromString(pod.uid()).getLeastSignificantBits();
            boolean known = Arrays.stream(voice.pods).anyMatch(p -> p == part);
            if (pod.stopGraceSeconds() != null) {
                news.add(entry(pod, "Succeeded"));
            } else {
                pods[count++] = part;
                if (!known) {
                    news.add(entry(pod, "Running"));
                }
            }
        }
        voice.pods = Arrays.copyOf(pods, count);
        if (!news.isEmpty()) {
            report(node, desired.epoch(), desired.generation(), false, news);
        }
    }

    private static Reported.Entry entry(Desired.Entry pod, String phase) {
        boolean gone = !phase.equals("Running");
        return new Reported.Entry(pod.uid(), pod.token(), gone, status(phase));
    }

    private static PodStatus status(@Nullable String phase) {
        return new PodStatus(phase, null, null, null, null, null, List.of(), List.of(), List.of(), null);
    }

    private void report(int node, long epoch, long generation, boolean full, List<Reported.Entry> pods) {
        Reported reported = new Reported(BIRTH, ++voices[node].sequence, epoch, generation, full, pods);
        manager.received(topics(node).reported(), codec.encode(reported), false);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
