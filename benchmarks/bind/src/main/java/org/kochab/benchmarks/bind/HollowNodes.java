package org.kochab.benchmarks.bind;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.kochab.api.codec.Codec;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.rm.internal.core.Link;
import org.kochab.rm.internal.core.SerialResourceManager;

/** Nodes behind the link's own contract, in this process: they introduce themselves, take what they are told, and start nothing. */
final class HollowNodes implements Link {
    static final long CPU_MILLIS = 4_000;
    static final long MEMORY = 32L << 30;
    static final int PODS = 110;

    final LongAdder messages = new LongAdder();
    final LongAdder bytes = new LongAdder();
    private final Codec codec;
    private final String manager;

    HollowNodes(Codec codec, String manager) {
        this.codec = codec;
        this.manager = manager;
    }

    static String name(int i) {
        return "hollow-" + i;
    }

    /** Every node says that it is there. */
    void introduce(SerialResourceManager to, int first, int count) {
        for (int i = first; i < first + count; i++) {
            Birth birth = new Birth(
                    "boot",
                    1,
                    "hollow",
                    Map.of("cpu", CPU_MILLIS + "m", "memory", Long.toString(MEMORY), "pods", Integer.toString(PODS)),
                    Map.of(),
                    List.of(new Node.Runtime("process", true, null, List.of("cpu", "memory"))),
                    Map.of("kubernetes.io/hostname", name(i), "topology.kubernetes.io/zone", "zone-" + i % 3),
                    List.of(),
                    null,
                    List.of(),
                    0);
            to.received(Topics.of(manager, name(i)).birth(), codec.encode(birth), false);
        }
    }

    @Override
    public boolean publish(Outgoing message) {
        messages.increment();
        bytes.add(message.payload().length);
        return true;
    }
}
