package org.kochab.mqtt.internal.osgi;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttBroker;
import org.kochab.spi.mqtt.MqttBrokerStatus;
import org.kochab.spi.mqtt.MqttCredentials;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Runs the broker. Immediate because its clients come over the network, not through the service registry. The
 * deciders may be replaced while clients stay connected, hence fields and not constructor arguments.
 */
@Component(service = MqttBroker.class, configurationPid = "org.kochab.mqtt.broker", immediate = true)
@Designate(ocd = BrokerSettings.class)
public final class BrokerComponent implements MqttBroker {
    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable MqttAuthenticator authenticator;

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable MqttAuthoriser authoriser;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable MqttCredentials credentials;

    private volatile @Nullable EmbeddedBroker broker;

    public BrokerComponent() {}

    @Activate
    void start(BrokerSettings settings) throws IOException {
        broker = EmbeddedBroker.start(
                BrokerSettings.Reader.read(settings),
                () -> bound(authenticator, "authenticator"),
                () -> bound(authoriser, "authoriser"),
                () -> Optional.ofNullable(credentials).flatMap(MqttCredentials::current));
    }

    @Deactivate
    void stop() {
        EmbeddedBroker running = broker;
        broker = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public MqttBrokerStatus status() {
        return bound(broker, "broker").status();
    }

    @Override
    public void disconnect(String clientId) {
        bound(broker, "broker").disconnect(clientId);
    }

    @Override
    public void disconnect(MqttPrincipal principal) {
        bound(broker, "broker").disconnect(principal);
    }

    private static <T> T bound(@Nullable T part, String what) {
        if (part == null) {
            throw new IllegalStateException("the MQTT broker's " + what + " is stopped");
        }
        return part;
    }
}
