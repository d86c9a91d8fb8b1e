package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.mqtt.internal.core.BrokerFixture.connect;
import static org.kochab.mqtt.internal.core.BrokerFixture.publish;
import static org.kochab.mqtt.internal.core.BrokerFixture.retained;
import static org.kochab.mqtt.internal.core.BrokerFixture.will;
import static org.kochab.mqtt.internal.core.BrokerFixture.withWill;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttAction;
import org.kochab.spi.mqtt.MqttPrincipal;

class AccessTest {
    private final BrokerFixture fixture = new BrokerFixture();
    private final NodeTopicsAuthoriser rules = new NodeTopicsAuthoriser();

    @ParameterizedTest
    @CsvSource({
        "PUBLISH, kochab/1/rm/n/up/birth, true",
        "PUBLISH, kochab/1/rm/n/up/log/pod, true",
        "PUBLISH, kochab/1/rm/n/up/, false",
        "PUBLISH, kochab/1/rm/n/down/desired, false",
        "PUBLISH, kochab/1/rm/n2/up/birth, false",
        "PUBLISH, kochab/1/rm/n/upper/x, false",
        "PUBLISH, other, false",
        "SUBSCRIBE, kochab/1/rm/n/down/#, true",
        "SUBSCRIBE, kochab/1/rm/n/down/+/x, true",
        "SUBSCRIBE, kochab/1/rm/n/up/#, false",
        "SUBSCRIBE, kochab/1/rm/n/#, false",
        "SUBSCRIBE, kochab/1/rm/+/down/#, false",
        "SUBSCRIBE, kochab/1/+/n/down/#, false",
        "SUBSCRIBE, +/1/rm/n/down/#, false",
        "SUBSCRIBE, #, false",
        "SUBSCRIBE, $SYS/#, false",
        "SUBSCRIBE, $share/g/kochab/1/rm/n/down/#, false"
    })
    void bindsANodeToItsTopics(MqttAction action, String topic, boolean allowed) {
        assertThat(rules.allows(new MqttPrincipal.Node("rm", "n"), action, topic))
                .isEqualTo(allowed);
        assertThat(rules.allows(new MqttPrincipal.Trusted("op"), action, topic)).isTrue();
        assertThat(rules.allows(new MqttPrincipal.Client("c"), action, topic)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLISH, kochab/1/rm/n/up/enrol, true",
        "PUBLISH, kochab/1/rm/n/up/enrol/x, false",
        "PUBLISH, kochab/1/rm/n/up/birth, false",
        "PUBLISH, kochab/1/rm/n2/up/enrol, false",
        "SUBSCRIBE, kochab/1/rm/n/down/enrol, true",
        "SUBSCRIBE, kochab/1/rm/n/down/#, false",
        "SUBSCRIBE, kochab/1/rm/+/down/enrol, false",
        "SUBSCRIBE, $share/g/kochab/1/rm/n/down/enrol, false"
    })
    void letsWhoJoinsAskForThatOnly(MqttAction action, String topic, boolean allowed) {
        assertThat(rules.allows(new MqttPrincipal.Joining("rm", "n"), action, topic))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"node:", "node:rm", "node:rm:", "node::n", "node:rm:n:x", "node:+:n", "node:rm:#", "node:rm:a/b"
            })
    void refusesNamesThatAreNoNodes(String clientId) {
        assertThat(fixture.connected(clientId).connAck().reason()).isEqualTo(Reason.BAD_CREDENTIALS);
    }

    @Test
    void refusesAnonymousClientsFromElsewhere() {
        fixture.loopback = false;
        var remote = fixture.connected("operator");
        assertThat(remote.connAck().reason()).isEqualTo(Reason.NOT_AUTHORISED);
        assertThat(remote.connAck().explanation()).contains("MqttAuthenticator");
        assertThat(remote.closed).isTrue();
    }

    @Test
    void checksWillsAsPublishes() {
        var node = fixture.client().connect(withWill(connect("node:rm:n"), will("kochab/1/rm/n2/up/state", 0)));
        assertThat(node.connAck().reason()).isEqualTo(Reason.NOT_AUTHORISED);
        var invalid = fixture.client().connect(withWill(connect("operator"), will("a/#", 0)));
        assertThat(invalid.connAck().reason()).isEqualTo(Reason.TOPIC_NAME_INVALID);
        var good = fixture.client().connect(withWill(connect("node:rm:n"), will("kochab/1/rm/n/up/state", 0)));
        assertThat(good.connAck().reason()).isEqualTo(Reason.SUCCESS);
    }

    @Test
    void tellsAFiveClientAndCountsForAThree() {
        var watcher = fixture.connected("watcher").subscribe("#", 1);
        var node = fixture.connected("node:rm:n").receive(publish("kochab/1/rm/n2/up/birth", 1, "x"));
        assertThat(node.last(Outbound.Acknowledge.class).reason()).isEqualTo(Reason.NOT_AUTHORISED);
        node.receive(publish("kochab/1/rm/n2/up/birth", 2, "x"));
        assertThat(node.last(Outbound.Acknowledge.class).reason()).isEqualTo(Reason.NOT_AUTHORISED);
        assertThat(node.subscribe("#", 1).last(Outbound.SubAck.class).codes()).containsExactly(0x87);
        assertThat(node.subscribe("a#", 1).last(Outbound.SubAck.class).codes()).containsExactly(0x8F);
        assertThat(node.closed).isFalse();
        assertThat(watcher.payloads()).isEmpty();
        assertThat(fixture.counters.denied()).isEqualTo(3);
    }

    /** The room for retained messages is everybody's. */
    @ParameterizedTest
    @CsvSource({"kochab/1/rm/n/up/state, true", "kochab/1/rm/n/up/birth, false", "kochab/1/rm/n/up/state/x, false"})
    void keepsOfANodeItsStateOnly(String topic, boolean kept) {
        fixture.connected("node:rm:n").receive(retained(topic, "x", Inbound.ABSENT));
        assertThat(fixture.connected("watcher").subscribe("#", 1).payloads()).hasSize(kept ? 1 : 0);
    }
}
