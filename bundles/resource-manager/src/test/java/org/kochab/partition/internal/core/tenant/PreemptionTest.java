package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Pod;

/** Room for urgent pods, decided by the real engine. */
class PreemptionTest extends PreemptionWorld {
    @BeforeEach
    void aNodeIsThere() {
        nodes(Map.of("n1", "4"));
    }

    @Test
    void theLeastUrgentPodsGoAndNoMoreOfThemThanMust() throws Exception {
        running("old", "1", 0);
        PodRecord large = running("large", "2", 0);
        running("urgent", "1", 5);
        PodRecord p = waiting("p", "1", 10, "");
        round();
        assertThat(evicted()).containsExactly("large");
        assertThat(large.eviction.news().message())
                .isEqualTo("Ended to make room on node n1 for pod default/p of priority 10; its own is 0.");
        assertThat(p.nominated()).isEqualTo("n1");
        assertThat(p.placement("spread").message())
                .contains("too little cpu")
                .endsWith("It waits for room on node n1, which pods of lower priority leave, which are ended for it: "
                        + "default/large (priority 0)");
        assertThat(asked).as("as it is, all off, the lower level, the reprieve").isEqualTo(4);
        Pod stored = pod("acme", "p", "1", "", "");
        assertThat(((Pod) ((Changes.Next.Store) desk.image(p, stored, Instant.EPOCH)).object())
                        .status()
                        .nominatedNodeName())
                .isEqualTo("n1");
    }

    @Test
    void aVictimIsEndedGracefullyAndSaysForWhom() throws Exception {
        PodRecord low = running("acme", "low", "4", 0, "'terminationGracePeriodSeconds':7,");
        waiting("p", "1", 10, "");
        round();
        Pod stored = pod("acme", "low", "4", "'nodeName':'n1','terminationGracePeriodSeconds':7,", "");
        Pod next = (Pod) ((Changes.Next.Store) desk.image(low, stored, Instant.EPOCH)).object();
        assertThat(next.metadata().deletionGracePeriodSeconds()).isEqualTo(7);
        assertThat(next.status().conditions()).singleElement().satisfies(c -> {
            assertThat(c.type()).isEqualTo("DisruptionTarget");
            assertThat(c.reason()).isEqualTo("PreemptionByScheduler");
            assertThat(c.message()).contains("for pod default/p of priority 10");
        });
        assertThat(desk.news(low, stored, next))
                .hasValueSatisfying(n -> assertThat(n.reason()).isEqualTo("Preempted"));
    }

    @Test
    void whatMadeRoomIsNotTakenByOthers() throws Exception {
        PodRecord low = running("low", "4", 0);
        PodRecord p = waiting("p", "4", 10, "");
        round();
        assertThat(evicted()).containsExactly("low");
        waiting("thief", "4", 1, "");
        put(pod("other", "thief", "4", "", ""));
        ends(low);
        round();
        assertThat(claimed()).containsExactly("p");
        assertThat(p.nominated()).isNull();
        assertThat(asked).as("the thief found nobody less urgent").isEqualTo(3);
    }

    @Test
    void whatIsEndingIsWaitedForBeforeOthersGo() throws Exception {
        running("low", "2", 0);
        put(pod(
                "acme",
                "going",
                "2",
                "'nodeName':'n1',",
                ",'deletionTimestamp':'2026-01-01T00:00:00Z'" + ",'deletionGracePeriodSeconds':30"));
        desk.claimPut(MANAGER, claim(desk.find("pods/acme/default/going").orElseThrow()), ++revision);
        PodRecord p = waiting("p", "2", 10, "");
        PodRecord q = waiting("q", "2", 9, "");
        round();
        assertThat(evicted()).isEmpty();
        assertThat(p.nominated()).isEqualTo("n1");
        assertThat(p.preemption()).endsWith("which pods that are ending leave: default/going (priority 0)");
        round();
        assertThat(evicted()).as("that room is p's").containsExactly("low");
        assertThat(q.nominated()).isEqualTo("n1");
    }

