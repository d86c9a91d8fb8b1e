package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A broker of one: keeps what is retained and what was sent since the last look. */
final class RecordingLink implements Link {
    final Map<String, byte[]> retained = new LinkedHashMap<>();
    private final List<Outgoing> sent = new ArrayList<>();
    Consumer<Outgoing> watcher = m -> {};
    boolean full;

    @Override
    public boolean publish(Outgoing message) {
        if (full) {
            return false;
        }
        watcher.accept(message);
        sent.add(message);
        if (message.retained()) {
            if (message.payload().length == 0) {
                retained.remove(message.topic());
            } else {
                retained.put(message.topic(), message.payload());
            }
        }
        return true;
    }

    List<Outgoing> sent() {
        List<Outgoing> all = List.copyOf(sent);
        sent.clear();
        return all;
    }
}
