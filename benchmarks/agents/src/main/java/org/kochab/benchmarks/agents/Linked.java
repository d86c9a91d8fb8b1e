package org.kochab.benchmarks.agents;

import java.util.List;
import org.kochab.api.codec.Codec;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.rm.LinkedResourceManager;

/** The real manager with its links to brokers on this machine. */
final class Linked implements Plane.Managing {
    private static final int HEARTBEATS_NOT_READY = 4;
    private static final int HEARTBEATS_LOST = 12;

    private final LinkedResourceManager linked;

    /** @param heartbeat seconds between two of a node's */
    Linked(Partition partition, Codec codec, List<Integer> ports, int heartbeat) {
        linked = LinkedResourceManager.start(
                partition,
                codec,
                new LinkedResourceManager.Config(
                        ports.stream().map(p -> "tcp://127.0.0.1:" + p).toList(),
                        true,
                        HEARTBEATS_NOT_READY * heartbeat,
                        HEARTBEATS_LOST * heartbeat,
                        heartbeat));
        linked.ready().toCompletableFuture().join();
    }

    @Override
    public ResourceManager manager() {
        return linked.manager();
    }

    @Override
    public void close() {
        linked.close();
    }
}
