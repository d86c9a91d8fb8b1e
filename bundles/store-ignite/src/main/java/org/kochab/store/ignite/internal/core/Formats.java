package org.kochab.store.ignite.internal.core;

import org.kochab.spi.store.StoreException;

/** Versions of stored records. */
final class Formats {
    private Formats() {}

    static void expect(String record, byte known, byte found) {
        if (found != known) {
            throw new StoreException("the stored " + record + " has format " + found + ", this version reads format "
                    + known + ": run the version of Kochab that wrote it, or a newer one");
        }
    }
}
