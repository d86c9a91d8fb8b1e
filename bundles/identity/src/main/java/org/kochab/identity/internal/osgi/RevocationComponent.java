package org.kochab.identity.internal.osgi;

import org.kochab.identity.internal.core.Keys;
import org.kochab.identity.internal.service.Identities;
import org.kochab.spi.mqtt.MqttBroker;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Has this member's broker cut the connections of nodes that are none any more. */
@Component(
        service = {},
        immediate = true)
public final class RevocationComponent {
    private final Identities identities;
    private final MqttBroker broker;

    @Activate
    public RevocationComponent(@Reference Identities identities, @Reference MqttBroker broker) {
        this.identities = identities;
        this.broker = broker;
        identities.onEnd(this::cut);
    }

    private void cut(Keys.Place place) {
        broker.disconnect(new MqttPrincipal.Node(place.resourceManager(), place.node()));
    }

    @Deactivate
    void stop() {
        identities.onEnd(place -> {});
    }
}
