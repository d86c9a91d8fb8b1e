package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.mqtt.internal.core.BrokerFixture.connect;
import static org.kochab.mqtt.internal.core.BrokerFixture.publish;
import static org.kochab.mqtt.internal.core.BrokerFixture.will;
import static org.kochab.mqtt.internal.core.BrokerFixture.withWill;

import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.packet.Acknowledgement;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;
import org.kochab.spi.mqtt.MqttPrincipal;

class SessionsTest {
    private final BrokerFixture fixture = new BrokerFixture();

    @Test
    void forgetsASessionThatEndsWithItsConnection() {
        fixture.connected("client").subscribe("a", 1).lose();
        assertThat(fixture.broker.sessions.size()).isZero();
        assertThat(fixture.broker.router.subscriptionCount()).isZero();
        assertThat(fixture.client()
                        .connect(connect("client", false, 0))
                        .connAck()
                        .sessionPresent())
                .isFalse();
    }

    @Test
    void givesAReturningClientItsSession() {
        fixture.client().connect(connect("client", true, 100)).subscribe("a", 1).lose();
        fixture.connected("publisher").receive(publish("a", 1, "meanwhile")).receive(publish("a", 0, "lost"));
        fixture.pass(99_000);
        var back = fixture.client().connect(connect("client", false, 100));
        assertThat(back.connAck().sessionPresent()).isTrue();
        assertThat(back.payloads()).containsExactly("meanwhile");
    }

    @Test
    void endsASessionWhoseTimeIsOver() {
        fixture.client().connect(connect("client", true, 100)).subscribe("a", 1).lose();
        fixture.connected("publisher").receive(publish("a", 1, "meanwhile"));
        fixture.pass(100_100);
        assertThat(fixture.client()
                        .connect(connect("client", false, 100))
                        .connAck()
                        .sessionPresent())
                .isFalse();
    }

    @Test
    void startsCleanWhenAsked() {
        fixture.client().connect(connect("client", true, 100)).subscribe("a", 1).lose();
        var back = fixture.client().connect(connect("client", true, 100));
        assertThat(back.connAck().sessionPresent()).isFalse();
        fixture.connected("publisher").receive(publish("a", 1, "x"));
        assertThat(back.payloads()).isEmpty();
    }

    @Test
    void sendsAgainWhatWasNotAcknowledged() {
        var first = fixture.client().connect(connect("client", true, 100)).subscribe("a", 2);
        var publisher = fixture.connected("publisher");
        publisher.receive(publish("a", 1, "one")).receive(publish("a", 2, "two"));
        publisher.acknowledge(Acknowledgement.PUBREL, 7).receive(publish("a", 2, "three"));
        first.acknowledge(Acknowledgement.PUBREC, 2).lose();
        var back = fixture.client().connect(connect("client", false, 100));
        assertThat(back.payloads()).containsExactly("one", "three");
        assertThat(back.messages()).allMatch(Outbound.Publish::duplicate);
        assertThat(back.sent).contains(new Outbound.Acknowledge(Acknowledgement.PUBREL, 2, Reason.SUCCESS));
        back.acknowledge(Acknowledgement.PUBACK, 1)
                .acknowledge(Acknowledgement.PUBCOMP, 2)
                .acknowledge(Acknowledgement.PUBREC, 3)
                .acknowledge(Acknowledgement.PUBCOMP, 3);
        assertThat(fixture.broker.status("", 0).queuedBytes()).isZero();
    }

    @Test
    void closesTheOlderOfTwoConnectionsOfAClient() {
        var older = fixture.client().connect(connect("client", true, 100)).subscribe("a", 1);
        var newer = fixture.client().connect(connect("client", false, 100));
        assertThat(older.closedFor).isEqualTo(Reason.SESSION_TAKEN_OVER);
        assertThat(newer.connAck().sessionPresent()).isTrue();
        older.lose();
        fixture.connected("publisher").receive(publish("a", 1, "x"));
        assertThat(newer.payloads()).containsExactly("x");
        assertThat(fixture.broker.sessions.connected()).isEqualTo(2);
    }

    @Test
    void doesNotGiveASessionToAnotherPrincipal() {
        fixture.client().connect(withUser("shared", "node:rm:a"));
        var thief = fixture.client().connect(withUser("shared", "node:rm:b"));
        assertThat(thief.connAck().sessionPresent()).isFalse();
        var operator = fixture.client().connect(connect("shared", false, 0));
        assertThat(operator.connAck().reason()).isEqualTo(Reason.SUCCESS);
        assertThat(operator.connAck().sessionPresent()).isFalse();
    }

    @Test
    void doesNotKeepAClientOutBecauseAnotherPrincipalUsesItsId() {
        // Ids can be guessed: whoever came first with another's would else lock it out.
        var first = fixture.client().connect(withUser("guessed", "node:rm:b"));
        var own = fixture.client().connect(withUser("guessed", "node:rm:a"));
        assertThat(own.connAck().reason()).isEqualTo(Reason.SUCCESS);
        assertThat(first.closed).isFalse();
        fixture.broker.disconnect(new MqttPrincipal.Node("rm", "b"));
        assertThat(first.closed).isTrue();
        assertThat(own.closed).isFalse();
        fixture.broker.disconnect("guessed");
        assertThat(own.closed).isTrue();
    }

