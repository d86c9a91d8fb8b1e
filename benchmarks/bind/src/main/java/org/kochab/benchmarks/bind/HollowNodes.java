package org.kochab.benchmarks.bind;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Enrolled;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.partition.internal.secret.KeySealer;
import org.kochab.rm.internal.core.Link;
import org.kochab.rm.internal.core.Outside;
import org.kochab.rm.internal.core.SerialResourceManager;
import org.kochab.rm.internal.core.Settings;

/**
 * A manager whose nodes are behind the link's own contract, in this process: they introduce themselves, take what they are told, and start nothing. If they have
 * a heartbeat they also say what agents say of their pods.
 */
final class HollowNodes implements Link, Plane.Managing {
    static final long CPU_MILLIS = 4_000;
    static final long MEMORY = 32L << 30;
    static final int PODS = 110;

    final LongAdder messages = new LongAdder();
    private final Codec codec;
    private final String name;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final SerialResourceManager manager;
    private final @Nullable HollowVoices voices;

    HollowNodes(Partition partition, Codec codec, int heartbeatSeconds) {
        this.codec = codec;
        name = partition.id().value();
        manager = new SerialResourceManager(outside(partition), new Settings(3_600_000, 7_200_000, 60));
        voices = heartbeatSeconds == 0 ? null : new HollowVoices(name, manager, codec, heartbeatSeconds);
        manager.start().toCompletableFuture().join();
        manager.linkUp();
        thread.scheduleWithFixedDelay(manager::tick, 100, 100, TimeUnit.MILLISECONDS);
    }

    private Outside outside(Partition partition) {
        return new Outside(
                partition,
                codec,
                this,
                thread,
                Runnable::run,
                () -> System.nanoTime() / 1_000_000,
                Instant::now,
                () -> UUID.randomUUID().toString(),
                (node, request) -> CompletableFuture.completedStage(Enrolled.refused("a hollow node needs none")),
                KeySealer.fresh(),
                new Outside.Log() {
                    @Override
                    public void info(String line) {}

                    @Override
                    public void warn(String line) {
                        System.err.println(line);
                    }
                });
    }

    /** Every node says that it is there: those from the first number to before the last. */
    void introduce(int first, int end) {
        for (int i = first; i < end; i++) {
            String node = HollowVoices.node(i);
            Birth birth = new Birth(
                    "boot",
                    1,
                    "hollow",
                    Map.of("cpu", CPU_MILLIS + "m", "memory", Long.toString(MEMORY), "pods", Integer.toString(PODS)),
                    Map.of(),
                    List.of(new Node.Runtime("process", true, null, List.of("cpu", "memory"))),
                    Map.of("kubernetes.io/hostname", node, "topology.kubernetes.io/zone", "zone-" + i % 3),
                    List.of(),
                    null,
                    List.of(),
                    null,
                    0);
            manager.received(Topics.of(name, node).birth(), codec.encode(birth), false);
        }
        if (voices != null) {
            voices.start(first, end);
        }
    }

    @Override
    public boolean publish(Outgoing message) {
        messages.increment();
        return voices == null || voices.told(message);
    }

    @Override
    public ResourceManager manager() {
        return manager;
    }

    @Override
    public void close() {
        if (voices != null) {
            voices.close();
        }
        manager.stop().toCompletableFuture().join();
        thread.shutdownNow();
    }
}
