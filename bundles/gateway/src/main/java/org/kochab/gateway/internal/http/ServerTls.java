package org.kochab.gateway.internal.http;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.mqtt.MqttCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with this member's own certificate, as it is with each connection. Clients may show a certificate; one that the platform's authority has not issued, or
 * that has ended, ends the connection.
 */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final Supplier<Optional<MqttCredentials.Current>> credentials;
    private MqttCredentials.@Nullable Current used;
    private @Nullable SslContext context;

    ServerTls(Supplier<Optional<MqttCredentials.Current>> credentials) {
        this.credentials = credentials;
    }

    /** Empty while there is no certificate. */
    synchronized Optional<SslContext> context() {
        MqttCredentials.Current now = credentials.get().orElse(null);
        if (now == null) {
            return Optional.empty();
        }
        if (!now.equals(used)) {
            try {
                context = SslContextBuilder.forServer(now.key(), now.chain())
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .trustManager(now.authority())
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build();
                used = now;
            } catch (SSLException | IllegalArgumentException e) {
                LOG.error("This member's certificate cannot be used: {}", e.getMessage());
                return Optional.empty();
            }
        }
        return Optional.ofNullable(context);
    }
}
