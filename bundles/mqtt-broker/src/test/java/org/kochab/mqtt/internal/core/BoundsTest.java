package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.mqtt.internal.core.BrokerFixture.connect;
import static org.kochab.mqtt.internal.core.BrokerFixture.publish;
import static org.kochab.mqtt.internal.core.BrokerFixture.retained;
import static org.kochab.mqtt.internal.core.BrokerFixture.will;
import static org.kochab.mqtt.internal.core.BrokerFixture.withWill;

import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;

/** Nothing a client does makes the broker hold more than its limits say. */
class BoundsTest {
    private static final Limits TIGHT = new Limits(
            10, 10, 10, 1_000, 10_000, 10_000, 10_000, 20, 50, 8, 2, 4, 3, 60, 60, 3, 20_000, 5, 5_000, 12_000, 2, 3,
            2_000);

    private final BrokerFixture fixture = new BrokerFixture(TIGHT);

    @Test
    void keepsTheNewestForASlowReceiver() {
        var slow = fixture.client().connect(connect("node:rm:n", true, 0)).subscribe("kochab/1/rm/n/down/x", 1);
        slow.writable = false;
        var publisher = fixture.connected("publisher");
        for (int i = 0; i < 1_000; i++) {
            publisher.receive(publish("kochab/1/rm/n/down/x", 1, "m" + i));
        }
        assertThat(fixture.broker.status("", 0).queuedMessages()).isEqualTo(5);
        assertThat(fixture.counters.dropped()).isEqualTo(995);
        slow.writable = true;
        slow.connection.writable();
        assertThat(slow.payloads()).containsExactly("m995", "m996", "m997", "m998");
    }

    @Test
    void dropsQos0ForASlowReceiver() {
        var slow = fixture.client().connect(connect("node:rm:n", true, 0)).subscribe("kochab/1/rm/n/down/x", 1);
        slow.writable = false;
        var publisher = fixture.connected("publisher");
        for (int i = 0; i < 1_000; i++) {
            publisher.receive(publish("kochab/1/rm/n/down/x", 0, "m" + i));
        }
        slow.writable = true;
        slow.connection.writable();
        assertThat(slow.payloads()).containsExactly("m0", "m1", "m2", "m3", "m4");
    }

    @Test
    void boundsTheBytesOfAllQueuesTogether() {
        String large = "x".repeat(1_500);
        for (String id : new String[] {"one", "two"}) {
            var slow = fixture.client().connect(connect(id, true, 0)).subscribe("a", 1);
            slow.writable = false;
        }
        var publisher = fixture.connected("publisher");
        for (int i = 0; i < 100; i++) {
            publisher.receive(publish("a", 1, large));
        }
        assertThat(fixture.broker.status("", 0).queuedBytes()).isBetween(6_000L, 12_000L);
        fixture.broker.disconnect("one");
        fixture.broker.disconnect("two");
        assertThat(fixture.broker.status("", 0).queuedBytes()).isZero();
    }

    @Test
    void forgetsTheSessionLeftLongestAgoToMakeRoom() {
        for (String id : new String[] {"one", "two", "three"}) {
            fixture.client().connect(connect(id, true, 60)).lose();
            fixture.pass(100);
        }
        assertThat(fixture.connected("four").connAck().reason()).isEqualTo(Reason.SUCCESS);
        assertThat(fixture.broker.sessions.clientIds()).containsExactly("four", "three", "two");
        fixture.connected("five");
        fixture.connected("six");
        assertThat(fixture.connected("seven").connAck().reason()).isEqualTo(Reason.QUOTA_EXCEEDED);
    }

    @Test
    void boundsSubscriptions() {
        var client = fixture.connected("client");
        for (String filter : new String[] {"a", "b", "c"}) {
            assertThat(client.subscribe(filter, 1).last(Outbound.SubAck.class).codes())
                    .containsExactly(1);
        }
        assertThat(client.subscribe("d", 1).last(Outbound.SubAck.class).codes())
                .containsExactly(Reason.QUOTA_EXCEEDED.code);
        assertThat(client.subscribe("a", 2).last(Outbound.SubAck.class).codes()).containsExactly(2);
        assertThat(fixture.broker.router.subscriptionCount()).isEqualTo(3);
    }

