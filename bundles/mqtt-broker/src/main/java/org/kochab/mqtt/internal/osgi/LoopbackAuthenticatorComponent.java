package org.kochab.mqtt.internal.osgi;

import java.util.concurrent.CompletionStage;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;
import org.osgi.service.component.annotations.Component;

/** Offers the built-in authenticator; any other ranks higher. */
@Component(property = {"service.ranking:Integer=-1000", "name=loopback"})
public final class LoopbackAuthenticatorComponent implements MqttAuthenticator {
    private final LoopbackAuthenticator rules = new LoopbackAuthenticator();

    public LoopbackAuthenticatorComponent() {}

    @Override
    public CompletionStage<MqttAuthentication> authenticate(MqttConnection connection) {
        return rules.authenticate(connection);
    }
}
