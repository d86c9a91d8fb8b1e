package org.kochab.store.ignite.internal.grid;

/** This member cannot be with the others now, for no fault of its own: it is to come back shortly and try again. */
final class ApartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean givesWay;

    /** @param givesWay whether another one is to be there before it */
    ApartException(String message, boolean givesWay) {
        super(message);
        this.givesWay = givesWay;
    }

    boolean givesWay() {
        return givesWay;
    }
}
