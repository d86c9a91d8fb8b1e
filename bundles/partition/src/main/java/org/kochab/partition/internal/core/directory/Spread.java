package org.kochab.partition.internal.core.directory;

import java.util.List;
import org.kochab.api.partition.PartitionId;

/**
 * Which member is to take which free partition: one after the other, both in the order of their names. Only a preference: members that see
 * different lists prefer differently, and the lease decides all the same.
 */
public final class Spread {
    private Spread() {}

    /**
     * @param partitions all partitions, in order
     * @param members the members seen, in order
     * @return 0 if {@code member} is the preferred one, else how many others come before it
     */
    public static int rank(PartitionId partition, List<PartitionId> partitions, List<String> members, String member) {
        int own = members.indexOf(member);
        int index = partitions.indexOf(partition);
        return own < 0 || index < 0 ? 0 : Math.floorMod(own - index, members.size());
    }
}
