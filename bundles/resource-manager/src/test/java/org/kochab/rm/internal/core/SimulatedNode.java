package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Topics;

/** A node that follows the protocol over a link that may lose, double and reorder what it carries. */
final class SimulatedNode {
    record Message(String topic, byte[] payload) {}

    final String manager;
    final String name;
    final Map<String, String> capacity;

    /** What really runs: uid and token. */
    final Map<String, Long> running = new TreeMap<>();

    /** What was told to stop and takes its time: it still uses what it uses. */
    final Map<String, Long> stopping = new TreeMap<>();

    final Map<String, Long> ended = new TreeMap<>();
    final List<Message> outbox = new ArrayList<>();
    private final Map<String, Long> highestToken = new TreeMap<>();
    private long birth;
    private long sequence;
    private long beats;
    private long epoch;
    private long generation;

    SimulatedNode(String name, Map<String, String> capacity) {
        this("rm-1", name, capacity);
    }

    SimulatedNode(String manager, String name, Map<String, String> capacity) {
        this.manager = manager;
        this.name = name;
        this.capacity = capacity;
    }

    Topics topics() {
        return Topics.of(manager, name);
    }

    void connect() {
        birth++;
        sequence = 0;
        beats = 0;
        add(topics().birth(), Rig.birthOf(birth, capacity));
        reportAll();
    }

    void heartbeat() {
        add(topics().heartbeat(), new Heartbeat(birth, ++beats, null, epoch, generation));
    }

    void reportAll() {
        List<Reported.Entry> all = new ArrayList<>();
        running.forEach((uid, token) -> all.add(Rig.entry(uid, token, "Running", false)));
        stopping.forEach((uid, token) -> all.add(Rig.entry(uid, token, "Running", false)));
        ended.forEach((uid, token) -> all.add(Rig.entry(uid, token, "Succeeded", false)));
        add(topics().reported(), new Reported(birth, ++sequence, epoch, generation, true, all));
    }

    private void report(Reported.Entry entry) {
        add(topics().reported(), new Reported(birth, ++sequence, epoch, generation, false, List.of(entry)));
    }

    void endByItself(String uid) {
        Long token = running.remove(uid);
        if (token != null) {
            ended.put(uid, token);
            report(Rig.entry(uid, token, "Succeeded", false));
        }
    }

    void apply(Desired desired) {
        if (desired.epoch() < epoch || desired.epoch() == epoch && desired.generation() < generation) {
            return;
        }
        epoch = desired.epoch();
        generation = desired.generation();
        Map<String, Desired.Entry> wanted = new TreeMap<>();
        desired.pods().forEach(p -> wanted.put(p.uid(), p));
        List.copyOf(running.keySet()).stream()
                .filter(uid -> !wanted.containsKey(uid))
                .forEach(uid -> stopping.put(uid, running.remove(uid)));
        ended.keySet().removeIf(uid -> !wanted.containsKey(uid));
        for (Desired.Entry p : desired.pods()) {
            if (p.stopGraceSeconds() != null) {
                Long runs = running.remove(p.uid());
                ended.remove(p.uid());
                if (runs != null) {
                    stopping.put(p.uid(), p.token());
                } else if (!stopping.containsKey(p.uid())) {
                    report(Rig.entry(p.uid(), p.token(), "Failed", true));
                }
            }
        }
        for (Desired.Entry p : desired.pods()) {
            if (p.stopGraceSeconds() == null && p.token() >= highestToken.getOrDefault(p.uid(), 0L)) {
                highestToken.put(p.uid(), p.token());
                if (!ended.containsKey(p.uid()) && !Long.valueOf(p.token()).equals(running.get(p.uid()))) {
                    running.put(p.uid(), p.token());
                    report(Rig.entry(p.uid(), p.token(), "Running", false));
                }
            }
        }
    }

    /** What was to stop has stopped. */
    void finishStops() {
        stopping.forEach((uid, token) -> report(Rig.entry(uid, token, "Failed", true)));
        stopping.clear();
    }

    private void add(String topic, Object message) {
        outbox.add(new Message(topic, Rig.CODEC.encode(message)));
    }
}
