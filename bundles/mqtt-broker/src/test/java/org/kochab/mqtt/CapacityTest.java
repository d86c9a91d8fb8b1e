package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.Limits;

/** What the network side bounds, over real connections. */
class CapacityTest {
    private static final int PUBACK = 4;
    private static final byte[] PING = {(byte) 0xC0, 0};

    @Test
    void closesConnectionsAboveTheLimit() throws Exception {
        try (EmbeddedBroker broker = start(3, 1_000, 1_000);
                RawClient one = connected(broker, "one");
                RawClient two = connected(broker, "two")) {
            try (RawClient three = connected(broker, "three");
                    RawClient four = new RawClient(broker.port())) {
                assertThat(four.sendAsFarAsPossible(RawClient.connect(5, "four"))
                                .read())
                        .isNull();
                await().atMost(5, TimeUnit.SECONDS).until(() -> broker.status().refused() == 1);
                for (RawClient client : List.of(one, two, three)) {
                    assertThat(client.send(PING).read()).isNotNull();
                }
            }
            await().atMost(5, TimeUnit.SECONDS).until(() -> broker.status().connections() == 2);
            connected(broker, "five").close();
        }
    }

    @Test
    void letsEverybodyInSlowlyAboveTheRate() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (EmbeddedBroker broker = start(1_000, 200, 1_000)) {
            long start = System.nanoTime();
            for (int i = 0; i < 150; i++) {
                RawClient client = new RawClient(broker.port());
                clients.add(client.send(RawClient.connect(5, "c" + i)));
            }
            for (RawClient client : clients) {
                assertThat(client.read().body()[1]).isZero();
            }
            // 50 at once, the other 100 at 200 a second, give or take what one turn accepts
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void closesWhoIsSilent() throws Exception {
        try (EmbeddedBroker broker = start(10, 1_000, 300);
                RawClient silent = new RawClient(broker.port());
                RawClient half = new RawClient(broker.port())) {
            half.send(new byte[] {0x10, 0x20, 0, 4});
            assertThat(silent.read()).isNull();
            assertThat(half.read()).isNull();
        }
    }

    @Test
    void keepsABoundedQueueForAReceiverThatDoesNotRead() throws Exception {
        byte[] payload = new byte[10_000];
        try (EmbeddedBroker broker = start(10, 1_000, 5_000);
                RawClient slow = new RawClient(broker.port());
                RawClient publisher = connected(broker, "publisher")) {
            slow.send(RawClient.connect(4, "node:rm:n")).read();
            slow.send(subscribe("kochab/1/rm/n/down/#")).read();
            byte[] packet = publish("kochab/1/rm/n/down/x", payload);
            for (int i = 0; i < 5_000; i++) {
                publisher.send(packet);
                assertThat(publisher.read().type()).isEqualTo(PUBACK);
            }
            await().atMost(5, TimeUnit.SECONDS).until(() -> broker.status().received() == 5_000);
            var status = broker.status();
            assertThat(status.queuedBytes()).isLessThan(Limits.defaults().queuedBytes() + 1_000_000L);
            assertThat(status.dropped()).isGreaterThan(4_000);
            for (int i = 0; i < Limits.defaults().inflight(); i++) {
                assertThat(slow.read().body()).hasSizeGreaterThan(payload.length);
            }
        }
    }

    private static byte[] subscribe(String filter) {
        byte[] body = new byte[filter.length() + 5];
        body[1] = 1;
        body[3] = (byte) filter.length();
        System.arraycopy(filter.getBytes(), 0, body, 4, filter.length());
        body[body.length - 1] = 1;
        return RawClient.frame(0x82, body);
    }

    private static byte[] publish(String topic, byte[] payload) {
        byte[] body = new byte[2 + topic.length() + 3 + payload.length];
        body[1] = (byte) topic.length();
        System.arraycopy(topic.getBytes(), 0, body, 2, topic.length());
        body[2 + topic.length() + 1] = 1;
        return RawClient.frame(0x32, body);
    }

    private static RawClient connected(EmbeddedBroker broker, String id) throws IOException {
        RawClient client = new RawClient(broker.port());
        client.send(RawClient.connect(5, id));
        assertThat(client.read().body()[1]).isZero();
        return client;
    }

    private static EmbeddedBroker start(int connections, int perSecond, int timeoutMillis) throws IOException {
        Limits d = Limits.defaults();
        return EmbeddedBroker.start(BrokerConfig.loopback()
                .with(new Limits(
                        connections,
                        d.pendingConnects(),
                        perSecond,
                        timeoutMillis,
                        d.packetBytes(),
                        d.connectPacketBytes(),
                        d.partialBytes(),
                        d.clientIdLength(),
                        d.topicLength(),
                        d.topicLevels(),
                        d.aliases(),
                        d.inflight(),
                        d.sessions(),
                        d.sessionExpirySeconds(),
                        d.keepAliveSeconds(),
                        d.subscriptions(),
                        d.subscriptionBytes(),
                        d.queuedMessages(),
                        d.queuedBytes(),
                        d.allQueuedBytes(),
                        d.trustedFactor(),
                        d.retainedMessages(),
                        d.retainedBytes())));
    }
}
