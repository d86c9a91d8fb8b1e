package org.kochab.mqtt;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.kochab.mqtt.internal.core.LoopbackAuthenticator;
import org.kochab.mqtt.internal.core.NodeTopicsAuthoriser;
import org.kochab.mqtt.internal.netty.BrokerServer;
import org.kochab.mqtt.internal.netty.MemberTls;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttAuthoriser;
import org.kochab.spi.mqtt.MqttBroker;
import org.kochab.spi.mqtt.MqttBrokerStatus;
import org.kochab.spi.mqtt.MqttCredentials;
import org.kochab.spi.mqtt.MqttPrincipal;

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
        return start(config, () -> authenticator, () -> authoriser, Optional::empty);
    }

    /**
     * Returns when the broker accepts connections.
     *
     * @param authenticator asked for each connecting client, so that it may be replaced meanwhile
     * @param authoriser asked for each message and subscription, likewise
     * @param credentials asked for each connection to the secure listener, which is closed at once if there are none
     * @throws IOException if the port is taken or the TLS files cannot be read
     */
    public static EmbeddedBroker start(
            BrokerConfig config,
            Supplier<MqttAuthenticator> authenticator,
            Supplier<MqttAuthoriser> authoriser,
            Supplier<Optional<MqttCredentials.Current>> credentials)
            throws IOException {
        List<BrokerServer.Listener> listeners = new ArrayList<>();
        if (config.tls().isPresent()) {
            SslContext files = config.tls().get().context();
            listeners.add(new BrokerServer.Listener(config.address(), () -> files, false));
        } else {
            listeners.add(new BrokerServer.Listener(config.address(), null, false));
        }
        MemberTls own = new MemberTls(credentials);
        config.secure()
                .ifPresent(s -> listeners.add(
                        new BrokerServer.Listener(new InetSocketAddress(s.host(), s.port()), own::context, true)));
        return new EmbeddedBroker(BrokerServer.start(listeners, config.limits(), authenticator, authoriser));
    }

    /** The port it listens on, also when the configured one was 0. */
    public int port() {
        return server.port();
    }

    /** The same of the secure listener, if there is one. */
    public OptionalInt securePort() {
        return server.securePort();
    }

    @Override
    public MqttBrokerStatus status() {
        return server.status();
    }

    @Override
    public void disconnect(String clientId) {
        server.disconnect(clientId);
    }

    @Override
    public void disconnect(MqttPrincipal principal) {
        server.disconnect(principal);
    }

    /** Closes all connections, frees the port and ends the broker's thread before it returns. */
    @Override
    public void close() {
        server.close();
    }
}
