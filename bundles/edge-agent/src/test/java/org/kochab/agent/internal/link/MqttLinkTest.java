package org.kochab.agent.internal.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against a real mosquitto, with a connection that breaks at the worst moment. */
class MqttLinkTest {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    /** Paho names a topic by an alias after its first use. One that waits for its answer when the connection breaks must not bring the alias to the next one, which does not know it. */
    @Test
    @Timeout(60)
    void aMessageWithoutAnswerDoesNotSpoilTheNextConnection() throws Exception {
        assumeTrue(TestBroker.available());
        TestBroker broker = new TestBroker(directory.resolve("broker"));
        try (Relay relay = new Relay(broker.uris().get(0));
                MqttLink link = new MqttLink("kochab-test", new Heard())) {
            connect(link, relay, 1);
            publish(link, "first");
            assertThat(next()).isEqualTo("first true");
            relay.silence();
            publish(link, "second");
            relay.cut();
            assertThat(List.of(next(), next())).containsExactlyInAnyOrder("second false", "down 1");

            connect(link, relay, 2);
            publish(link, "third");
            assertThat(next()).isEqualTo("third true");
            publish(link, "fourth");
            assertThat(next()).isEqualTo("fourth true");
            assertThat(heard).isEmpty();
        } finally {
            broker.close();
        }
    }

    private void connect(MqttLink link, Relay relay, long number) throws InterruptedException {
        MqttLink.Will will = new MqttLink.Will("will", "gone".getBytes(UTF_8));
        link.connect(number, List.of(relay.uri()), MqttLink.Login.PLAIN, will, "down/#", false);
        assertThat(next()).isEqualTo("up " + number);
    }

    private void publish(MqttLink link, String payload) {
        link.publish("topic", payload.getBytes(UTF_8), 1, false, ok -> heard.add(payload + " " + ok));
    }

    private @Nullable String next() throws InterruptedException {
        return heard.poll(20, TimeUnit.SECONDS);
    }

    private final class Heard implements MqttLink.Listener {
        @Override
        public void up(long connection) {
            heard.add("up " + connection);
        }

        @Override
        public void down(long connection, boolean refused, String why) {
            heard.add("down " + connection);
        }

        @Override
        public void message(long connection, String topic, byte[] payload) {
            heard.add("message " + topic);
        }
    }
}