    @Test
    void boundsRetainedMessages() {
        var client = fixture.connected("client");
        client.receive(retained("a", "1", Inbound.ABSENT))
                .receive(retained("b", "2", Inbound.ABSENT))
                .receive(retained("c", "3", Inbound.ABSENT))
                .receive(retained("d", "4", Inbound.ABSENT))
                .receive(retained("a", "x".repeat(5_000), Inbound.ABSENT));
        assertThat(fixture.broker.router.retained().size()).isEqualTo(3);
        client.receive(new Inbound.Publish(9, 1, true, "e", 0, "5".getBytes(), BrokerFixture.NOTHING, Inbound.ABSENT));
        assertThat(client.last(Outbound.Acknowledge.class).reason()).isEqualTo(Reason.QUOTA_EXCEEDED);
        client.receive(retained("a", "6", Inbound.ABSENT));
        assertThat(client.subscribe("a", 0).payloads()).containsExactly("6");
    }

    @Test
    void countsWillsAndGivesThemBack() {
        Inbound.Will large = new Inbound.Will("w", new byte[7_000], 1, false, BrokerFixture.NOTHING, Inbound.ABSENT, 0);
        fixture.client().connect(withWill(connect("one", true, 60), large));
        assertThat(fixture.client()
                        .connect(withWill(connect("two", true, 60), large))
                        .connAck()
                        .reason())
                .isEqualTo(Reason.QUOTA_EXCEEDED);
        fixture.client().connect(withWill(connect("one", false, 60), will("w", 0)));
        assertThat(fixture.broker.status("", 0).queuedBytes()).isLessThan(1_000);
        fixture.broker.disconnect("one");
        assertThat(fixture.broker.status("", 0).queuedBytes()).isZero();
    }

    @Test
    void refusesClientIdsThatAreTooLongOrNotPlain() {
        assertThat(fixture.connected("x".repeat(21)).connAck().reason()).isEqualTo(Reason.CLIENT_ID_NOT_VALID);
        assertThat(fixture.connected("a\nb").connAck().reason()).isEqualTo(Reason.CLIENT_ID_NOT_VALID);
    }

    @Test
    void doesNotRememberOverlongAliases() {
        var client = fixture.connected("client");
        client.receive(new Inbound.Publish(
                0, 0, false, "x".repeat(51), 1, BrokerFixture.NOTHING, BrokerFixture.NOTHING, Inbound.ABSENT));
        client.receive(
                new Inbound.Publish(0, 0, false, "", 1, BrokerFixture.NOTHING, BrokerFixture.NOTHING, Inbound.ABSENT));
        assertThat(client.closedFor).isEqualTo(Reason.PROTOCOL_ERROR);
    }

    @Test
    void boundsWhatComesBeforeTheAnswerToConnect() {
        fixture.authenticator = connection -> new java.util.concurrent.CompletableFuture<>();
        var eager = fixture.connected("eager");
        assertThat(eager.reading).isFalse();
        for (int i = 0; i < 65; i++) {
            eager.receive(new Inbound.Ping());
        }
        assertThat(eager.closed).isTrue();
    }

    @Test
    void leavesNothingOfAThousandVisits() {
        for (int i = 0; i < 1_000; i++) {
            var visitor = fixture.client()
                    .connect(withWill(connect("visitor", i % 2 == 0, i % 3), will("w", 1)))
                    .subscribe("a", 1)
                    .receive(publish("a", i % 2 + 1, "x"));
            if (i % 5 == 0) {
                visitor.receive(new Inbound.Disconnect(0, Inbound.ABSENT));
            } else {
                visitor.lose();
            }
        }
        fixture.pass(70_000);
        var status = fixture.broker.status("", 0);
        assertThat(status.sessions()).isZero();
        assertThat(status.subscriptions()).isZero();
        assertThat(status.queuedMessages()).isZero();
        assertThat(status.queuedBytes()).isZero();
        assertThat(fixture.broker.connecting()).isZero();
    }
}
