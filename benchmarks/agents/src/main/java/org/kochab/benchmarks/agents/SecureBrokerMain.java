package org.kochab.benchmarks.agents;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.kochab.mqtt.BrokerConfig;
import org.kochab.mqtt.EmbeddedBroker;
import org.kochab.mqtt.SecureListener;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;
import org.kochab.spi.mqtt.MqttCredentials;
import org.kochab.spi.mqtt.MqttPrincipal;

/**
 * Our broker in a process of its own, with a second listener for agents over mutual TLS: {@code SecureBrokerMain PORT SECURE-PORT KEYS MANAGER}. Who shows a
 * certificate of the authority is the node that its client id names, and has a node's rights. Runs until killed.
 */
final class SecureBrokerMain {
    private SecureBrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        MqttCredentials.Current credentials = Keys.read(Path.of(arguments[2])).broker();
        BrokerConfig config = BrokerConfig.loopback(Integer.parseInt(arguments[0]))
                .with(new SecureListener("127.0.0.1", Integer.parseInt(arguments[1])));
        Certified certified = new Certified(new LoopbackAuthenticator(), arguments[3]);
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                config, () -> certified, NodeTopicsAuthoriser::new, () -> Optional.of(credentials))) {
            System.out.println("listening on " + broker.port());
            new CountDownLatch(1).await();
        }
    }

    private record Certified(MqttAuthenticator plain, String manager) implements MqttAuthenticator {
        @Override
        public CompletionStage<MqttAuthentication> authenticate(MqttConnection connection) {
            if (connection.certificates().isEmpty()) {
                return plain.authenticate(connection);
            }
            String node = connection.clientId().substring(HollowAgent.CLIENT.length());
            return CompletableFuture.completedFuture(
                    new MqttAuthentication.Accepted(new MqttPrincipal.Node(manager, node)));
        }
    }
}
