package org.kochab.shell.internal.core;

/** A command cannot be done for a reason that its user can see to. The message is one sentence that says how. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message);
    }
}
