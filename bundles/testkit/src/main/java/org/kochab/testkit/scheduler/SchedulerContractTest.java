package org.kochab.testkit.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.spi.scheduler.Scheduler;

/**
 * What tenant partitions rely on in every {@link Scheduler}. A scheduler's own test extends this class. A scheduler may refuse pods that ask for what it
 * does not know, but not those that ask for cpu and memory alone.
 */
public abstract class SchedulerContractTest {
    private static final int SEEDS = 300;

    /** The scheduler, as it is registered. Asked several times: every answer must be as good as the first. */
    protected abstract Scheduler scheduler();

    private record Case(long seed, TestCluster cluster, List<PodGroup> batch) {
        static Case of(long seed) {
            RandomCases cases = new RandomCases(seed);
            return new Case(seed, cases.cluster(), cases.batch());
        }

        List<Decision> placedBy(Scheduler scheduler) {
            return scheduler.place(new WatchedView(cluster), batch, seed);
        }

        @Override
        public String toString() {
            return "seed " + seed;
        }
    }

    private static List<Case> cases() {
        return LongStream.range(0, SEEDS).mapToObj(Case::of).toList();
    }

    @Test
    void hasAName() {
        assertThat(scheduler().name()).isNotBlank().isEqualTo(scheduler().name());
    }

    @Test
    void everyPodHasOneDecisionInTheOrderOfTheBatch() {
        for (Case at : cases()) {
            List<String> pods =
                    at.batch.stream().flatMap(group -> group.podUids().stream()).toList();
            assertThat(at.placedBy(scheduler()).stream().map(Decision::podUid))
                    .as(at.toString())
                    .isEqualTo(pods);
        }
    }

    @Test
    void neverOversellsOrBreaksAWish() {
        for (Case at : cases()) {
            TestCluster now = at.cluster.copy();
            Iterator<Decision> decisions = at.placedBy(scheduler()).iterator();
            for (PodGroup group : at.batch) {
                for (String pod : group.podUids()) {
                    if (decisions.next() instanceof Decision.Assigned assigned) {
                        int slot = now.slot(assigned.node());
                        assertThat(slot)
                                .as("%s, the node %s", at, assigned.node())
                                .isNotNegative();
                        assertThat(HardRules.broken(now, group, slot))
                                .as("%s, %s on %s", at, pod, assigned.node())
                                .isEmpty();
                        assertThat(assigned.score())
                                .as("%s, score of %s", at, pod)
                                .isBetween(0.0, 100.0);
                        now.place(group, slot);
                    }
                }
            }
        }
    }

    @Test
    void placesAGroupAsAWholeOrNotAtAll() {
        for (Case at : cases()) {
            Iterator<Decision> decisions = at.placedBy(scheduler()).iterator();
            for (PodGroup group : at.batch) {
                List<Class<?>> outcomes = new ArrayList<>();
                group.podUids().forEach(pod -> outcomes.add(decisions.next().getClass()));
                if (group.allOrNothing()) {
                    assertThat(outcomes.stream().distinct()).as(at.toString()).hasSize(1);
                }
            }
        }
    }

    @Test
    void refusalsCoverEveryNodeAndSayWhy() {
        for (Case at : cases()) {
            for (Decision decision : at.placedBy(scheduler())) {
                if (decision instanceof Decision.Rejected rejected) {
                    List<Refusal> refusals = rejected.refusals();
                    assertThat(refusals).as(at.toString()).isNotEmpty().allSatisfy(refusal -> {
                        assertThat(refusal.plugin()).isNotBlank();
                        assertThat(refusal.reason()).isNotBlank().doesNotContain("\n");
                    });
                    assertThat(refusals.stream().mapToInt(Refusal::nodes).sum())
                            .as("%s, nodes that refused %s", at, rejected.podUid())
                            .isEqualTo(at.cluster.live().cardinality());
                }
            }
        }
    }

    @Test
    void theSameInputHasTheSameAnswerWhateverWasAskedBefore() {
        List<Case> cases = cases();
        Scheduler used = scheduler();
        List<List<Decision>> first = cases.stream().map(at -> at.placedBy(used)).toList();
        for (int i = cases.size() - 1; i >= 0; i--) {
            Case at = cases.get(i);
            assertThat(at.placedBy(used)).as(at.toString()).isEqualTo(first.get(i));
            assertThat(at.placedBy(scheduler())).as(at.toString()).isEqualTo(first.get(i));
        }
    }

    /** Several partitions call one scheduler at once. */
    @Test
    void threadsDoNotDisturbEachOther() {
        List<Case> cases = cases();
        Scheduler scheduler = scheduler();
        List<List<Decision>> oneByOne =
                cases.stream().map(at -> at.placedBy(scheduler)).toList();
        assertThat(cases.parallelStream().map(at -> at.placedBy(scheduler)).toList())
                .isEqualTo(oneByOne);
    }

    @Test
    void doesNotChangeTheView() {
        for (Case at : cases()) {
            WatchedView view = new WatchedView(at.cluster);
            scheduler().place(view, at.batch, at.seed);
            assertThat(view.changed()).as(at.toString()).isEmpty();
        }
    }

    @Test
    void fillsTheNodesThatThereAreAndNoMore() {
        TestCluster cluster = new TestCluster()
                .add(Nodes.node("full", Map.of(), "1", "1Gi"))
                .add(Nodes.phase(Nodes.node("lost"), "NotReady"))
                .add(Nodes.cordoned(Nodes.node("closed")))
                .add(Nodes.node("small", Map.of(), "2", "2Gi"));
        cluster.place(Pods.pods("old", 1).cpu(1000).group(), 0);
        PodGroup pods = Pods.pods("web", 3).cpu(1000).memory(1L << 30).group();
        List<Decision> decisions = scheduler().place(new WatchedView(cluster), List.of(pods), 1);
        assertThat(decisions.subList(0, 2)).allSatisfy(decision -> assertThat(decision)
                .isInstanceOfSatisfying(Decision.Assigned.class, assigned -> assertThat(assigned.node())
                        .isEqualTo("small")));
        assertThat(decisions.get(2)).isInstanceOf(Decision.Rejected.class);
    }

    @Test
    void withoutNodesEveryPodIsRefused() {
        PodGroup pods = Pods.pods("web", 2).cpu(100).group();
        assertThat(scheduler().place(new WatchedView(new TestCluster()), List.of(pods), 1))
                .hasSize(2)
                .allSatisfy(decision -> assertThat(decision).isInstanceOf(Decision.Rejected.class));
    }

    @Test
    void anEmptyBatchHasNoDecisions() {
        assertThat(scheduler().place(new WatchedView(new TestCluster().add(Nodes.node("a"))), List.of(), 1))
                .isEmpty();
    }
}
