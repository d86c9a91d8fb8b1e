package org.kochab.partition.internal.core.wire;

/** A message that cannot be read. */
public final class WireException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public WireException(String what) {
        super("a message of another member cannot be read: " + what);
    }
}
