package org.kochab.mqtt.internal.core;

/** A number of something, mostly bytes, that all clients share. */
public final class Budget {
    private final long limit;
    private long used;

    public Budget(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes if there are as many left; takes none otherwise. */
    public boolean take(long bytes) {
        if (bytes > limit - used) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Takes the bytes in any case: for memory that is held already and bounded elsewhere. */
    void force(long bytes) {
        used += bytes;
    }

    public void giveBack(long bytes) {
        used -= bytes;
    }

    public long used() {
        return used;
    }
}
