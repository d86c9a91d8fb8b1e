package org.kochab.api.partition;

import java.util.regex.Pattern;

/** Name of a partition, for example {@code tp-1} or {@code rm-1}: a DNS label of at most 63 characters. */
public record PartitionId(String value) implements Comparable<PartitionId> {
    private static final Pattern VALID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public PartitionId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "partition name '" + value
                            + "' is not valid: use at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit");
        }
    }

    @Override
    public int compareTo(PartitionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
