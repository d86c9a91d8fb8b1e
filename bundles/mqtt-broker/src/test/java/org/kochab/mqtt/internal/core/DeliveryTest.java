package org.kochab.mqtt.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kochab.mqtt.internal.core.BrokerFixture.connect;
import static org.kochab.mqtt.internal.core.BrokerFixture.publish;
import static org.kochab.mqtt.internal.core.BrokerFixture.retained;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.packet.Acknowledgement;
import org.kochab.mqtt.internal.core.packet.Inbound;
import org.kochab.mqtt.internal.core.packet.Outbound;
import org.kochab.mqtt.internal.core.packet.Reason;

class DeliveryTest {
    private final BrokerFixture fixture = new BrokerFixture();

    @Test
    void deliversAtTheLowerQos() {
        var low = fixture.connected("low").subscribe("a/+", 0);
        var high = fixture.connected("high").subscribe("a/#", 2);
        fixture.connected("publisher").receive(publish("a/b", 1, "x"));
        assertThat(low.messages()).singleElement().satisfies(m -> assertThat(m.qos())
                .isZero());
        assertThat(high.messages()).singleElement().satisfies(m -> {
            assertThat(m.qos()).isEqualTo(1);
            assertThat(m.packetId()).isEqualTo(1);
        });
    }

