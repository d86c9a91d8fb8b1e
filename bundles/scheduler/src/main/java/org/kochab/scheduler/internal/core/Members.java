package org.kochab.scheduler.internal.core;

import java.util.BitSet;
import org.kochab.spi.scheduler.ClusterView;

/** The slots of each domain of one topology key. */
final class Members {
    /** Where a domain's slots begin; one more than there are domains. */
    private final int[] from;

    private final int[] slots;
    private final int most;

    Members(ClusterView.Topology topology, BitSet live) {
        int[] domain = topology.domain();
        from = new int[topology.names().size() + 1];
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            if (domain[slot] >= 0) {
                from[domain[slot] + 1]++;
            }
        }
        int largest = 0;
        for (int d = 1; d < from.length; d++) {
            largest = Math.max(largest, from[d]);
            from[d] += from[d - 1];
        }
        most = largest;
        slots = new int[from[from.length - 1]];
        int[] next = from.clone();
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            if (domain[slot] >= 0) {
                slots[next[domain[slot]]++] = slot;
            }
        }
    }

    /** The size of the largest domain. */
    int most() {
        return most;
    }

    int count(int domain) {
        return from[domain + 1] - from[domain];
    }

    int slot(int domain, int i) {
        return slots[from[domain] + i];
    }
}
