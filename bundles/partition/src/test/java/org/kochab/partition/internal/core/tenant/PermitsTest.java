package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.internal.core.tenant.Permits.Entry;
import org.kochab.partition.internal.core.tenant.Permits.Hook;
import org.kochab.partition.internal.core.tenant.Permits.Told;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.Reservation;

class PermitsTest {
    private static final String MANAGER = "rm-1";
    private static final String KEY = "pods/acme/default/p";
    private static final Hook FIRST = new Hook(1, "a", "gang", Set.of(), "bind hook 'a' of x 1.0.0");
    private static final Hook SECOND = new Hook(2, "b", "", Set.of("acme"), "bind hook 'b' of y 1.0.0");
    private static final Permit ALLOW = new Permit.Allow();
    private static final long SECONDS = 1_000_000_000L;

    private final JacksonCodec codec = new JacksonCodec();
    private final PodDesk desk = new PodDesk("tp-1", 1, 0, Set.of(MANAGER));
    private final Placements placements = new Placements(desk);
    private final Permits permits = desk.permits();

    @BeforeEach
    void aNodeIsThere() {
        desk.beginRead(MANAGER);
        desk.nodePut(
                MANAGER,
                read(Node.class, "{'metadata':{'name':'n'},'status':{'allocatable':{'cpu':'4','pods':'10'}}}"),
                1,
                0);
        desk.endRead(MANAGER, Set.of("n"), Set.of(), 1);
    }

    private <T> T read(Class<T> type, String json) {
        return codec.decode(json.replace('\'', '"').getBytes(UTF_8), type);
    }

    private Pod pod(String more, String node) {
        return read(
                Pod.class,
                "{'metadata':{'name':'p','namespace':'default','tenant':'acme','uid':'u','labels':{'gang':'g'}" + more
                        + "},'spec':{'containers':[{'name':'c'}]" + node + "}}");
    }

    private PodRecord record() {
        return desk.find(KEY).orElseThrow();
    }

    /** The pod comes, and its scheduler chooses node n. */
    private void choose(long now) {
        if (desk.find(KEY).isEmpty()) {
            desk.podPut(KEY, 1, 1, pod("", ""));
        }
        Placements.Batch batch = placements.take(10, now);
        assertThat(batch.pods()).hasSize(1);
        placements.decided(batch, List.of(new Decision.Assigned("u", "n", 1)), "spread", now);
    }

    private List<ClaimRequest> requests(long now) {
        return placements.takeRequests(10, now).getOrDefault(MANAGER, List.of());
    }

    private List<Entry> take(Hook hook, long now) {
        return permits.take(hook, 10, now);
    }

    private void answer(Hook hook, Permit permit, long now) {
        List<Entry> asked = take(hook, now);
        assertThat(asked).hasSize(1);
        permits.answered(hook, asked, List.of(permit), now);
    }

    private long reserved() {
        return desk.model.view().committed("cpu").length == 0
                ? 0
                : desk.model.view().committed("pods")[0];
    }

    @Test
    void hooksAreAskedByNameBeforeTheManagerIs() {
        permits.hooks(List.of(FIRST, SECOND));
        choose(0);
        assertThat(requests(0)).isEmpty();
        assertThat(reserved()).isEqualTo(1);
        assertThat(take(SECOND, 0)).isEmpty();
        assertThat(record().placement("spread").message())
                .isEqualTo("It has node n if bind hook 'a' of x 1.0.0 allows it.");
        answer(FIRST, ALLOW, 0);
        assertThat(requests(0)).isEmpty();
        answer(SECOND, ALLOW, 0);
        List<ClaimRequest> asked = requests(0);
        assertThat(asked).hasSize(1);

        placements.answered(MANAGER, asked, List.of(new ClaimAnswer.Granted("u", 1, 2)), 0);
        assertThat(permits.takeTold(FIRST).isEmpty())
                .as("it is not durable yet")
                .isTrue();
        desk.podPut(KEY, 2, 1, pod("", ",'nodeName':'n'"));
        assertThat(permits.takeTold(FIRST).bound())
                .singleElement()
                .extracting(Reservation::node)
                .isEqualTo("n");
        assertThat(permits.takeTold(SECOND).bound()).hasSize(1);
        assertThat(permits.takeTold(SECOND).isEmpty()).isTrue();
    }

    @Test
    void onlyPodsThatAHookHasAWordInWaitForIt() {
        permits.hooks(List.of(new Hook(1, "a", "licence", Set.of(), "a"), new Hook(2, "b", "", Set.of("other"), "b")));
        choose(0);
        assertThat(requests(0)).hasSize(1);
        assertThat(take(FIRST, 0)).isEmpty();
    }

