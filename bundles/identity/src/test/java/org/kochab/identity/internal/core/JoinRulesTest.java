package org.kochab.identity.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.identity.NodeIdentity.State;

class JoinRulesTest {
    private static final Keys.Place PLACE = new Keys.Place("rm-1", "edge-1");
    private static final JoinToken TOKEN = new JoinToken("abcdefgh", "s".repeat(32), "a".repeat(43));
    private static final long NOW = 1_000_000;

    private static TokenRecord kept(@Nullable String node, int uses, long expires, boolean approval) {
        return new TokenRecord(TOKEN.hash(), "rm-1", node, uses, expires, approval);
    }

    private static NodeRecord known(String key, State state) {
        return new NodeRecord("old", key, state, 7);
    }

    private static JoinRules.Decision decide(@Nullable NodeRecord known, @Nullable TokenRecord kept) {
        return JoinRules.decide(
                PLACE,
                "mine",
                Optional.ofNullable(known),
                kept == null ? null : TOKEN,
                Optional.ofNullable(kept),
                "new",
                NOW);
    }

    @Test
    void aNewMachineNeedsAToken() {
        assertThat(decide(null, null).refusal()).contains("join token");
        JoinRules.Decision joins = decide(null, kept(null, 3, NOW + 1, false));
        assertThat(joins.node()).isEqualTo(new NodeRecord("new", "mine", State.VALID, 0));
        assertThat(joins.token()).isNotNull().extracting(TokenRecord::uses).isEqualTo(2);
    }

    @Test
    void aTokenMayWantAnOperatorsApproval() {
        assertThat(decide(null, kept(null, 1, NOW + 1, true)).node())
                .isNotNull()
                .extracting(NodeRecord::state)
                .isEqualTo(State.WAITING);
    }

    @Test
    void aTokenIsGoodForSoManyAndSoLong() {
        assertThat(decide(null, kept(null, 0, NOW + 1, false)).refusal()).contains("used up");
        assertThat(decide(null, kept(null, 1, NOW, false)).refusal()).contains("not valid");
        assertThat(decide(null, kept("edge-2", 1, NOW + 1, false)).refusal()).contains("not valid");
        TokenRecord other = new TokenRecord("of another secret", "rm-1", null, 1, NOW + 1, false);
        assertThat(decide(null, other).refusal()).contains("not valid");
        TokenRecord elsewhere = new TokenRecord(TOKEN.hash(), "rm-2", null, 1, NOW + 1, false);
        assertThat(decide(null, elsewhere).refusal()).contains("not valid");
    }

    @Test
    void whoIsKnownByItsKeyNeedsNone() {
        NodeRecord valid = known("mine", State.VALID);
        assertThat(decide(valid, null)).isEqualTo(new JoinRules.Decision(null, valid, null));
        // The answer got lost; the token is not used twice.
        assertThat(decide(valid, kept(null, 5, NOW + 1, false)).token()).isNull();
        NodeRecord waiting = known("mine", State.WAITING);
        assertThat(decide(waiting, null).node()).isEqualTo(waiting);
    }

    @Test
    void aNameThatIsTakenIsGivenAwayByName() {
        assertThat(decide(known("other", State.VALID), null).refusal()).contains("needs a join token");
        assertThat(decide(known("other", State.VALID), kept(null, 9, NOW + 1, false))
                        .refusal())
                .contains("--node edge-1");
        assertThat(decide(known("other", State.VALID), kept("edge-1", 1, NOW + 1, false))
                        .node())
                .isEqualTo(new NodeRecord("new", "mine", State.VALID, 0));
    }

    @Test
    void whoWasRevokedStaysOut() {
        assertThat(decide(known("mine", State.REVOKED), null).refusal()).contains("was revoked");
        assertThat(decide(known("mine", State.REVOKED), kept(null, 9, NOW + 1, false))
                        .refusal())
                .contains("was revoked");
        assertThat(decide(known("mine", State.REVOKED), kept("edge-1", 1, NOW + 1, false))
                        .node())
                .isEqualTo(new NodeRecord("new", "mine", State.VALID, 0));
    }
}
