package org.kochab.agent.internal.update;

/** An update that cannot be had; the message is one sentence that says why. */
public final class UpdateException extends Exception {
    private static final long serialVersionUID = 1L;

    UpdateException(String message) {
        super(message);
    }

    UpdateException(String message, Throwable cause) {
        super(message, cause);
    }
}
