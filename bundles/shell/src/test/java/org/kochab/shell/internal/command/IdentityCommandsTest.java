package org.kochab.shell.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentities;
import org.kochab.api.identity.NodeIdentity;
import org.kochab.api.identity.NodeIdentity.State;
import org.kochab.api.identity.TokenSpec;
import org.kochab.api.identity.TokenStatus;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.codec.JacksonCodec;

class IdentityCommandsTest {
    private final List<String> asked = new ArrayList<>();
    private final Console console = new Console(new MapResources(), new JacksonCodec(), new Known(asked));

    @AfterEach
    void close() {
        console.close();
    }

    static final class Known implements NodeIdentities {
        private final List<String> asked;
        private final JoinToken token = new JoinToken("abcdefgh", "s".repeat(32), "a".repeat(43));

        Known(List<String> asked) {
            this.asked = asked;
        }

        private static NodeIdentity identity(String manager, String node, State state, Duration left) {
            Instant expires = state == State.WAITING ? null : Instant.now().plus(left);
            return new NodeIdentity(manager, node, "uid-" + manager, "key-" + node, state, expires);
        }

        @Override
        public JoinToken createToken(TokenSpec spec) {
            asked.add(spec.toString());
            return token;
        }

        @Override
        public List<TokenStatus> tokens() {
            Instant expires = Instant.now().plus(Duration.ofHours(5).plusSeconds(30));
            return List.of(new TokenStatus("abcdefgh", "rm-1", null, 3, expires, false));
        }

        @Override
        public void deleteToken(String id) {
            asked.add("delete " + id);
        }

        @Override
        public List<NodeIdentity> nodes() {
            return List.of(
                    identity("rm-1", "edge-1", State.VALID, Duration.ofDays(6).plusMinutes(5)),
                    identity("rm-1", "edge-2", State.VALID, Duration.ofDays(-1)),
                    identity("rm-1", "edge-3", State.WAITING, Duration.ZERO),
                    identity("rm-2", "edge-1", State.REVOKED, Duration.ofDays(3).plusMinutes(5)));
        }

        @Override
        public NodeIdentity approve(String resourceManager, String node) {
            asked.add("approve " + resourceManager + " " + node);
            return identity(resourceManager, node, State.VALID, Duration.ofDays(7));
        }

        @Override
        public NodeIdentity revoke(String resourceManager, String node) {
            asked.add("revoke " + resourceManager + " " + node);
            return identity(resourceManager, node, State.REVOKED, Duration.ofDays(7));
        }

        @Override
        public String authority() {
            return "-----BEGIN CERTIFICATE-----\n";
        }

        @Override
        public CompletionStage<Enrolled> enrol(String resourceManager, String node, Enrol request) {
            return CompletableFuture.completedStage(Enrolled.refused("not here"));
        }
    }

    @Test
    void printsATokenAloneOnALineAndHowToUseIt() throws Exception {
        String[] lines = console.run("node-token-create rm-2 --uses 3 --lifetime 2h --approve")
                .split("\n");
        assertThat(lines[0]).isEqualTo("kochab1.abcdefgh." + "s".repeat(32) + "." + "a".repeat(43));
        assertThat(lines[1]).contains("3 nodes of rm-2 within 120m", "ssl://HOST:8883", ".join.token");
        assertThat(asked).containsExactly(new TokenSpec("rm-2", null, 3, Duration.ofHours(2), true).toString());
    }

    @Test
    void refusesATokenThatMakesNoSense() {
        assertThatThrownBy(() -> console.run("node-token-create rm-1 --uses 0")).hasMessageContaining("uses is 0");
        assertThatThrownBy(() -> console.run("node-token-create rm-1 --lifetime 900h"))
                .hasMessageContaining("30 days");
        assertThatThrownBy(() -> console.run("node-token-create rm-1 --lifetime soon"))
                .hasMessageContaining("--lifetime is 'soon'");
        assertThat(asked).isEmpty();
    }

    @Test
    void listsTokensWithoutTheirSecrets() throws Exception {
        assertThat(console.run("node-token-list"))
                .matches("(?s)ID +MANAGER +NODE +LEFT +EXPIRES +APPROVE *\nabcdefgh +rm-1 +3 +5h +false *\n");
        assertThat(console.run("node-token-delete abcdefgh")).contains("abcdefgh deleted");
        assertThat(asked).containsExactly("delete abcdefgh");
    }

    @Test
    void listsMachinesThatHaveJoined() throws Exception {
        assertThat(console.run("node-list --certs"))
                .matches("(?s)NODE +MANAGER +STATE +EXPIRES +UID +KEY *\n"
                        + "edge-1 +rm-1 +Valid +6d +uid-rm-1 +key-edge-1 *\n"
                        + "edge-2 +rm-1 +Expired +uid-rm-1 +key-edge-2 *\n"
                        + "edge-3 +rm-1 +Waiting +uid-rm-1 +key-edge-3 *\n"
                        + "edge-1 +rm-2 +Revoked +3d +uid-rm-2 +key-edge-1 *\n");
    }

    @Test
    void approvesAndRevokesTheOneThatIsMeant() throws Exception {
        assertThat(console.run("node-approve edge-3")).contains("node/edge-3 of rm-1 approved");
        assertThat(console.run("node-revoke edge-1 --manager rm-1")).contains("node/edge-1 of rm-1 revoked");
        assertThat(asked).containsExactly("approve rm-1 edge-3", "revoke rm-1 edge-1");
        assertThatThrownBy(() -> console.run("node-revoke edge-1")).hasMessageContaining("--manager");
        assertThatThrownBy(() -> console.run("node-revoke edge-9")).hasMessageContaining("node-list --certs");
        assertThat(asked).hasSize(2);
    }
}
