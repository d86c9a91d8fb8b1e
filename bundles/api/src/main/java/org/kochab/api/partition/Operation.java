package org.kochab.api.partition;

/** One change of a transaction. A transaction changes a key at most once. */
public sealed interface Operation {
    String key();

    /** Sets the key. The array is handed over: the caller must not change it afterwards. */
    record Put(String key, byte[] value) implements Operation {}

    /** Removes the key; removing a key that does not exist changes nothing and gives no event. */
    record Delete(String key) implements Operation {}
}
