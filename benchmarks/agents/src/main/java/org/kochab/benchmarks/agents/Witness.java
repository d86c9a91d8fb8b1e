package org.kochab.benchmarks.agents;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Reported;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.rm.internal.mqtt.LinkSettings;
import org.kochab.rm.internal.mqtt.PahoLink;

/**
 * Subscribes to what agents report, at each broker, as the manager does. From the first report that it hears of an agent's birth there must be no hole and no step back in
 * their sequence.
 */
final class Witness implements AutoCloseable {
    private static final String REPORTED = "/up/reported";

    private final Codec codec;
    private final List<PahoLink> links = new ArrayList<>();
    /** By topic; guarded by this. */
    private final Map<String, Reported> last = new HashMap<>();

    private int heard;
    private @Nullable String wrong;

    Witness(Codec codec, List<Integer> ports) {
        this.codec = codec;
        for (int port : ports) {
            LinkSettings broker = new LinkSettings(List.of("tcp://127.0.0.1:" + port));
            links.add(new PahoLink(broker, Optional::empty, Plane.MANAGER, "witness", new Ear()));
        }
        links.forEach(PahoLink::start);
    }

    /** Whether it hears what is said at all brokers now. */
    boolean isListening() {
        return links.stream().allMatch(PahoLink::isOpen);
    }

    /** @throws IllegalStateException if a sequence had a hole */
    synchronized int heard() {
        if (wrong != null) {
            throw new IllegalStateException(wrong);
        }
        return heard;
    }

    private synchronized void reported(String topic, Reported report) {
        heard++;
        Reported before = last.put(topic, report);
        if (before == null || before.birth() < report.birth()) {
            return;
        }
        if (before.birth() > report.birth() || before.sequence() + 1 != report.sequence()) {
            wrong = topic + ": report " + report.sequence() + " of birth " + report.birth() + " came after report "
                    + before.sequence() + " of birth " + before.birth();
        }
    }

    private final class Ear implements PahoLink.Receiver {
        @Override
        public void up() {}

        @Override
        public void down() {}

        @Override
        public void received(String topic, byte[] payload, boolean retained) {
            if (topic.endsWith(REPORTED)) {
                reported(topic, codec.decode(payload, Reported.class));
            }
        }
    }

    @Override
    public void close() {
        links.forEach(PahoLink::close);
    }
}
