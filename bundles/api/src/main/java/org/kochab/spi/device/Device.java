package org.kochab.spi.device;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A device that is present.
 *
 * @param id unique among its provider's and the same whenever this device is found, also after a restart of the machine: letters, digits and {@code ._:@/-},
 *     at most 128 characters, the first a letter or a digit
 * @param fault why it cannot be used now, for people; null for a healthy one
 * @param attributes what people may want to know of it, such as its vendor; they are logged and decide nothing
 * @param numaNode the memory it is near to; null if that is not known. Several devices for one container are taken of one node where that is possible
 */
public record Device(
        String id, @Nullable String fault, SortedMap<String, String> attributes, @Nullable Integer numaNode) {
    public Device {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    public boolean healthy() {
        return fault == null;
    }
}
