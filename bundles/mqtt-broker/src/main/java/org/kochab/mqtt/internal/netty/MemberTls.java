package org.kochab.mqtt.internal.netty;

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

/** TLS with this member's own certificate, as it is with each connection. For one thread. */
public final class MemberTls {
    private static final Logger LOG = LoggerFactory.getLogger(MemberTls.class);

    private final Supplier<Optional<MqttCredentials.Current>> credentials;
    private MqttCredentials.@Nullable Current used;
    private @Nullable SslContext context;
    private boolean told;

    public MemberTls(Supplier<Optional<MqttCredentials.Current>> credentials) {
        this.credentials = credentials;
    }

    /** Null while there is no certificate. */
    public @Nullable SslContext context() {
        MqttCredentials.Current now = credentials.get().orElse(null);
        if (now == null) {
            if (!told) {
                LOG.warn("Clients of the secure listener are turned away: this member has no certificate yet");
                told = true;
            }
            return null;
        }
        told = false;
        if (!now.equals(used)) {
            try {
                context = SslContextBuilder.forServer(now.key(), now.chain())
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .trustManager(new IssuedCertificates(now.authority()))
                        .clientAuth(ClientAuth.OPTIONAL)
                        .build();
                used = now;
            } catch (SSLException | IllegalArgumentException e) {
                LOG.error("This member's certificate cannot be used: {}", e.getMessage());
                return null;
            }
        }
        return context;
    }
}
