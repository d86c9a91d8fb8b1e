package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.kochab.identity.internal.service.SecurePlatform.SOON;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.agent.internal.loop.Agent;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.identity.TokenSpec;

/** Real agents join over TLS, renew, are revoked, come back. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class AgentIdentityTest {
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path directory;

    private SecurePlatform platform;
    private @Nullable Agent agent;

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
        platform.close();
    }

    /** The agent of the one machine; the one before ends. */
    private void start(Optional<JoinToken> token) throws Exception {
        if (agent != null) {
            agent.close();
        }
        agent = platform.agent("edge-1", directory, token);
    }

    private NodeIdentity identity() {
        return platform.identities.nodes().get(0);
    }

    private State state() {
        return platform.identities.nodes().stream()
                .findFirst()
                .map(NodeIdentity::state)
                .orElse(null);
    }

    @Test
    void joinsOnceAndComesBackWithoutItsToken() throws Exception {
        platform = new SecurePlatform(WEEK);
        start(Optional.of(platform.token(null)));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        String uid = identity().uid();
        agent.close();
        await().atMost(SOON).until(() -> !platform.ready("edge-1").equals("True"));
        start(Optional.empty());
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        assertThat(identity().uid()).isEqualTo(uid);
        assertThat(platform.identities.tokens().get(0).uses()).isZero();
    }

    @Test
    void isCutWhenItIsRevokedAndComesBackOnlyWithATokenMadeForIt() throws Exception {
        platform = new SecurePlatform(WEEK);
        JoinToken anybody = platform.identities.createToken(new TokenSpec("rm-1", null, 9, Duration.ofHours(1), false));
        start(Optional.of(anybody));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        long refused = platform.broker.status().refused();
        platform.identities.revoke("rm-1", "edge-1");
        // Only who was cut comes to be refused.
        await().atMost(SOON).until(() -> platform.broker.status().refused() > refused);
        await().atMost(SOON).until(() -> !platform.ready("edge-1").equals("True"));
        assertThat(state()).isEqualTo(State.REVOKED);
        start(Optional.of(platform.token("edge-1")));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        assertThat(state()).isEqualTo(State.VALID);
    }

    @Test
    void waitsForApproval() throws Exception {
        platform = new SecurePlatform(WEEK);
        JoinToken token = platform.identities.createToken(new TokenSpec("rm-1", null, 1, Duration.ofHours(1), true));
        start(Optional.of(token));
        await().atMost(SOON).until(() -> state() == State.WAITING);
        assertThat(platform.ready("edge-1")).isEmpty();
        platform.identities.approve("rm-1", "edge-1");
        // Started again it asks at once; else within half a minute.
        start(Optional.of(token));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
    }

    @Test
    void renewsInTimeWithoutANewConnection() throws Exception {
        platform = new SecurePlatform(Duration.ofSeconds(12));
        start(Optional.of(platform.token(null)));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        var first = identity().expires();
        await().atMost(SOON.multipliedBy(2)).until(() -> identity().expires().isAfter(first));
        assertThat(platform.ready("edge-1")).isEqualTo("True");
    }

    @Test
    void getsAnotherCertificateAfterItWasAwayForLonger() throws Exception {
        platform = new SecurePlatform(WEEK);
        start(Optional.of(platform.token(null)));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        String uid = identity().uid();
        // The node's own clock stands still, as one without a battery does.
        platform.ahead = Duration.ofDays(30);
        start(Optional.empty());
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        assertThat(identity().uid()).isEqualTo(uid);
    }

    @Test
    void aClockThatIsAheadKeepsNobodyOut() throws Exception {
        platform = new SecurePlatform(WEEK);
        // The node's clock is ten days ahead of the platform's: to it, its certificate ended before it got it.
        platform.ahead = Duration.ofDays(-10);
        start(Optional.of(platform.token(null)));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
    }

    @Test
    void showsItsTokenAndCertificateToBrokersOverTlsOnly() throws Exception {
        platform = new SecurePlatform(WEEK);
        agent = platform.agent(
                "edge-1",
                directory,
                Optional.of(platform.token(null)),
                List.of(
                        URI.create("tcp://127.0.0.1:" + platform.broker.port()),
                        URI.create("ssl://127.0.0.1:" + platform.port())));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        assertThat(state()).isEqualTo(State.VALID);
    }

    @Test
    void isCutWhenItsCertificateEnds() throws Exception {
        platform = new SecurePlatform(WEEK);
        start(Optional.of(platform.token(null)));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
        platform.ahead = Duration.ofDays(8);
        // Cut, it comes back for the enrolment only, and then as itself.
        await().atMost(SOON)
                .until(() -> identity().expires().isAfter(Instant.now().plus(Duration.ofDays(14))));
        await().atMost(SOON).until(() -> platform.ready("edge-1").equals("True"));
    }
}
