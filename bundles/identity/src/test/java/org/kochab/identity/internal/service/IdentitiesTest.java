package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.codec.JacksonCodec;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.HostNames;
import org.kochab.identity.internal.authority.Requests;
import org.kochab.partition.LocalPartitions;
import org.kochab.spi.mqtt.MqttAuthentication;
import org.kochab.spi.mqtt.MqttAuthentication.Refused;
import org.kochab.spi.mqtt.MqttAuthenticator;
import org.kochab.spi.mqtt.MqttConnection;
import org.kochab.spi.mqtt.MqttPrincipal;
import org.kochab.store.memory.MemoryStore;

class IdentitiesTest {
    private final LocalPartitions partitions = LocalPartitions.start(new MemoryStore());
    private final Identities identities = new Identities(
            partitions.partitionService(),
            new JacksonCodec(),
            Duration.ofDays(7),
            HostNames.of(List.of("localhost")),
            Instant::now);
    private final MqttAuthenticator authenticator = identities.authenticator(plain -> new CompletableFuture<>());

    @BeforeEach
    void start() {
        identities.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> identities.current().isPresent());
    }

    @AfterEach
    void stop() {
        identities.close();
        partitions.close();
    }

    /** What the broker of this member says to who comes over TLS. */
    private MqttAuthentication answer(String user, String password, X509Certificate... shown) {
        return authenticator
                .authenticate(new MqttConnection(
                        "any",
                        user,
                        password.getBytes(StandardCharsets.UTF_8),
                        new InetSocketAddress(0),
                        false,
                        true,
                        List.of(shown)))
                .toCompletableFuture()
                .join();
    }

    @Test
    void theBrokerGoesByAChangeAtOnce() throws Exception {
        String request = Requests.pem(Authority.keyPair());
        for (int i = 0; i < 30; i++) {
            String node = "edge-" + i;
            JoinToken token = identities.createToken(new TokenSpec("rm-1", node, 1, Duration.ofHours(1), false));
            assertThat(answer("join:rm-1:" + node, token.text()))
                    .isEqualTo(new MqttAuthentication.Accepted(new MqttPrincipal.Joining("rm-1", node)));

            Enrolled enrolled = identities
                    .enrol("rm-1", node, new Enrol(request, token.text()))
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            X509Certificate certificate = Requests.certificate(enrolled.certificate());
            assertThat(answer("node:rm-1:" + node, "", certificate))
                    .isEqualTo(new MqttAuthentication.Accepted(new MqttPrincipal.Node("rm-1", node)));

            identities.revoke("rm-1", node);
            assertThat(answer("node:rm-1:" + node, "", certificate))
                    .isInstanceOfSatisfying(
                            Refused.class, r -> assertThat(r.cause()).isEqualTo(MqttAuthentication.Cause.BANNED));
        }
    }
}
