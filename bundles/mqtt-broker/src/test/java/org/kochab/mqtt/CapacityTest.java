package org.kochab.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kochab.mqtt.internal.core.Limits;

/** What the network side bounds, over real connections. */
class CapacityTest {
    private static final int PUBACK = 4;
    private static final byte[] PING = {(byte) 0xC0, 0};

    @Test
    void closesConnectionsAboveTheLimit() throws Exception {
        try (EmbeddedBroker broker = start(3, 1_000);
                RawClient one = connected(broker, "one");
                RawClient two = connected(broker, "two")) {
            try (RawClient three = connected(broker, "three");
                    RawClient four = new RawClient(broker.port())) {
                assertThat(four.sendAsFarAsPossible(RawClient.connect(5, "four"))
                                .read())
                        .isNull();
                await().atMost(20, TimeUnit.SECONDS).until(() -> broker.status().refused() == 1);
                for (RawClient client : List.of(one, two, three)) {
                    assertThat(client.send(PING).read()).isNotNull();
                }
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> broker.status().connections() == 2);
            connected(broker, "five").close();
        }
    }

    @Test
    void letsEverybodyInSlowlyAboveTheRate() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (EmbeddedBroker broker = start(1_000, 200)) {
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
        try (EmbeddedBroker broker = start(10, 1_000);
                RawClient slow = new RawClient(broker.port());
                RawClient publisher = connected(broker, "publisher")) {
            slow.send(RawClient.connect(4, "node:rm:n")).read();
            slow.send(subscribe("kochab/1/rm/n/down/#")).read();
            byte[] packet = publish("kochab/1/rm/n/down/x", payload);
            for (int i = 0; i < 5_000; i++) {
                publisher.send(packet);
                assertThat(publisher.read().type()).isEqualTo(PUBACK);
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> broker.status().received() == 5_000);
            var status = broker.status();
            assertThat(status.queuedBytes()).isLessThan(Limits.defaults().queuedBytes() + 1_000_000L);
            assertThat(status.dropped()).isGreaterThan(4_000);
            for (int i = 0; i < Limits.defaults().inflight(); i++) {
                assertThat(slow.read().body()).hasSizeGreaterThan(payload.length);
            }
        }
    }

    /** A client that asks and never reads the answers is stopped by not being read itself. */
    @Test
    void stopsReadingFromAClientThatDoesNotRead() throws Exception {
        ByteBuffer body = ByteBuffer.allocate(3 + 1_000 * 5).putShort((short) 1).put((byte) 0);
        while (body.hasRemaining()) {
            body.put(new byte[] {0, 2, '#', '#', 0});
        }
        byte[] thousandRequests = RawClient.frame(0x82, body.array());
        AtomicLong written = new AtomicLong();
        try (EmbeddedBroker broker = start(10, 1_000);
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port()));
            socket.getOutputStream().write(RawClient.connect(5, "deaf"));
            Thread writer = new Thread(() -> writeUntilClosed(socket, thousandRequests, written), "deaf-writer");
            writer.setDaemon(true);
            writer.start();
            long[] seen = {0};
            await().atMost(50, TimeUnit.SECONDS)
                    .pollInterval(1, TimeUnit.SECONDS)
                    .until(() -> written.get() > 0 && written.get() == seen[0] || (seen[0] = written.get()) < 0);
            try (RawClient other = connected(broker, "other")) {
                assertThat(other.send(PING).read()).isNotNull();
            }
        }
    }

    private static void writeUntilClosed(Socket socket, byte[] bytes, AtomicLong written) {
        try {
            while (!socket.isClosed()) {
                socket.getOutputStream().write(bytes);
                written.addAndGet(bytes.length);
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    @Test
    void boundsUnfinishedPackets() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        Limits d = Limits.defaults();
        int size = 200_000;
        int many = (int) (d.partialBytes() / size) + 5;
        try (EmbeddedBroker broker = start(1_000, 1_000)) {
            for (int i = 0; i < many; i++) {
                RawClient client = connected(broker, "c" + i);
                clients.add(client.send(new byte[] {0x30, (byte) 0xC0, (byte) 0x9A, 0x0C, 0, 1, 'a', 0}));
            }
            await().atMost(20, TimeUnit.SECONDS)
                    .untilAsserted(
                            () -> assertThat(broker.status().connections()).isBetween(many - 9, many - 1));
            for (RawClient client : clients) {
                client.close();
            }
            await().atMost(20, TimeUnit.SECONDS).until(() -> broker.status().connections() == 0);
            try (RawClient after = connected(broker, "after")) {
                after.send(new byte[] {0x30, (byte) 0xC0, (byte) 0x9A, 0x0C, 0, 1, 'a', 0});
                after.send(new byte[size - 4]).send(PING);
                assertThat(after.read()).isNotNull();
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

    private static EmbeddedBroker start(int connections, int perSecond) throws IOException {
        return start(connections, perSecond, 30_000);
    }

    private static EmbeddedBroker start(int connections, int perSecond, int timeoutMillis) throws IOException {
        Limits d = Limits.defaults();
        return EmbeddedBroker.start(
                BrokerConfig.loopback().with(d.admitting(connections, d.pendingConnects(), perSecond, timeoutMillis)));
    }
}
