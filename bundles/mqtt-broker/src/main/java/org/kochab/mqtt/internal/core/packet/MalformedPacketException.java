package org.kochab.mqtt.internal.core.packet;

/** A packet that breaks the protocol; its connection must be closed. Carries no stack trace: peers cause it at will. */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public MalformedPacketException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
