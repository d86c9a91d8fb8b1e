package org.kochab.rm.internal.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.kochab.rm.internal.core.Link;
import org.kochab.spi.mqtt.MqttCredentials;

/**
 * A connection to each of several brokers that know nothing of each other, as the embedded ones of several members: a node may be at any of
 * them. What is sent goes to all; what is said again after each connect goes to all again, which changes nothing.
 */
public final class BrokerLinks implements Link, AutoCloseable {
    private final List<PahoLink> links = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();

    /** @param everyBroker whether there is a connection to each broker, or one to any of them */
    public BrokerLinks(
            LinkSettings settings,
            boolean everyBroker,
            Supplier<Optional<MqttCredentials.Current>> credentials,
            String manager,
            String clientId,
            PahoLink.Receiver receiver) {
        if (!everyBroker) {
            links.add(new PahoLink(settings, credentials, manager, clientId, new Counted(receiver)));
            return;
        }
        for (String broker : settings.brokers()) {
            String own = clientId + "-" + links.size();
            links.add(
                    new PahoLink(new LinkSettings(List.of(broker)), credentials, manager, own, new Counted(receiver)));
        }
    }

    /** The manager is told of each new connection, and only of the end of the last one. */
    private final class Counted implements PahoLink.Receiver {
        private final PahoLink.Receiver receiver;

        Counted(PahoLink.Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void up() {
            open.incrementAndGet();
            receiver.up();
        }

        @Override
        public void down() {
            if (open.decrementAndGet() == 0) {
                receiver.down();
            }
        }

        @Override
        public void received(String topic, byte[] payload, boolean retained) {
            receiver.received(topic, payload, retained);
        }
    }

    /** Begins to connect; returns at once. */
    public void start() {
        links.forEach(PahoLink::start);
    }

    /** Whether there is a connection now. */
    public boolean isOpen() {
        return links.stream().anyMatch(PahoLink::isOpen);
    }

    @Override
    public boolean publish(Outgoing message) {
        boolean taken = false;
        for (PahoLink link : links) {
            if (link.isOpen()) {
                if (!link.publish(message)) {
                    // Sent again later, to all: a message may come twice, but none is left out.
                    return false;
                }
                taken = true;
            }
        }
        return taken;
    }

    @Override
    public void close() {
        links.forEach(PahoLink::close);
    }
}
