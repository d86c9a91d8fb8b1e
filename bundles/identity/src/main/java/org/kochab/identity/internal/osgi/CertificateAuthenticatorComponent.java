package org.kochab.identity.internal.osgi;

import java.util.concurrent.CompletionStage;
import org.kochab.identity.internal.service.Identities;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Judges clients of the secure listener; those of the other one are judged as if it were not there. */
@Component(property = {"service.ranking:Integer=-500", "name=certificates"})
public final class CertificateAuthenticatorComponent implements MqttAuthenticator {
    private final MqttAuthenticator rules;

    @Activate
    public CertificateAuthenticatorComponent(
            @Reference Identities identities, @Reference(target = "(name=loopback)") MqttAuthenticator plain) {
        rules = identities.authenticator(plain);
    }

    @Override
    public CompletionStage<MqttAuthentication> authenticate(MqttConnection connection) {
        return rules.authenticate(connection);
    }
}
