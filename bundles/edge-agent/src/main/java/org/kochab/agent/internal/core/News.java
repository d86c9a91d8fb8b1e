package org.kochab.agent.internal.core;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kochab.api.link.Digests;
import org.kochab.api.link.Reported;
import org.kochab.api.model.PodStatus;

/** What there is to report. It is read from pods' states when it can be sent, so that nothing of it is ever dropped. */
final class News {
    private final SortedSet<String> changed = new TreeSet<>();
    private final SortedMap<String, Reported.Entry> gone = new TreeMap<>();

    void changed(PodRun pod) {
        changed.add(pod.uid());
    }

    void gone(PodRun pod) {
        changed.remove(pod.uid());
        gone.put(pod.uid(), new Reported.Entry(pod.uid(), pod.token(), true, pod.status()));
    }

    /** It is wanted gone and is not here. */
    void neverHere(String uid, long token) {
        gone.putIfAbsent(uid, new Reported.Entry(uid, token, true, PodStatus.pending()));
    }

    boolean any() {
        return !changed.isEmpty() || !gone.isEmpty();
    }

    List<Reported.Entry> take(SortedMap<String, PodRun> pods) {
        List<Reported.Entry> entries = Stream.concat(
                        changed.stream().filter(pods::containsKey).map(uid -> entry(pods.get(uid))),
                        gone.values().stream())
                .toList();
        changed.clear();
        gone.clear();
        return entries;
    }

    static Reported.Entry entry(PodRun pod) {
        return new Reported.Entry(pod.uid(), pod.token(), false, pod.status());
    }

    static String digest(Collection<PodRun> pods) {
        StringBuilder lines = new StringBuilder();
        pods.stream()
                .map(p -> p.uid() + " " + p.token() + " " + p.status().phase() + "\n")
                .sorted()
                .forEach(lines::append);
        return Digests.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
