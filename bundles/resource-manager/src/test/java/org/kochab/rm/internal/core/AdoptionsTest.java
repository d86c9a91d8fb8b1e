package org.kochab.rm.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Reported;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.Reading;
import org.kochab.api.node.TenantOwner;

class AdoptionsTest {
    private final Rig rig = new Rig();
    private long token;

    @BeforeEach
    void start() {
        rig.birth("a", 1, Map.of("cpu", "4", "memory", "8Gi"));
        token = rig.granted("p", "a", 1_000).token();
        rig.send(
                Rig.topics("a").reported(),
                new Reported(
                        1, 1, rig.desired("a").epoch(), 0, false, List.of(Rig.entry("p", token, "Running", false))));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void adopt(long era, String partition) {
        rig.await(rig.manager.begin(partition, new Reading(1, 0), List.of(new TenantOwner("acme", era, partition))));
    }

    private ClaimAnswer claim(String uid, String partition) {
        return rig.claimOne(Rig.claimOf(uid, 1, partition, "a", new TreeMap<>(Rig.requests(100, 1))), 1);
    }

    @Test
    void claimsAndReportsGoWithTheTenantAndItsNodeHearsNothing() {
        assertThat(rig.report("p")).isPresent();
        rig.link.sent();

        adopt(1, "tp-2");

        Claim claim = rig.stored("a", "p").orElseThrow();
        assertThat(claim.partition()).isEqualTo("tp-2");
        assertThat(claim.token()).isEqualTo(token);
        assertThat(rig.report("p")).isEmpty();
        assertThat(rig.contents()).containsKey(NodeKeys.report("tp-2", "p"));
        assertThat(rig.link.sent()).isEmpty();
    }

    @Test
    void onlyTheOwnerSpeaksForItAlsoAfterARestart() {
        adopt(1, "tp-2");
        rig.restart();

        assertThat(claim("late", "tp-1")).isInstanceOfSatisfying(ClaimAnswer.Refused.class, r -> assertThat(r.message())
                .contains("tp-2"));
        rig.release("p", "a", 0, false);
        assertThat(rig.stored("a", "p").orElseThrow().releaseGraceSeconds()).isNull();
        assertThat(claim("q", "tp-2")).isInstanceOf(ClaimAnswer.Granted.class);
        assertThat(claim("p", "tp-2")).isInstanceOfSatisfying(ClaimAnswer.Granted.class, g -> assertThat(g.token())
                .isEqualTo(token));
    }

    @Test
    void anOlderWordChangesNothing() {
        adopt(3, "tp-1");

        assertThatThrownBy(() -> adopt(2, "tp-2")).hasMessageContaining("tp-1's since its move 3");
        assertThatThrownBy(() -> adopt(3, "tp-2")).hasMessageContaining("move 3");
        adopt(3, "tp-1");
        assertThat(rig.stored("a", "p").orElseThrow().partition()).isEqualTo("tp-1");
    }

    /** The tenant was closed and is open again where it was: the partition has forgotten that it asked. */
    @Test
    void whatWasAskedBeforeTheLastReadingIsNotGrantedAlsoAfterARestart() {
        rig.await(rig.manager.begin("tp-1", new Reading(1, 7), List.of()));
        assertThat(asked("late", new Reading(1, 6)))
                .isInstanceOfSatisfying(
                        ClaimAnswer.Refused.class, r -> assertThat(r.code()).isEqualTo(ClaimAnswer.Code.STALE_EPOCH));
        rig.restart();
        assertThat(asked("late", new Reading(1, 6))).isInstanceOf(ClaimAnswer.Refused.class);
        assertThat(asked("late", new Reading(1, 7))).isInstanceOf(ClaimAnswer.Granted.class);
        assertThatThrownBy(() -> rig.await(rig.manager.begin("tp-1", new Reading(1, 6), List.of())))
                .hasMessageContaining("1/7 has already spoken");
    }

    private ClaimAnswer asked(String uid, Reading reading) {
        Claim claim = Rig.claimOf(uid, 1, "tp-1", "a", new TreeMap<>(Rig.requests(100, 1)));
        return rig.await(rig.manager.claim(List.of(new ClaimRequest(claim, reading, null))))
                .get(0);
    }
}
