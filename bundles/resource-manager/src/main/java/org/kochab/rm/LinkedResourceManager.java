package org.kochab.rm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.kochab.api.codec.Codec;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.rm.internal.core.Link;
import org.kochab.rm.internal.core.Outside;
import org.kochab.rm.internal.core.SerialResourceManager;
import org.kochab.rm.internal.core.Settings;
import org.kochab.rm.internal.mqtt.BrokerLinks;
import org.kochab.rm.internal.mqtt.LinkSettings;
import org.kochab.rm.internal.mqtt.PahoLink;
import org.kochab.spi.mqtt.MqttCredentials;
import org.kochab.spi.secret.SealException;
import org.kochab.spi.secret.Sealer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A resource manager that runs: the state machine, its thread, its clock and its connection to a broker. What the OSGi component starts
 * for each partition, and what tests of other bundles can start too.
 */
public final class LinkedResourceManager implements AutoCloseable {
    /**
     * How it runs.
     *
     * @param brokers URIs such as {@code tcp://127.0.0.1:1883}
     * @param everyBroker whether there is a connection to each broker at once; else one to any of them, tried in turn
     * @param notReadySeconds a node that was silent for so long is not ready
     * @param lostSeconds a node that was silent for so long is lost
     * @param heartbeatSeconds how often nodes are asked for a heartbeat
     */
    public record Config(
            List<String> brokers, boolean everyBroker, int notReadySeconds, int lostSeconds, int heartbeatSeconds) {
        public Config(List<String> brokers, int notReadySeconds, int lostSeconds, int heartbeatSeconds) {
            this(brokers, false, notReadySeconds, lostSeconds, heartbeatSeconds);
        }

        public Config {
            brokers = new LinkSettings(brokers).brokers();
            settings(notReadySeconds, lostSeconds, heartbeatSeconds);
        }

        private static Settings settings(int notReadySeconds, int lostSeconds, int heartbeatSeconds) {
            return new Settings(notReadySeconds * 1_000L, lostSeconds * 1_000L, heartbeatSeconds);
        }

        public static Config of(String broker) {
            return new Config(List.of(broker), 15, 40, 5);
        }
    }

    /**
     * Who is who on the link. Both are asked again each time, and may have nothing.
     *
     * @param identities answers machines that enrol
     * @param credentials what brokers are shown that are reached over TLS
     * @param sealer opens what pods take from config maps and secrets
     */
    public record Security(
            Supplier<Optional<NodeIdentities>> identities,
            Supplier<Optional<MqttCredentials.Current>> credentials,
            Sealer sealer) {
        /** Nothing can be opened. */
        public Security(
                Supplier<Optional<NodeIdentities>> identities,
                Supplier<Optional<MqttCredentials.Current>> credentials) {
            this(identities, credentials, new NoKeys());
        }

        /** Nobody enrols, TLS is as the JVM has it, and nothing can be opened. */
        public static Security none() {
            return new Security(Optional::empty, Optional::empty);
        }

        private CompletionStage<Enrolled> enrol(String manager, String node, Enrol request) {
            return identities
                    .get()
                    .map(i -> i.enrol(manager, node, request))
                    .orElseGet(() -> CompletableFuture.completedStage(
                            Enrolled.waits("this platform issues no certificates now")));
        }
    }

    private record NoKeys() implements Sealer {
        @Override
        public byte[] seal(byte[] plain, String purpose) {
            throw new SealException("this resource manager was started without keys");
        }

