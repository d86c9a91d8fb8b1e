package org.kochab.store.mvstore.internal.core;

/**
 * What is in a table, by which a missing or an old entry is noticed.
 *
 * @param entries how many there are
 * @param digest the sum of their checksums, in whatever order
 */
public record Contents(long entries, long digest) {
    public static final Contents NONE = new Contents(0, 0);

    /** With one more entry. @param stored its value as {@link Sealed} */
    public Contents plus(byte[] stored) {
        return new Contents(entries + 1, digest + Sealed.weight(stored));
    }

    /** Without an entry that was in it. @param stored its value as {@link Sealed} */
    public Contents minus(byte[] stored) {
        return new Contents(entries - 1, digest - Sealed.weight(stored));
    }
}
