package org.kochab.rm;

import java.io.IOException;
import java.nio.file.Path;

/** Unchanged, by configuration alone, on a broker that is not ours. */
class ExternalBrokerTest extends LinkTest {
    @Override
    protected Broker broker(Path directory) throws IOException {
        return Mosquitto.start(directory);
    }
}
