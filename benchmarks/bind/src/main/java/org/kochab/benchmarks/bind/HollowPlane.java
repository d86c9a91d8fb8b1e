package org.kochab.benchmarks.bind;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A control plane and its hollow nodes. */
final class HollowPlane implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final AtomicReference<HollowNodes> hollow = new AtomicReference<>();
    private final Plane plane;

    HollowPlane(Path directory, int port) {
        plane = new Plane(directory, port, (partition, codec) -> {
            HollowNodes nodes = new HollowNodes(partition, codec);
            hollow.set(nodes);
            return nodes;
        });
    }

    Plane plane() {
        return plane;
    }

    HollowNodes hollow() {
        return hollow.get();
    }

    /** Returns when the manager knows so many nodes. */
    void introduce(int count) throws InterruptedException {
        hollow().introduce(count);
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
