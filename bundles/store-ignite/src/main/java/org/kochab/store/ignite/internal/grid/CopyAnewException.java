package org.kochab.store.ignite.internal.grid;

/** The others have everything and this member's copy may differ from theirs: it is to begin with none. */
final class CopyAnewException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CopyAnewException(String message) {
        super(message);
    }
}
