package org.kochab.store.ignite.internal.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Who was there when the membership last changed to one that can write. Every member that is there writes it to its disk before the first
 * transaction under that membership. So of any majority at least one has the roll of each membership that ever acknowledged something, and
 * who is not on the newest roll may have missed something.
 *
 * @param started when the cluster began to run, milliseconds of its oldest member's clock; grows from one run of it to the next
 * @param topology number of the membership within that run
 * @param members their names, in order
 */
public record Roll(long started, long topology, List<String> members) implements Comparable<Roll> {
    /** Nobody was ever called. */
    public static final Roll NONE = new Roll(0, 0, List.of());

    private static final Comparator<Roll> AGE =
            Comparator.comparingLong(Roll::started).thenComparingLong(Roll::topology);

    public Roll {
        members = List.copyOf(members);
    }

    @Override
    public int compareTo(Roll other) {
        return AGE.compare(this, other);
    }

    /** By hand: the JDK keeps hold of the last class whose {@code equals} it had to make for a record, and with it of this bundle's loader. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Roll r && started == r.started && topology == r.topology && members.equals(r.members);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(started) * 31 + Long.hashCode(topology);
    }

    /** One line, with a checksum: a roll with a wrong bit could make others give up what they have. */
    public String encode() {
        String line = started + " " + topology + " " + String.join(",", members);
        return line + " " + checksum(line);
    }

    /** @throws IllegalArgumentException if it is no line of {@link #encode} */
    public static Roll decode(String line) {
        String[] words = line.strip().split(" ", -1);
        if (words.length != 4 || !words[3].equals(checksum(line.substring(0, line.lastIndexOf(' '))))) {
            throw new IllegalArgumentException("'" + line + "' is no roll of members");
        }
        List<String> members = words[2].isEmpty()
                ? List.of()
                : Arrays.stream(words[2].split(",")).toList();
        return new Roll(Long.parseLong(words[0]), Long.parseLong(words[1]), members);
    }

    private static String checksum(String line) {
        CRC32 crc = new CRC32();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
