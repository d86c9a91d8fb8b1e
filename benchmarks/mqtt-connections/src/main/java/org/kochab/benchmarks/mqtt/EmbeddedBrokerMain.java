package org.kochab.benchmarks.mqtt;

import java.util.concurrent.CountDownLatch;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;

/** Our broker in a process of its own: {@code EmbeddedBrokerMain PORT}. Runs until killed. */
public final class EmbeddedBrokerMain {
    private EmbeddedBrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerConfig.loopback(Integer.parseInt(arguments[0])))) {
            System.out.println("listening on " + broker.port());
            new CountDownLatch(1).await();
        }
    }
}