    @Test
    void publishesTheWillOfALostClient() {
        var watcher = fixture.connected("watcher").subscribe("state", 1);
        fixture.client().connect(withWill(connect("client"), will("state", 0))).lose();
        assertThat(watcher.payloads()).containsExactly("gone");
        assertThat(fixture.broker.status("", 0).queuedBytes())
                .isEqualTo(watcher.messages().get(0).message().charge() + 64);
    }

    @Test
    void publishesNoWillAfterAGoodbye() {
        var watcher = fixture.connected("watcher").subscribe("state", 1);
        fixture.client()
                .connect(withWill(connect("client"), will("state", 0)))
                .receive(new Inbound.Disconnect(0, Inbound.ABSENT));
        assertThat(watcher.payloads()).isEmpty();
        fixture.client()
                .connect(withWill(connect("client"), will("state", 0)))
                .receive(new Inbound.Disconnect(4, Inbound.ABSENT));
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void delaysAWillAndDropsItWhenTheClientReturns() {
        var watcher = fixture.connected("watcher").subscribe("state", 0);
        fixture.client()
                .connect(withWill(connect("client", true, 100), will("state", 10)))
                .lose();
        fixture.pass(9_900);
        assertThat(watcher.payloads()).isEmpty();
        var back = fixture.client().connect(withWill(connect("client", false, 100), will("state", 10)));
        fixture.pass(20_000);
        assertThat(watcher.payloads()).isEmpty();
        back.lose();
        fixture.pass(10_000);
        assertThat(watcher.payloads()).containsExactly("gone");
        assertThat(fixture.broker.sessions.size()).isEqualTo(2);
    }

    @Test
    void publishesADelayedWillWhenTheSessionEndsEarlier() {
        var watcher = fixture.connected("watcher").subscribe("state", 0);
        fixture.client()
                .connect(withWill(connect("client", true, 5), will("state", 60)))
                .lose();
        fixture.pass(5_000);
        assertThat(watcher.payloads()).containsExactly("gone");
        fixture.client()
                .connect(withWill(connect("other", true, 100), will("state", 60)))
                .lose();
        fixture.client().connect(connect("other", true, 0));
        assertThat(watcher.payloads()).containsExactly("gone", "gone");
    }

    @Test
    void countsASilentClientAsLostAfterOneAndAHalfKeepAlives() {
        var watcher = fixture.connected("watcher").subscribe("state", 0);
        var client = fixture.client().connect(withWill(connect("client"), will("state", 0)));
        fixture.pass(80_000);
        watcher.receive(new Inbound.Ping());
        client.receive(new Inbound.Ping());
        assertThat(client.last(Outbound.Pong.class)).isNotNull();
        fixture.pass(80_000);
        watcher.receive(new Inbound.Ping());
        assertThat(client.closed).isFalse();
        fixture.pass(10_000);
        assertThat(client.closedFor).isEqualTo(Reason.KEEP_ALIVE_TIMEOUT);
        assertThat(watcher.payloads()).containsExactly("gone");
    }

    @Test
    void capsWhatAClientAsksFor() {
        var greedy = fixture.client()
                .connect(new Inbound.Connect(
                        5, "", true, 0, null, null, BrokerFixture.NOTHING, 0xFFFF_FFFFL, 10, 1_000_000, null));
        assertThat(greedy.connAck().serverKeepAlive()).isEqualTo(3_600);
        assertThat(greedy.connAck().sessionExpiry()).isEqualTo(86_400);
        assertThat(greedy.connAck().assignedClientId()).isEqualTo("auto-1");
    }

    @Test
    void mayShortenButNotInventASessionExpiryAtGoodbye() {
        fixture.client().connect(connect("client", true, 100)).receive(new Inbound.Disconnect(0, 0));
        assertThat(fixture.broker.sessions.size()).isZero();
        var inventive = fixture.connected("client").receive(new Inbound.Disconnect(0, 100));
        assertThat(inventive.closedFor).isEqualTo(Reason.PROTOCOL_ERROR);
    }

    @Test
    void closesWhoDoesNotIntroduceItself() {
        var silent = fixture.client();
        fixture.pass(9_000);
        assertThat(silent.closed).isFalse();
        fixture.pass(1_000);
        assertThat(silent.closed).isTrue();
        assertThat(fixture.broker.connecting()).isZero();
    }

    @Test
    void treatsCleanSessionOfOlderClientsAsExpiry() {
        var old = new Inbound.Connect(
                4, "old", false, 0, null, null, BrokerFixture.NOTHING, Inbound.ABSENT, 65_535, 0xFFFF_FFFFL, null);
        fixture.client().connect(old).subscribe("a", 1).lose();
        fixture.pass(3_600_000);
        assertThat(fixture.client().connect(old).connAck().sessionPresent()).isTrue();
    }

    @Test
    void closesAndForgetsOnTheOperatorsWord() {
        var client = fixture.client().connect(connect("client", true, 100));
        fixture.broker.disconnect("client");
        fixture.broker.disconnect("nobody");
        assertThat(client.closedFor).isEqualTo(Reason.ADMINISTRATIVE_ACTION);
        assertThat(fixture.broker.sessions.size()).isZero();
    }

    private static Inbound.Connect withUser(String clientId, String user) {
        return new Inbound.Connect(
                5, clientId, true, 60, null, user, BrokerFixture.NOTHING, 0, 65_535, 0xFFFF_FFFFL, null);
    }
}
