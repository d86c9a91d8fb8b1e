package org.kochab.api.partition;

/** What must be true of a key for a transaction to be committed. All preconditions of a transaction must hold. */
public sealed interface Precondition {
    String key();

    /** The key exists, at any revision. */
    record Present(String key) implements Precondition {}

    /** The key does not exist. */
    record Absent(String key) implements Precondition {}

    /** The key's last put was at exactly this revision. */
    record AtRevision(String key, long revision) implements Precondition {}
}
