package org.kochab.mqtt.internal.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttConnection;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks whoever decides at the moment; a decider that fails is named in the log and means no. */
public final class AccessGate {
    private static final Logger LOG = LoggerFactory.getLogger(AccessGate.class);

    private final Supplier<MqttAuthenticator> authenticator;
    private final Supplier<MqttAuthoriser> authoriser;
    private final Counters counters;

    public AccessGate(
            Supplier<MqttAuthenticator> authenticator, Supplier<MqttAuthoriser> authoriser, Counters counters) {
        this.authenticator = authenticator;
        this.authoriser = authoriser;
        this.counters = counters;
    }

    CompletionStage<MqttAuthentication> authenticate(MqttConnection connection) {
        String name = "of the broker";
        try {
            MqttAuthenticator decider = authenticator.get();
            name = decider.getClass().getName();
            String decidedBy = name;
            return decider.authenticate(connection).exceptionally(failure -> unavailable(decidedBy, failure));
        } catch (RuntimeException failure) {
            return CompletableFuture.completedFuture(unavailable(name, failure));
        }
    }

    boolean allows(MqttPrincipal principal, MqttAction action, String topic) {
        boolean allowed;
        try {
            allowed = authoriser.get().allows(principal, action, topic);
        } catch (RuntimeException failure) {
            LOG.error("the MQTT authoriser failed; {} may not {} {}", principal.name(), action, topic, failure);
            allowed = false;
        }
        if (!allowed) {
            counters.countDenied();
            LOG.debug("{} may not {} {}", principal.name(), action, topic);
        }
        return allowed;
    }

    boolean mayRetain(MqttPrincipal principal, String topic) {
        boolean allowed = NodeTopicsAuthoriser.mayRetain(principal, topic);
        if (!allowed) {
            counters.countDenied();
            LOG.debug("{} may not have {} kept", principal.name(), topic);
        }
        return allowed;
    }

    private static MqttAuthentication unavailable(String decider, Throwable failure) {
        LOG.error("the MQTT authenticator {} failed; the client is refused: {}", decider, failure.toString());
        LOG.debug("the failure", failure);
        return new MqttAuthentication.Refused(
                MqttAuthentication.Cause.UNAVAILABLE, "Authentication does not work at the moment; try again later.");
    }
}
