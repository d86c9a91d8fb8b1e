package org.kochab.mqtt;

import java.io.IOException;
import java.util.function.Supplier;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.mqtt.internal.netty.BrokerServer;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttBroker;
import org.kochab.spi.mqtt.MqttBrokerStatus;

/** A running broker. Its sessions and retained messages live as long as it does. Safe for use by several threads. */
public final class EmbeddedBroker implements MqttBroker, AutoCloseable {
    private final BrokerServer server;

    private EmbeddedBroker(BrokerServer server) {
        this.server = server;
    }

    /** A broker with the built-in rules: anybody on this machine, nodes bound to their topics. */
    public static EmbeddedBroker start(BrokerConfig config) throws IOException {
        MqttAuthenticator authenticator = new LoopbackAuthenticator();
        MqttAuthoriser authoriser = new NodeTopicsAuthoriser();
        return start(config, () -> authenticator, () -> authoriser);
    }

    /**
     * Returns when the broker accepts connections.
     *
     * @param authenticator asked for each connecting client, so that it may be replaced meanwhile
     * @param authoriser asked for each message and subscription, likewise
     * @throws IOException if the port is taken or the TLS files cannot be read
     */
    public static EmbeddedBroker start(
            BrokerConfig config, Supplier<MqttAuthenticator> authenticator, Supplier<MqttAuthoriser> authoriser)
            throws IOException {
        var tls = config.tls().isPresent() ? config.tls().get().context() : null;
        return new EmbeddedBroker(
                BrokerServer.start(config.address(), tls, config.limits(), authenticator, authoriser));
    }

    /** The port it listens on, also when the configured one was 0. */
    public int port() {
        return server.port();
    }

    @Override
    public MqttBrokerStatus status() {
        return server.status();
    }

    @Override
    public void disconnect(String clientId) {
        server.disconnect(clientId);
    }

    /** Closes all connections, frees the port and ends the broker's thread before it returns. */
    @Override
    public void close() {
        server.close();
    }
}
