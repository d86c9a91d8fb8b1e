package org.kochab.api.codec;

/** Text that cannot be read. The message names the place and the remedy and can be shown to whoever wrote the text. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }

    public CodecException(String message) {
        super(message);
    }
}
