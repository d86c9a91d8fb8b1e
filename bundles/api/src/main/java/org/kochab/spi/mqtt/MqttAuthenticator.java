package org.kochab.spi.mqtt;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides who a connecting client is. The broker uses the service with the highest ranking; its built-in one, of the
 * lowest, lets clients in over loopback connections only.
 *
 * <p>To fail closed when a vendor's authenticator goes away, set {@code authenticator.target} in the configuration
 * {@code org.kochab.mqtt.broker}: the broker then stops until a matching service is back.
 */
@ConsumerType
public interface MqttAuthenticator {
    /**
     * Called on the broker's event loop and must not block it: work that takes time completes the stage later, from
     * any thread. A stage that does not complete within the broker's connect timeout is a refusal, and so is one that
     * fails, or a throw.
     */
    CompletionStage<MqttAuthentication> authenticate(MqttConnection connection);
}
