package org.kochab.spi.store;

/** The store could not do or could not confirm what was asked. The message says what an operator can do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
