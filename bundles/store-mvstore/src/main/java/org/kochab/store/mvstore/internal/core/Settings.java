package org.kochab.store.mvstore.internal.core;

import java.nio.file.Path;

/**
 * How the store runs.
 *
 * @param storeName as partitions' specs have it
 * @param directory where the data is; nothing else may be in there
 * @param cacheMegabytes pages that are kept in memory; the rest is read from the file
 * @param commitQueue how many requests may wait before the next is refused
 * @param reserveMegabytes of the disk that are left free: commits are refused before it is full
 */
public record Settings(String storeName, Path directory, int cacheMegabytes, int commitQueue, int reserveMegabytes) {
    public Settings {
        require(!storeName.isBlank(), "storeName is empty: give the name that partitions use");
        range("cacheMegabytes", cacheMegabytes, 4, 65_536);
        range("commitQueue", commitQueue, 1, 100_000);
        range("reserveMegabytes", reserveMegabytes, 1, 1 << 20);
    }

    private static void range(String field, int value, int least, int most) {
        require(value >= least && value <= most, field + " is " + value + ": use " + least + " to " + most);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
