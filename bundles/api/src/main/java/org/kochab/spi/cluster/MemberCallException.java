package org.kochab.spi.cluster;

/** A call to another member has no answer. */
public final class MemberCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The member is not there now; it never got the request. */
        UNREACHABLE(false),
        /** Too much is under way; the request was not sent. */
        BUSY(false),
        /** The request is larger than {@link MemberCalls#MAX_BYTES} and was not sent. */
        TOO_LARGE(false),
        /** The member does not serve what was asked. */
        NO_SERVICE(false),
        /** The member went away before it answered. */
        LOST(true),
        /** No answer in time. */
        TIMED_OUT(true),
        /** The member failed to answer; the message is its. */
        FAILED(true);

        private final boolean handled;

        Reason(boolean handled) {
            this.handled = handled;
        }

        /** Whether the member may have done what was asked. */
        public boolean maybeHandled() {
            return handled;
        }
    }

    private final Reason reason;

    public MemberCallException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
