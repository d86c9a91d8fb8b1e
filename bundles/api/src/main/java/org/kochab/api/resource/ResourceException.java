package org.kochab.api.resource;

/** Why a request was not done. Nothing was changed, unless the reason is {@link Reason#UNKNOWN}. The message says what to do. */
public final class ResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public enum Reason {
        NOT_FOUND,
        ALREADY_EXISTS,
        /** Somebody else changed it meanwhile: read again. */
        CONFLICT,
        /** The message names the field. */
        INVALID,
        /** Overloaded: try again shortly. */
        BUSY,
        /** The partition or store cannot be reached now. */
        UNAVAILABLE,
        /** It may or may not have been done: read to find out. */
        UNKNOWN,
        /** The watch or page is too old: list again. */
        GONE
    }

    public ResourceException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
