package org.kochab.spi.mqtt;

/** An authenticator's answer. */
public sealed interface MqttAuthentication {
    /** The client is who it says. */
    record Accepted(MqttPrincipal principal) implements MqttAuthentication {}

    /**
     * The client is not let in.
     *
     * @param explanation one sentence for the client and the log that says what to do; no secrets
     */
    record Refused(Cause cause, String explanation) implements MqttAuthentication {}

    /** Why a client is not let in; each is one of the protocol's reason codes. */
    enum Cause {
        BAD_CREDENTIALS,
        NOT_AUTHORISED,
        BANNED,
        UNAVAILABLE
    }
}
