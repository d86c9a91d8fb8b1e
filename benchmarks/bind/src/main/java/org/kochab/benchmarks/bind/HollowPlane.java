package org.kochab.benchmarks.bind;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A control plane and its hollow nodes. */
final class HollowPlane implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final List<HollowNodes> hollow = new ArrayList<>();
    private final Plane plane;

    /** @param heartbeatSeconds how often nodes say that they are there, and then also what becomes of their pods; 0 for nodes that say nothing */
    HollowPlane(Plane.Size size, Path directory, int port, int heartbeatSeconds) {
        plane = new Plane(size, directory, port, (partition, codec) -> {
            HollowNodes nodes = new HollowNodes(partition, codec, heartbeatSeconds);
            hollow.add(nodes);
            return nodes;
        });
    }

    Plane plane() {
        return plane;
    }

    /** Messages to nodes so far. */
    long messages() {
        return hollow.stream().mapToLong(nodes -> nodes.messages.sum()).sum();
    }

    /** Returns when the managers know so many nodes, as many each. */
    void introduce(int count) throws InterruptedException {
        for (int i = 0; i < hollow.size(); i++) {
            hollow.get(i).introduce((int) ((long) count * i / hollow.size()), (int)
                    ((long) count * (i + 1) / hollow.size()));
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (plane.nodes() < count) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("only " + plane.nodes() + " nodes registered");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Override
    public void close() {
        plane.close();
    }
}
