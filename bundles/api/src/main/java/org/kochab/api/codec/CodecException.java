package org.kochab.api.codec;

/**
 * Text that cannot be read. The message names the place and the remedy and can be shown to whoever wrote the text: of one that is longer than
 * 4,000 characters, because the text is, the middle is left out.
 */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message, Throwable cause) {
        super(Brief.of(message), cause);
    }

    public CodecException(String message) {
        super(Brief.of(message));
    }
}
