package org.kochab.partition.internal.backup;

import java.util.List;

/**
 * What a backup says of itself, as JSON.
 *
 * @param format {@link #FORMAT}; a reader refuses others
 * @param made when, as ISO 8601
 * @param partitions the directory first
 */
record Manifest(int format, String made, List<Part> partitions) {
    static final int FORMAT = 1;

    /**
     * A partition: a file of its own in the archive.
     *
     * @param epoch the epoch it was led under
     * @param sha256 of its file, in hexadecimal
     */
    record Part(String id, long epoch, long revision, long entries, String sha256) {}
}
