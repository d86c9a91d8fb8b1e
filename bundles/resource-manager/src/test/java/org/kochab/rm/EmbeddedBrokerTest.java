package org.kochab.rm;

import java.io.IOException;
import java.nio.file.Path;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;

/** On the broker of the default installation. */
class EmbeddedBrokerTest extends LinkTest {
    private static final class Embedded implements Broker {
        private EmbeddedBroker running;
        private final int port;

        Embedded() throws IOException {
            // One that nobody else is given while the broker is away.
            port = Mosquitto.freePort();
            restart();
        }

        @Override
        public int port() {
            return port;
        }

        @Override
        public void restart() throws IOException {
            running = EmbeddedBroker.start(BrokerConfig.loopback(port));
        }

        @Override
        public void close() {
            running.close();
        }
    }

    @Override
    protected Broker broker(Path directory) throws IOException {
        return new Embedded();
    }
}
