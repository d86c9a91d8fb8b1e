package org.kochab.scheduler.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kochab.api.plugin.Plugin;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.DomainRule;
import org.kochab.spi.scheduler.GroupFilter;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementFilter;
import org.kochab.spi.scheduler.PlacementRules;
import org.kochab.spi.scheduler.PlacementScorer;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.testkit.scheduler.Nodes;
import org.kochab.testkit.scheduler.Pods;
import org.kochab.testkit.scheduler.TestCluster;

/** One plugin for each misbehaviour: it is quarantined and named, placement goes on, and it is used again once it behaves. */
@Timeout(60)
class HostilePluginsTest {
    private static final String NAME = "acme.com/hostile";
    private static final String WHO = "'acme.com/hostile' of com.acme.hostile 1.2.0";
    private static final VendorPlugins.Source FROM = new VendorPlugins.Source("com.acme.hostile", "1.2.0", 7);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Object ME = "this test";

    /** A cluster whose sets are kept, as the real one's are, and that can be taken back. */
    private static final class Cluster extends TestCluster {
        private final BitSet live = new BitSet();
        private final AtomicReference<Boolean> over = new AtomicReference<>(false);

        @Override
        public int slots() {
            if (over.get()) {
                throw new CancellationException("the batch has been given up");
            }
            return super.slots();
        }

        @Override
        public BitSet live() {
            if (live.isEmpty()) {
                live.or(super.live());
            }
            return live;
        }
    }

    private long now = 1;
    private boolean hostile = true;
    private int asked;
    private final Cluster cluster = new Cluster();
    private VendorPlugins plugins = plugins(false);

    HostilePluginsTest() {
        cluster.add(Nodes.node("a")).add(Nodes.node("b")).add(Nodes.node("c"));
    }

    private VendorPlugins plugins(boolean ignore, String... ignored) {
        return plugins(ignore, 10, ignored);
    }

    /** @param seconds how long the first quarantine is */
    private VendorPlugins plugins(boolean ignore, int seconds, String... ignored) {
        Conduct.Limits limits = new Conduct.Limits(SECOND / 20, 3, 3, seconds * SECOND, 40 * SECOND);
        return new VendorPlugins(
                new VendorPlugins.Settings(limits, ignore, new TreeSet<>(List.of(ignored))), () -> now);
    }

    private List<Decision> place(String tenant) {
        return plugins.place(
                ME, cluster, List.of(Pods.pods("p", 2).cpu(100).tenant(tenant).group()), 1, Profile.SPREAD.plugins());
    }

    private void placesAll() {
        assertThat(place("acme")).hasSize(2).allMatch(d -> d instanceof Decision.Assigned);
    }

    private Refusal refused(String tenant) {
        Decision.Rejected rejected = (Decision.Rejected) place(tenant).get(0);
        assertThat(rejected.refusals()).hasSize(1);
        return rejected.refusals().get(0);
    }

    private Plugin listed() {
        assertThat(plugins.plugins()).hasSize(1);
        return plugins.plugins().get(0);
    }

    private void listed(String state, String... words) {
        assertThat(listed().state()).isEqualTo(state);
        for (String each : words) {
            assertThat(listed().message()).contains(each);
        }
    }

    /** Behaves for as many batches as make up for its failures. */
    private void behaves() {
        hostile = false;
        for (int i = 0; i < 3; i++) {
            placesAll();
        }
        listed("Active");
        hostile = true;
    }

    private static GroupScorer scorer(Function<Integer, Double> score) {
        return (candidates, scores) -> candidates.stream().forEach(slot -> scores[slot] = score.apply(slot));
    }

    private static GroupScorer changing(double score) {
        return new GroupScorer() {
            @Override
            public void score(BitSet candidates, double[] scores) {}

            @Override
            public boolean changes() {
                return true;
            }

            @Override
            public double score(int slot) {
                return score;
            }
        };
    }

