package org.kochab.spi.secret;

/** Something cannot be opened. The message says why and what to do, in one sentence, and nothing of the content. */
public final class SealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SealException(String message) {
        super(message);
    }
}
