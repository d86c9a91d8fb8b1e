package org.kochab.spi.runtime;

/** Why a driver could not do something. */
public final class RuntimeFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    public enum Code {
        /** The task can never run here as it is: the message names the field. */
        INVALID,
        /** The image is not here and cannot be had now. */
        IMAGE,
        /** The command does not exist or cannot be run. */
        COMMAND,
        /** Trying again may help. */
        TEMPORARY
    }

    public RuntimeFailure(Code code, String message) {
        super(message);
        this.code = code;
    }

    public RuntimeFailure(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