    private static GroupScorer levels(BitSet slots, double score) {
        return new GroupScorer() {
            @Override
            public void score(BitSet candidates, double[] scores) {
                throw new IllegalStateException("expected by the test");
            }

            @Override
            public Optional<List<Level>> levels() {
                return Optional.of(List.of(new Level(slots, score)));
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException unchecked(Throwable any) throws E {
        throw (E) any;
    }

    /** What a scorer can do wrong, with the words by which it is told. */
    private enum ScorerFault {
        THROWS("IllegalStateException: no power", c -> {
            throw new IllegalStateException("no power");
        }),
        THROWS_AN_ERROR("AssertionError: never", c -> {
            throw new AssertionError("never");
        }),
        THROWS_WHAT_IS_CHECKED("IOException: disk", c -> {
            throw HostilePluginsTest.<RuntimeException>unchecked(new java.io.IOException("disk"));
        }),
        THROWS_WHAT_CANNOT_BE_SHOWN("Unspeakable", c -> {
            throw new Unspeakable();
        }),
        SAYS_THAT_THE_BATCH_IS_OVER("CancellationException", c -> {
            throw new CancellationException();
        }),
        RUNS_OUT_OF_STACK("StackOverflowError", c -> Optional.of(deep(c))),
        NULL_FROM_BEGIN("NullPointerException", c -> null),
        NULL_RESOURCES(
                "NullPointerException",
                c -> Optional.of(new GroupScorer() {
                    @Override
                    public void score(BitSet candidates, double[] scores) {}

                    @Override
                    public List<String> resources() {
                        return null;
                    }
                })),
        NO_NUMBER("the score NaN, not 0 to 100", c -> Optional.of(scorer(slot -> Double.NaN))),
        TOO_HIGH("the score 101.0, not 0 to 100", c -> Optional.of(scorer(slot -> 101.0))),
        TOO_LOW("the score -1.0, not 0 to 100", c -> Optional.of(scorer(slot -> -1.0))),
        TOO_HIGH_FOR_ONE_SLOT("the score 1000.0", c -> Optional.of(changing(1000))),
        WRITES_OUTSIDE(
                "ArrayIndexOutOfBoundsException",
                c -> Optional.of((candidates, scores) -> {
                    scores[scores.length] = 1;
                })),
        THROWS_HALF_WAY(
                "IllegalStateException: expected by the test",
                c -> Optional.of(new GroupScorer() {
                    @Override
                    public void score(BitSet candidates, double[] scores) {
                        candidates.clear();
                        throw new IllegalStateException("expected by the test");
                    }
                }));

        private final String words;
        private final Function<PlacementContext, Optional<GroupScorer>> fault;

        ScorerFault(String words, Function<PlacementContext, Optional<GroupScorer>> fault) {
            this.words = words;
            this.fault = fault;
        }
    }

    private static GroupScorer deep(PlacementContext context) {
        return deep(context);
    }

    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new AssertionError("expected by the test");
        }
    }

    private PlacementScorer scorer(Function<PlacementContext, Optional<GroupScorer>> fault, double weight) {
        return new PlacementScorer() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public double weight() {
                return weight;
            }

            @Override
            public Optional<GroupScorer> begin(PlacementContext context) {
                asked++;
                return hostile ? fault.apply(context) : Optional.of(scorer(slot -> 50.0));
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void aScorerIsLeftOutAfterThreeFailuresAndTriedAgain(ScorerFault fault) {
        plugins.add(scorer(fault.fault, 1), FROM);

        placesAll();
        listed("Failing", "scorer " + WHO + " failed 1 time, last with: ", fault.words);
        placesAll();
        placesAll();

        listed("Quarantined", "scorer " + WHO + " failed 3 times in a row, last with: ", fault.words);
        assertThat(listed().message())
                .contains("Pods are placed without its opinion. It is tried again in 10 s; update its bundle");
        placesAll();
        assertThat(asked).isEqualTo(3);
        now += 10 * SECOND;
        placesAll();
        assertThat(asked).isEqualTo(4);
        listed("Quarantined", "failed again after its quarantine with: ", "tried again in 20 s");
        now += 20 * SECOND;
        placesAll();
        listed("Quarantined", "tried again in 40 s");
        now += 40 * SECOND;
        placesAll();
        listed("Quarantined", "tried again in 40 s");
        now += 40 * SECOND;
        behaves();
        placesAll();
        listed("Failing");
    }

    @Test
    void levelsOfSlotsThatDoNotExistAreWrong() {
        BitSet far = new BitSet();
        far.set(1_000_000);
        PlacementContext context =
                new PlacementContext(cluster, Pods.pods("p", 1).group());
        List<String> failures = new ArrayList<>();
        Conduct conduct = new Conduct(
                new Vendor("scorer", NAME, "com.acme.hostile", "1.2.0", 1, 1),
                new Conduct.Limits(SECOND, 3, 3, SECOND, SECOND),
                false);
        try (Turn turn = new Turn(() -> now, List.of())) {
            for (GroupScorer hostileScorer : List.of(levels(far, 10), levels(new BitSet(), Double.NaN))) {
                GroupScorer guarded = new GuardedScorer(
                                scorer(c -> Optional.of(hostileScorer), 1), conduct.vendor(), turn.watch(conduct))
                        .begin(context)
                        .orElseThrow();
                guarded.levels();
                failures.add(conduct.message(now));
            }
        }

        assertThat(failures.get(0)).contains("a level of it has slot 1000000 of 3");
        assertThat(failures.get(1)).contains("the score NaN");
    }

    @Test
    void aSlowScorerIsLeftOutAndASlowFilterIsNamed() {
        plugins.add(
                scorer(
                        c -> {
                            now += SECOND;
                            return Optional.of(scorer(slot -> 1.0));
                        },
                        1),
                FROM);
        for (int i = 0; i < 3; i++) {
            placesAll();
        }
        listed("Quarantined", "scorer " + WHO + " took 1000 ms for one group of pods, 3 times in a row");
        now += 10 * SECOND;
        behaves();

        plugins = plugins(false);
        plugins.add(
                filter(c -> {
                    now += SECOND;
                    return Optional.of(allows());
                }),
                FROM);
        for (int i = 0; i < 5; i++) {
            placesAll();
        }
        listed("Slow", "filter " + WHO + " took 1000 ms for one group of pods, 5 times in a row");
        behaves();
    }

    @Test
    void aBatchOfManyGroupsIsPlacedAnewWithoutAScorerThatIsTooSlow() {
        plugins.add(
                scorer(
                        c -> {
                            now += SECOND;
                            return Optional.of(scorer(slot -> slot == 2 ? 100.0 : 0.0));
                        },
                        1000),
                FROM);
        placesManyWithoutIt();
        listed("Quarantined", "scorer " + WHO + " took 1000 ms for one group of pods, 3 times in a row");
    }

    @ParameterizedTest
    @EnumSource
    void aBatchOfManyGroupsIsPlacedAnewWithoutAScorerThatFails(ScorerFault fault) {
        plugins.add(scorer(fault.fault, 1000), FROM);

        placesManyWithoutIt();
        listed("Quarantined", "scorer " + WHO + " failed 3 times in a row, last with: ", fault.words);
    }

    @Test
    void aScorerWhoseQuarantineIsOverAtOnceIsNotTriedAgainInTheSameBatch() {
        plugins = plugins(false, 0);
        plugins.add(
                scorer(
                        c -> {
                            now += SECOND;
                            return Optional.of(scorer(slot -> Double.NaN));
                        },
                        1),
                FROM);

        placesManyWithoutIt();
        placesAll();
        assertThat(asked).isEqualTo(4);
    }

    private void placesManyWithoutIt() {
        List<PodGroup> batch = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            batch.add(Pods.pods("p" + i, 1).cpu(100).group());
        }

        List<Decision> decisions = plugins.place(ME, cluster, batch, 1, Profile.SPREAD.plugins());

        assertThat(asked).isEqualTo(3);
        assertThat(decisions).isEqualTo(Engine.place(cluster, batch, 1, Profile.SPREAD.plugins()));
    }

    /** A filter that takes all nodes. */
    private static class Allows implements GroupFilter {
        @Override
        public void filter(BitSet candidates) {}

        @Override
        public Refusal.Code code() {
            return Refusal.Code.UNFIT_NOW;
        }

        @Override
        public String reason(BitSet refused) {
            return "nothing";
        }
    }

    private static GroupFilter allows() {
        return new Allows();
    }

    private enum FilterFault {
        THROWS("IllegalStateException: no licence", c -> {
            throw new IllegalStateException("no licence");
        }),
        THROWS_AN_ERROR("OutOfMemoryError", c -> {
            throw new OutOfMemoryError("expected by the test");
        }),
        NULL_FROM_BEGIN("NullPointerException", c -> null),
        SETS_SLOTS(
                "it set slot 500, which was not among the candidates",
                c -> Optional.of(new Allows() {
                    @Override
                    public void filter(BitSet candidates) {
                        candidates.set(500);
                    }
                })),
        NEGATIVE_SLOT(
                "IndexOutOfBoundsException",
                c -> Optional.of(new Allows() {
                    @Override
                    public void filter(BitSet candidates) {
                        candidates.set(-1);
                    }
                })),
        NULL_NEEDS(
                "NullPointerException",
                c -> Optional.of(new Allows() {
                    @Override
                    public boolean changes() {
                        return true;
                    }

                    @Override
                    public boolean accepts(int slot) {
                        throw new NullPointerException("expected by the test");
                    }

                    @Override
                    public SortedMap<String, Long> needs() {
                        return new TreeMap<>(Collections.singletonMap("cpu", null));
                    }
                })),
        NULL_REASON(
                "NullPointerException",
                c -> Optional.of(new Allows() {
                    @Override
                    public void filter(BitSet candidates) {
                        candidates.clear();
                    }

                    @Override
                    public Refusal.Code code() {
                        return null;
                    }

                    @Override
                    public String reason(BitSet refused) {
                        return null;
                    }
                }));

        private final String words;
        private final Function<PlacementContext, Optional<GroupFilter>> fault;

        FilterFault(String words, Function<PlacementContext, Optional<GroupFilter>> fault) {
            this.words = words;
            this.fault = fault;
        }
    }

    /** It has a say in the pods of one tenant. */
    private PlacementFilter filter(Function<PlacementContext, Optional<GroupFilter>> fault) {
        return new PlacementFilter() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public Optional<GroupFilter> begin(PlacementContext context) {
                if (!context.group().tenant().value().equals("acme")) {
                    return Optional.empty();
                }
                asked++;
                return hostile ? fault.apply(context) : Optional.of(allows());
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void podsThatABrokenFilterHasASayInWaitAndOthersAreNotStopped(FilterFault fault) {
        plugins.add(filter(fault.fault), FROM);
        for (int i = 0; i < 3; i++) {
            Refusal refusal = refused("acme");
            assertThat(refusal.code()).isEqualTo(Refusal.Code.PLUGIN_FAILED);
            assertThat(refusal.nodes()).isEqualTo(3);
            assertThat(refusal.reason())
                    .startsWith("3 nodes are refused because filter " + WHO + " failed (")
                    .contains(fault.words, "update or remove its bundle");
            assertThat(place("other")).allMatch(d -> d instanceof Decision.Assigned);
        }
        listed("Quarantined", "filter " + WHO + " failed 3 times in a row", "Pods that it has a say in wait.");

        Refusal refusal = refused("acme");
        assertThat(refusal.code()).isEqualTo(Refusal.Code.PLUGIN_FAILED);
        assertThat(refusal.reason()).contains("filter " + WHO + " is in quarantine (failed 3 times in a row");
        assertThat(place("other")).allMatch(d -> d instanceof Decision.Assigned);
        hostile = false;
        assertThat(refused("acme").plugin()).isEqualTo(NAME);
        now += 10 * SECOND;
        behaves();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NULL_REASON")
    void aBrokenFilterHasNoSayIfTheOperatorWantsItSo(FilterFault fault) {
        for (VendorPlugins each : List.of(plugins(true), plugins(false, NAME))) {
            plugins = each;
            plugins.add(filter(fault.fault), FROM);
            for (int i = 0; i < 4; i++) {
                placesAll();
            }
            listed("Quarantined", fault.words, "Pods are placed as if it were not there.");
            now += 10 * SECOND;
            behaves();
        }
    }

    private static class Rule implements DomainRule {
        private static final int DOMAINS = 4;

        @Override
        public String topologyKey() {
            return "kubernetes.io/hostname";
        }

        @Override
        public int[] counts() {
            return new int[DOMAINS];
        }

        @Override
        public BitSet compared() {
            return new BitSet();
        }

        @Override
        public int step() {
            return 1;
        }
    }

    private enum RuleFault {
        THROWS("IllegalStateException: lost", c -> {
            throw new IllegalStateException("lost");
        }),
        NULL_FROM_BEGIN("NullPointerException", c -> null),
        NULL_RULE("NullPointerException", c -> Collections.singletonList(null)),
        TOO_MANY("it has more than 64 rules", c -> Collections.nCopies(1_000_000, new Rule())),
        WRONG_LENGTH(
                "has 1 counts for 4 domains",
                c -> List.of(new Rule() {
                    @Override
                    public int[] counts() {
                        return new int[1];
                    }
                })),
        NULL_COUNTS(
                "NullPointerException",
                c -> List.of(new Rule() {
                    @Override
                    public int[] counts() {
                        return null;
                    }
                })),
        COMPARES_WHAT_IS_NOT_THERE(
                "compares domain 9 of 4",
                c -> List.of(new Rule() {
                    @Override
                    public BitSet compared() {
                        BitSet nine = new BitSet();
                        nine.set(9);
                        return nine;
                    }
                })),
        LARGE_STEP(
                "is -2000000000",
                c -> List.of(new Rule() {
                    @Override
                    public int step() {
                        return -2_000_000_000;
                    }
                })),
        NO_WEIGHT(
                "is NaN, not 0 to 1000",
                c -> List.of(new Rule() {
                    @Override
                    public double weight() {
                        return Double.NaN;
                    }
                })),
        THROWS_LATE(
                "UnsupportedOperationException",
                c -> List.of(new Rule() {
                    @Override
                    public boolean accepts(int count, int lowest, boolean any) {
                        throw new UnsupportedOperationException("expected by the test");
                    }
                }));

        private final String words;
        private final Function<PlacementContext, List<DomainRule>> fault;

        RuleFault(String words, Function<PlacementContext, List<DomainRule>> fault) {
            this.words = words;
            this.fault = fault;
        }
    }

    @ParameterizedTest
    @EnumSource
    void brokenRulesAreTreatedAsAFilter(RuleFault fault) {
        PlacementRules rules = new PlacementRules() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public List<DomainRule> begin(PlacementContext context) {
                return !context.group().tenant().value().equals("acme")
                        ? List.of()
                        : hostile ? fault.fault.apply(context) : List.of(new Rule());
            }
        };
        plugins.add(rules, FROM);
        for (int i = 0; i < 3; i++) {
            assertThat(refused("acme").reason()).contains("rules " + WHO + " failed (", fault.words);
            assertThat(place("other")).allMatch(d -> d instanceof Decision.Assigned);
        }
        listed("Quarantined", "rules " + WHO, fault.words);
        assertThat(refused("acme").reason()).contains("is in quarantine");
        assertThat(place("other")).allMatch(d -> d instanceof Decision.Assigned);
        now += 10 * SECOND;
        behaves();

        plugins = plugins(true);
        plugins.add(rules, FROM);
        for (int i = 0; i < 4; i++) {
            placesAll();
        }
        listed("Quarantined", "Pods are placed as if it were not there.");
    }

    @Test
    void aRuleWhoseScoresMakeNoSenseCountsAsFailed() {
        plugins.add(
                new PlacementRules() {
                    @Override
                    public String name() {
                        return NAME;
                    }

                    @Override
                    public List<DomainRule> begin(PlacementContext context) {
                        return List.of(new Rule() {
                            @Override
                            public double weight() {
                                return 1;
                            }

                            @Override
                            public double score(int count, int lowest, boolean any) {
                                return hostile ? -7 : 7;
                            }
                        });
                    }
                },
                FROM);
        placesAll();
        listed("Failing", "it gave -7.0 as the score of a domain of kubernetes.io/hostname");
        behaves();
    }

    @Test
    void whatAPluginWritesIntoTheViewHarmsNobody() {
        plugins.add(
                scorer(
                        c -> {
                            c.view().live().clear();
                            c.view().ready().clear();
                            c.view().allocatable("cpu")[0] = 0;
                            c.view().inverse("cpu")[0] = Double.NaN;
                            c.view().topology("kubernetes.io/hostname").domain()[0] = 77;
                            c.view().identity()[0] = 0;
                            return Optional.empty();
                        },
                        1),
                FROM);
        placesAll();

        assertThat(cluster.live().cardinality()).isEqualTo(3);
        placesAll();
    }

    @Test
    void anUpdatedPluginStartsClean() {
        PlacementScorer broken = scorer(c -> null, 1);
        plugins.add(broken, FROM);
        for (int i = 0; i < 3; i++) {
            placesAll();
        }
        listed("Quarantined");

        plugins.remove(FROM.service());
        assertThat(plugins.plugins()).isEmpty();
        plugins.add(scorer(c -> Optional.empty(), 1), new VendorPlugins.Source("com.acme.hostile", "1.2.1", 8));
        placesAll();

        listed("Active");
        assertThat(listed().version()).isEqualTo("1.2.1");
    }

    @Test
    void whatCannotBeUsedIsListed() {
        plugins.add(scorer(c -> Optional.empty(), Double.NaN), FROM);
        placesAll();
        listed("Unusable", "it has no usable name, order or weight", "must be above 0");

        plugins = plugins(false);
        plugins.add(scorer(c -> Optional.empty(), 1), new VendorPlugins.Source("com.zeta", "1.0.0", 1));
        plugins.add(scorer(c -> Optional.empty(), 1), FROM);
        placesAll();
        assertThat(plugins.plugins())
                .extracting(p -> p.bundle() + " " + p.state() + " " + p.message())
                .containsExactly(
                        "com.acme.hostile Active ",
                        "com.zeta Shadowed It is not called: the one of com.acme.hostile has the same name.");
    }

    /** Waits whatever happens to its thread. */
    private static void hang(CountDownLatch until) {
        boolean done = false;
        while (!done) {
            try {
                until.await();
                done = true;
            } catch (InterruptedException e) {
                // That is what makes it hostile.
            }
        }
    }

    @Test
    void whatHangsIsNotCalledAgainBeforeItsCallHasEnded() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        plugins.add(
                scorer(
                        c -> {
                            called.countDown();
                            hang(release);
                            return Optional.empty();
                        },
                        1),
                FROM);
        Thread stuck = new Thread(this::placesAll);
        stuck.start();
        called.await();
        assertThat(plugins.abandoned("somebody else")).isEmpty();

        assertThat(plugins.abandoned(ME)).map(Vendor::toString).contains("scorer " + WHO);
        assertThat(plugins.abandoned(ME)).isEmpty();

        stuck.interrupt();
        listed("Quarantined", "scorer " + WHO + " did not return from a call", "not called before that call has ended");
        now += 1000 * SECOND;
        hostile = false;
        placesAll();
        assertThat(asked).isEqualTo(1);
        listed("Quarantined");
        release.countDown();
        stuck.join();
        behaves();
        assertThat(asked).isEqualTo(4);
    }

    @Test
    void aFilterThatHangsStopsItsBatchAndThenRefusesWithoutBeingAsked() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        plugins.add(
                filter(c -> {
                    called.countDown();
                    hang(new CountDownLatch(1) {
                        @Override
                        public void await() {
                            while (!Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                            }
                        }
                    });
                    throw new IllegalStateException("interrupted");
                }),
                FROM);
        Thread stuck = new Thread(() -> place("acme"));
        stuck.setUncaughtExceptionHandler((t, e) -> end.set(e));
        stuck.start();
        called.await();
        cluster.over.set(true);
        assertThat(plugins.abandoned(ME)).isPresent();
        listed("Quarantined", "not called before that call has ended");
        stuck.interrupt();
        stuck.join();
        cluster.over.set(false);

        assertThat(end.get()).isInstanceOf(CancellationException.class);
        listed("Quarantined", "did not return from a call, for which a whole batch was given up", "again in 10 s");
        assertThat(refused("acme").reason())
                .contains("filter " + WHO + " is in quarantine (did not return from a call");
        now += 10 * SECOND;
        behaves();
    }

    @Test
    void aBatchThatIsGivenUpIsNoFailureOfWhoeverIsAskedNext() {
        plugins.add(
                scorer(
                        c -> {
                            cluster.over.set(true);
                            return Optional.of(scorer(s -> (double) c.view().slots()));
                        },
                        1),
                FROM);

        assertThatThrownBy(() -> place("acme")).isInstanceOf(CancellationException.class);
        cluster.over.set(false);
        listed("Active");
    }
}
