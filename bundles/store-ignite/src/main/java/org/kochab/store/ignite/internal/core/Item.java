package org.kochab.store.ignite.internal.core;

import org.jspecify.annotations.Nullable;

/**
 * A key as it was last written in some part of a partition's log. The arrays are shared and must not be changed.
 *
 * @param value null if the key was deleted
 */
public record Item(byte[] key, byte @Nullable [] value) {
    int bytes() {
        return 2 * Integer.BYTES + key.length + (value == null ? 0 : value.length);
    }
}
