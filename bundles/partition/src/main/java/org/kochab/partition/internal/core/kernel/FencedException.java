package org.kochab.partition.internal.core.kernel;

/** What was asked for is behind a fence: it is, or will be, elsewhere. Nothing changed. */
public final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FencedException(String fence) {
        super("closed by " + fence);
    }
}