        @Override
        public byte[] open(byte[] sealed, String purpose) {
            throw new SealException("this resource manager was started without keys");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(LinkedResourceManager.class);
    private static final long TICK_MILLIS = 50;
    private static final int OUTPUT_THREADS = 8;
    private static final int STOP_SECONDS = 10;

    private final String id;
    private final ScheduledThreadPoolExecutor self;
    private final ThreadPoolExecutor outputs;
    private final SerialResourceManager manager;
    private final BrokerLinks link;
    private final CompletionStage<Void> ready;

    private LinkedResourceManager(
            Partition partition, Codec codec, Config config, Security security, LongSupplier millis) {
        this.id = partition.id().value();
        this.self = new ScheduledThreadPoolExecutor(1, threads("kochab-rm-" + id));
        this.outputs = new ThreadPoolExecutor(
                OUTPUT_THREADS,
                OUTPUT_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("kochab-rm-output-" + id));
        outputs.allowCoreThreadTimeOut(true);
        AtomicReference<SerialResourceManager> receiver = new AtomicReference<>();
        String clientId = "kochab-rm-" + id + "-" + partition.epoch() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        this.link = new BrokerLinks(
                new LinkSettings(config.brokers()),
                config.everyBroker(),
                security.credentials(),
                id,
                clientId,
                new Inward(receiver));
        this.manager = new SerialResourceManager(
                outside(partition, codec, link, security, millis),
                Config.settings(config.notReadySeconds(), config.lostSeconds(), config.heartbeatSeconds()));
        receiver.set(manager);
        this.ready = manager.start();
    }

    /** Starts; returns at once. {@link #ready} tells when it serves. */
    public static LinkedResourceManager start(Partition partition, Codec codec, Config config) {
        return start(partition, codec, config, Security.none());
    }

    /** As {@link #start(Partition, Codec, Config)}. */
    public static LinkedResourceManager start(Partition partition, Codec codec, Config config, Security security) {
        return start(partition, codec, config, security, () -> System.nanoTime() / 1_000_000);
    }

    /** @param millis the clock by which nodes are silent, for tests that do not wait for it */
    static LinkedResourceManager start(
            Partition partition, Codec codec, Config config, Security security, LongSupplier millis) {
        LinkedResourceManager started = new LinkedResourceManager(partition, codec, config, security, millis);
        started.link.start();
        started.self.scheduleWithFixedDelay(started::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return started;
    }

    /** Completes when the state is read from the partition; fails if this member does not lead it any more. */
    public CompletionStage<Void> ready() {
        return ready;
    }

    public ResourceManager manager() {
        return manager;
    }

    /** Whether the link to the broker is up now. */
    public boolean isLinked() {
        return link.isOpen();
    }

    private void tick() {
        try {
            manager.tick();
        } catch (RuntimeException e) {
            // A scheduled task that throws is never run again.
            LOG.error("Resource manager {}: a tick failed", id, e);
        }
    }

    private Outside outside(Partition partition, Codec codec, Link to, Security security, LongSupplier millis) {
        return new Outside(
                partition,
                codec,
                to,
                self,
                outputs,
                millis,
                Instant::now,
                () -> UUID.randomUUID().toString(),
                (node, request) -> security.enrol(id, node, request),
                security.sealer(),
                new Outside.Log() {
                    @Override
                    public void info(String line) {
                        LOG.info("Resource manager {}: {}", id, line);
                    }

                    @Override
                    public void warn(String line) {
                        LOG.warn("Resource manager {}: {}", id, line);
                    }
                });
    }

    private record Inward(AtomicReference<SerialResourceManager> to) implements PahoLink.Receiver {
        @Override
        public void up() {
            tell(SerialResourceManager::linkUp);
        }

        @Override
        public void down() {
            tell(SerialResourceManager::linkDown);
        }

        @Override
        public void received(String topic, byte[] payload, boolean retained) {
            tell(m -> m.received(topic, payload, retained));
        }

        private void tell(java.util.function.Consumer<SerialResourceManager> what) {
            SerialResourceManager manager = to.get();
            if (manager != null) {
                try {
                    what.accept(manager);
                } catch (RejectedExecutionException stopping) {
                    LOG.debug("stopped while a message arrived");
                }
            }
        }
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread t = new Thread(task, name + (count.getAndIncrement() == 0 ? "" : "-" + count.get()));
            t.setDaemon(true);
            return t;
        };
    }

    /** Waits, bounded, for what is under way, then stops. Waits for its end so that a successor finds a settled partition. */
    @Override
    public void close() {
        try {
            manager.stop().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Resource manager {}: stopped while a write was under way", id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | RejectedExecutionException e) {
            LOG.debug("stopping", e);
        }
        link.close();
        self.shutdownNow();
        outputs.shutdown();
        try {
            if (!self.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Resource manager {}: its thread did not end in time", id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