    @Test
    void tellsAPublisherThatNobodyListens() {
        var publisher = fixture.connected("publisher").receive(publish("a", 1, "x"));
        assertThat(publisher.last(Outbound.Acknowledge.class).reason()).isEqualTo(Reason.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void sendsOneCopyWithAllIdentifiersForOverlappingSubscriptions() {
        var client = fixture.connected("client")
                .subscribe(3, r -> r, "a/+", 0)
                .subscribe(4, r -> r, "a/b", 1)
                .subscribe(5, r -> r, "other", 1);
        fixture.connected("publisher").receive(publish("a/b", 1, "x"));
        assertThat(client.messages()).singleElement().satisfies(m -> {
            assertThat(m.qos()).isEqualTo(1);
            assertThat(m.identifiers()).containsExactlyInAnyOrder(3, 4);
        });
    }

    @Test
    void doesNotEchoWithNoLocal() {
        var client = fixture.connected("client")
                .subscribe(0, r -> new Inbound.Request(r.filter(), 1, true, false, 0), "a", 1)
                .receive(publish("a", 1, "mine"));
        fixture.connected("other").receive(publish("a", 1, "theirs"));
        assertThat(client.payloads()).containsExactly("theirs");
    }

    @Test
    void keepsTheRetainFlagOnlyWhenAskedTo() {
        var plain = fixture.connected("plain").subscribe("a", 0);
        var asPublished = fixture.connected("as-published")
                .subscribe(0, r -> new Inbound.Request(r.filter(), 0, false, true, 0), "a", 0);
        fixture.connected("publisher").receive(retained("a", "x", Inbound.ABSENT));
        assertThat(plain.messages()).singleElement().matches(m -> !m.retain());
        assertThat(asPublished.messages()).singleElement().matches(Outbound.Publish::retain);
    }

    @Test
    void sendsRetainedMessagesAsRetainHandlingSays() {
        fixture.connected("publisher").receive(retained("a", "kept", Inbound.ABSENT));
        var client =
                fixture.connected("client").subscribe(0, r -> new Inbound.Request("a", 0, false, false, 2), "a", 0);
        assertThat(client.payloads()).isEmpty();
        client.subscribe(0, r -> new Inbound.Request("a", 0, false, false, 1), "a", 0);
        assertThat(client.payloads()).isEmpty();
        client.subscribe("a", 0);
        assertThat(client.messages()).singleElement().matches(Outbound.Publish::retain);
        var fresh = fixture.connected("fresh").subscribe(0, r -> new Inbound.Request("a", 0, false, false, 1), "a", 0);
        assertThat(fresh.payloads()).containsExactly("kept");
    }

    @Test
    void clearsARetainedMessageWithAnEmptyOne() {
        var publisher = fixture.connected("publisher").receive(retained("a", "kept", Inbound.ABSENT));
        publisher.receive(retained("a", "", Inbound.ABSENT));
        assertThat(fixture.connected("client").subscribe("#", 0).payloads()).isEmpty();
        assertThat(fixture.broker.router.retained().bytes()).isZero();
    }

    @Test
    void forgetsARetainedMessageThatExpires() {
        fixture.connected("publisher").receive(retained("a", "kept", 10));
        fixture.pass(4_000);
        assertThat(fixture.connected("early").subscribe("a", 0).messages())
                .singleElement()
                .satisfies(m -> assertThat(m.expiry()).isEqualTo(6));
        fixture.pass(6_000);
        assertThat(fixture.connected("late").subscribe("a", 0).messages()).isEmpty();
        assertThat(fixture.broker.router.retained().size()).isZero();
    }

    @Test
    void keepsTheOrderAndTheWindowOfASlowReceiver() {
        var client = fixture.client()
                .connect(new Inbound.Connect(
                        5, "client", true, 60, null, null, BrokerFixture.NOTHING, 0, 2, 0xFFFF_FFFFL, null))
                .subscribe("a", 1);
        var publisher = fixture.connected("publisher");
        IntStream.range(0, 5).forEach(i -> publisher.receive(publish("a", 1, "m" + i)));
        assertThat(client.payloads()).containsExactly("m0", "m1");
        client.acknowledge(Acknowledgement.PUBACK, 1);
        assertThat(client.payloads()).containsExactly("m0", "m1", "m2");
        client.acknowledge(Acknowledgement.PUBACK, 2).acknowledge(Acknowledgement.PUBACK, 3);
        assertThat(client.payloads()).containsExactly("m0", "m1", "m2", "m3", "m4");
    }

    @Test
    void carriesQos2ThroughOnce() {
        var client = fixture.connected("client").subscribe("a", 2);
        var publisher = fixture.connected("publisher");
        publisher.receive(publish("a", 2, "x")).receive(publish("a", 2, "x"));
        assertThat(client.payloads()).containsExactly("x");
        publisher.acknowledge(Acknowledgement.PUBREL, 7);
        assertThat(publisher.last(Outbound.Acknowledge.class).kind()).isEqualTo(Acknowledgement.PUBCOMP);
        publisher.acknowledge(Acknowledgement.PUBREL, 7);
        assertThat(publisher.last(Outbound.Acknowledge.class).reason()).isEqualTo(Reason.PACKET_ID_NOT_FOUND);
        client.acknowledge(Acknowledgement.PUBREC, 1);
        assertThat(client.last(Outbound.Acknowledge.class))
                .isEqualTo(new Outbound.Acknowledge(Acknowledgement.PUBREL, 1, Reason.SUCCESS));
        client.acknowledge(Acknowledgement.PUBCOMP, 1);
        assertThat(fixture.broker.status("", 0).queuedBytes()).isZero();
    }

    @Test
    void refusesMoreOpenQos2MessagesThanItAnnounced() {
        var publisher = fixture.connected("publisher");
        for (int id = 1; id <= 65; id++) {
            publisher.receive(new Inbound.Publish(
                    id, 2, false, "a", 0, BrokerFixture.NOTHING, BrokerFixture.NOTHING, Inbound.ABSENT));
        }
        assertThat(publisher.closedFor).isEqualTo(Reason.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    void sharesAGroupsMessagesAmongItsMembers() {
        var one = fixture.connected("one").subscribe("$share/g/a/#", 1);
        var two = fixture.connected("two").subscribe("$share/g/a/#", 1);
        var plain = fixture.connected("plain").subscribe("a/#", 1);
        var publisher = fixture.connected("publisher");
        IntStream.range(0, 10).forEach(i -> publisher.receive(publish("a/b", 1, "m" + i)));
        assertThat(one.messages()).hasSize(5);
        assertThat(two.messages()).hasSize(5);
        assertThat(plain.messages()).hasSize(10);
        two.lose();
        publisher.receive(publish("a/b", 1, "m10"));
        assertThat(one.payloads()).endsWith("m10");
    }

    @Test
    void resolvesTopicAliases() {
        var client = fixture.connected("client").subscribe("#", 0);
        var publisher = fixture.connected("publisher");
        publisher
                .receive(alias("a/b", 3, "first"))
                .receive(alias("", 3, "second"))
                .receive(alias("c", 3, "third"));
        publisher.receive(alias("", 3, "fourth"));
        assertThat(client.messages()).extracting(m -> m.message().topic()).containsExactly("a/b", "a/b", "c", "c");
        publisher.receive(alias("", 4, "undefined"));
        assertThat(publisher.closedFor).isEqualTo(Reason.PROTOCOL_ERROR);
        var greedy = fixture.connected("greedy").receive(alias("a", 9, "x"));
        assertThat(greedy.closedFor).isEqualTo(Reason.TOPIC_ALIAS_INVALID);
    }

    @Test
    void dropsAMessageThatExpiresWhileItWaits() {
        fixture.client().connect(connect("client", true, 100)).subscribe("a", 1).lose();
        var publisher = fixture.connected("publisher");
        publisher.receive(new Inbound.Publish(1, 1, false, "a", 0, "short".getBytes(), BrokerFixture.NOTHING, 5));
        publisher.receive(new Inbound.Publish(2, 1, false, "a", 0, "long".getBytes(), BrokerFixture.NOTHING, 50));
        fixture.pass(10_000);
        var back = fixture.client().connect(connect("client", false, 100));
        assertThat(back.payloads()).containsExactly("long");
        assertThat(back.messages().get(0).expiry()).isEqualTo(40);
    }

    @Test
    void doesNotSendWhatIsLargerThanTheClientTakes() {
        var small = fixture.client()
                .connect(new Inbound.Connect(5, "small", true, 60, null, null, BrokerFixture.NOTHING, 0, 10, 50, null))
                .subscribe("a", 1);
        fixture.connected("publisher").receive(publish("a", 1, "x".repeat(100))).receive(publish("a", 1, "fits"));
        assertThat(small.payloads()).containsExactly("fits");
        assertThat(fixture.counters.dropped()).isEqualTo(1);
    }

    @Test
    void deliversRetainedMessagesOfAFleetWithoutQueueingThem() {
        var publisher = fixture.connected("publisher");
        IntStream.range(0, 30_000)
                .forEach(i -> publisher.receive(retained("kochab/1/rm/n" + i + "/up/state", "s" + i, Inbound.ABSENT)));
        var leader = fixture.connected("leader");
        leader.writable = false;
        leader.subscribe("kochab/1/rm/+/up/state", 1);
        assertThat(fixture.broker.status("", 0).queuedBytes()).isZero();
        publisher.receive(retained("kochab/1/rm/n29999/up/state", "newest", Inbound.ABSENT));
        leader.writable = true;
        leader.connection.writable();
        assertThat(leader.messages()).hasSize(30_000 + 1);
        assertThat(List.copyOf(leader.payloads())).doesNotContain("s29999").contains("newest", "s0", "s15000");
    }

    private static Inbound.Publish alias(String topic, int alias, String payload) {
        return new Inbound.Publish(
                0, 0, false, topic, alias, payload.getBytes(), BrokerFixture.NOTHING, Inbound.ABSENT);
    }
}
