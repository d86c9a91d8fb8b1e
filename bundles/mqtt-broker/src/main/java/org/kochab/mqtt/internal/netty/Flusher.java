package org.kochab.mqtt.internal.netty;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Flushes what a turn of the event loop has written once, at the end of the turn: one system call a client, not a packet. */
final class Flusher {
    private final EventLoop loop;
    private List<ClientChannel> written = new ArrayList<>();
    private List<ClientChannel> flushing = new ArrayList<>();

    Flusher(EventLoop loop) {
        this.loop = loop;
    }

    /** To be called once for each channel between two flushes. */
    void add(ClientChannel channel) {
        if (written.isEmpty()) {
            loop.execute(this::flush);
        }
        written.add(channel);
    }

    private void flush() {
        List<ClientChannel> batch = written;
        written = flushing;
        flushing = batch;
        batch.forEach(ClientChannel::flush);
        batch.clear();
    }
}