    @Test
    void aMoreUrgentPodTakesTheRoomThatIsKeptForALessUrgentOne() throws Exception {
        running("low", "4", 0);
        PodRecord p = waiting("p", "4", 10, "");
        round();
        assertThat(evicted()).containsExactly("low");
        PodRecord vip = waiting("vip", "4", 20, "");
        round();
        round();
        assertThat(vip.nominated()).isEqualTo("n1");
        assertThat(p.nominated()).isNull();
        assertThat(evicted()).isEmpty();
    }

    @Test
    void onlyPodsOfTheSameTenantAreCompared() throws Exception {
        running("other", "low", "4", -5, "");
        PodRecord p = waiting("p", "1", 10, "");
        round();
        assertThat(asked).isZero();
        assertThat(p.preemption()).isEmpty();
        running("acme", "mine", "0", 0, "");
        now += 100 * SECOND;
        round();
        assertThat(evicted()).isEmpty();
        assertThat(p.preemption())
                .startsWith("Preemption does not help: removing the 1 pod of lower priority would not make room: 1 ");
    }

    @Test
    void nobodyGoesForAPodThatWouldNotFit() throws Exception {
        running("low", "1", 0);
        running("low2", "1", 0);
        PodRecord p = waiting("p", "100", 10, "");
        round();
        round();
        assertThat(evicted()).isEmpty();
        assertThat(asked).as("not again for a while").isEqualTo(2);
        assertThat(p.placement("spread").message())
                .contains("Preemption does not help: removing all 2 pods of lower priority would not make room: ");
    }

    @Test
    void whereItIsNotTheAmountsOnlyWhoIsInTheWayGoes() throws Exception {
        String port = "'containers':[{'name':'c','image':'i','ports':[{'containerPort':80,'hostPort':80}]}],";
        running("low", "1", 0);
        PodRecord web = put(codec.decode(
                ("{'metadata':{'name':'web','namespace':'default','tenant':'acme','uid':'w'},'spec':{" + port
                                + "'nodeName':'n1'}}")
                        .replace('\'', '"')
                        .getBytes(UTF_8),
                Pod.class));
        desk.claimPut(MANAGER, claim(web), ++revision);
        running("low2", "1", 0);
        PodRecord p = put(codec.decode(
                ("{'metadata':{'name':'p','namespace':'default','tenant':'acme','uid':'p'},'spec':{" + port
                                + "'priority':10}}")
                        .replace('\'', '"')
                        .getBytes(UTF_8),
                Pod.class));
        round();
        assertThat(evicted()).containsExactly("web");
        assertThat(p.nominated()).isEqualTo("n1");
    }

    @Test
    void aPolicyOfNeverEndsNobody() throws Exception {
        running("low", "4", 0);
        PodRecord p = waiting("p", "1", 10, "'preemptionPolicy':'Never',");
        round();
        assertThat(asked).isZero();
        assertThat(p.preemption()).isEqualTo("No other pod is ended for it: its preemptionPolicy is Never");
    }

    @Test
    void nobodyGoesAsLongAsAManagerIsNotRead() throws Exception {
        running("low", "4", 0);
        PodRecord p = waiting("p", "1", 10, "");
        desk.managers(Set.of(MANAGER, "rm-2"));
        round();
        assertThat(asked).isZero();
        assertThat(p.preemption())
                .isEqualTo("No other pod is ended for it as long as resource managers [rm-2] cannot be read");
        desk.managers(Set.of(MANAGER));
        desk.unfollowed(MANAGER);
        now += 100 * SECOND;
        round();
        assertThat(evicted()).isEmpty();
        assertThat(asked).isZero();
    }

    @Test
    void roomIsNotKeptForEver() throws Exception {
        running("low", "4", 0);
        PodRecord p = waiting("p", "4", 10, "");
        round();
        assertThat(p.nominated()).isEqualTo("n1");
        assertThat(evicted()).containsExactly("low");
        now += 120 * SECOND;
        preemptions.isDue(now);
        assertThat(p.nominated()).isNull();
        assertThat(desk.model.claims()).as("that of the pod which does not end").isEqualTo(1);
    }

    @Test
    void podsWithoutPrioritiesAreNeverLookedAt() throws Exception {
        running("low", "4", 0);
        for (int i = 0; i < 50; i++) {
            waiting("p" + i, "1", 0, "");
        }
        round();
        assertThat(preemptions.isDue(now)).isFalse();
        assertThat(asked).isZero();
    }
}