    @Test
    void whoIsToWaitIsAskedAboutAgainAndHoldsItsRoom() {
        permits.hooks(List.of(FIRST));
        choose(0);
        answer(FIRST, new Permit.Wait(Duration.ofSeconds(5), "2 of 3 members are there"), 0);
        assertThat(placements.nextDue()).isEqualTo(5 * SECONDS);
        assertThat(take(FIRST, 4 * SECONDS)).isEmpty();
        assertThat(record().placement("spread").message())
                .isEqualTo("bind hook 'a' of x 1.0.0: 2 of 3 members are there");
        assertThat(reserved()).isEqualTo(1);
        answer(FIRST, ALLOW, 5 * SECONDS);
        assertThat(requests(5 * SECONDS)).hasSize(1);
    }

    @Test
    void nobodyWaitsForEver() {
        permits.hooks(List.of(FIRST));
        choose(0);
        Permit wait = new Permit.Wait(Duration.ofMinutes(1), "not yet");
        for (long now = 0; now < Permits.LONGEST; now += 60 * SECONDS) {
            answer(FIRST, wait, now);
        }
        answer(FIRST, wait, Permits.LONGEST);
        assertThat(requests(Permits.LONGEST)).isEmpty();
        assertThat(record().message).endsWith("not yet It has waited for ten minutes.");
        assertThat(reserved()).isZero();
    }

    @Test
    void whoIsRefusedGivesItsRoomBackAndIsPlacedAnew() {
        permits.hooks(List.of(FIRST, SECOND));
        choose(0);
        answer(FIRST, ALLOW, 0);
        answer(SECOND, new Permit.Refuse("no licence is left: buy one"), 0);
        assertThat(requests(0)).isEmpty();
        assertThat(reserved()).isZero();
        assertThat(record().unschedulable).isEqualTo("bind hook 'b' of y 1.0.0: no licence is left: buy one");
        assertThat(permits.takeTold(FIRST).released()).hasSize(1);
        assertThat(permits.takeTold(SECOND).released()).hasSize(1);

        choose(2 * SECONDS);
        answer(FIRST, ALLOW, 2 * SECONDS);
        answer(SECOND, ALLOW, 2 * SECONDS);
        assertThat(requests(2 * SECONDS)).hasSize(1);
    }

    @Test
    void aFailureRefusesAndNoAnswerIsAskedForAgain() {
        permits.hooks(List.of(FIRST));
        choose(0);
        permits.unanswered(FIRST, take(FIRST, 0), 0);
        assertThat(take(FIRST, 0)).isEmpty();
        permits.failed(FIRST, take(FIRST, SECONDS), "bind hook 'a' failed");
        assertThat(requests(SECONDS)).isEmpty();
        assertThat(record().message).isEqualTo("bind hook 'a' failed");
        assertThat(reserved()).isZero();
    }

    @Test
    void theManagersRefusalIsToldToo() {
        permits.hooks(List.of(FIRST));
        choose(0);
        answer(FIRST, ALLOW, 0);
        List<ClaimRequest> asked = requests(0);
        placements.answered(
                MANAGER,
                asked,
                List.of(new ClaimAnswer.Refused("u", ClaimAnswer.Code.NO_CAPACITY, "it is full", Map.of(), 2)),
                0);
        assertThat(permits.takeTold(FIRST).released()).hasSize(1);
    }

    @Test
    void aPodThatIsDeletedMeanwhileGivesItsRoomBackAtOnceAndLateAnswersAreNothing() {
        permits.hooks(List.of(FIRST));
        choose(0);
        List<Entry> asked = take(FIRST, 0);
        desk.podPut(KEY, 2, 1, pod(",'deletionTimestamp':'2026-01-01T00:00:00Z'", ""));
        assertThat(reserved()).isZero();
        assertThat(desk.takeDirty(10)).singleElement().satisfies(r -> assertThat(r.gone)
                .isTrue());
        permits.answered(FIRST, asked, List.of(ALLOW), 0);
        assertThat(requests(0)).isEmpty();
        Told told = permits.takeTold(FIRST);
        assertThat(told.released()).hasSize(1);
        assertThat(told.bound()).isEmpty();
    }

    @Test
    void aHookThatGoesIsNotWaitedForAndItsLateAnswerIsNothing() {
        permits.hooks(List.of(FIRST, SECOND));
        choose(0);
        List<Entry> asked = take(FIRST, 0);
        permits.hooks(List.of(SECOND));
        permits.answered(FIRST, asked, List.of(new Permit.Refuse("no")), 0);
        answer(SECOND, ALLOW, 0);
        assertThat(requests(0)).hasSize(1);
    }

    @Test
    void aHookThatWaitsIsAskedAtOnceWhenHooksChange() {
        permits.hooks(List.of(FIRST));
        choose(0);
        answer(FIRST, new Permit.Wait(Duration.ofSeconds(60), "not yet"), 0);
        permits.hooks(List.of(FIRST, SECOND));
        answer(FIRST, ALLOW, 1);
        assertThat(requests(1)).as("the second came after the reservation").hasSize(1);
    }
}
