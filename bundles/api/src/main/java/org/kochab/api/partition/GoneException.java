package org.kochab.api.partition;

/** The revision asked for is no longer kept, or the watcher was too slow. The remedy: list again, then watch from there. */
public final class GoneException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long oldestRevision;

    public GoneException(String message, long oldestRevision) {
        super(message);
        this.oldestRevision = oldestRevision;
    }

    /** The oldest revision that can still be watched from. */
    public long oldestRevision() {
        return oldestRevision;
    }
}
