package org.kochab.testkit.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kochab.spi.admission.AdmissionContext;
import org.kochab.spi.admission.AdmissionRequest;
import org.kochab.spi.admission.AdmissionRule;

/** What the platform relies on in every rule, whatever it does. See {@link MutatorContractTest} and {@link ValidatorContractTest}. */
public abstract class AdmissionContractTest<R extends AdmissionRule, A> {
    private static final int THREADS = 4;
    private static final int CALLS = 100;
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    AdmissionContractTest() {}

    /** A rule, as it is registered; another one each time. */
    protected abstract R rule();

    /** Writes that it is interested in: some that it answers in one way and some in another. */
    protected abstract List<AdmissionRequest> requests();

    /** What the rule is to find beside them; nothing unless told otherwise. */
    protected AdmissionContext context() {
        return new TestContext();
    }

    abstract A ask(R rule, AdmissionRequest request);

    @Test
    void hasANameAndAnInterestThatStay() {
        R rule = rule();
        assertThat(rule.name()).isNotBlank().isEqualTo(rule.name());
        assertThat(rule.interest()).isEqualTo(rule.interest());
        assertThat(requests()).as("requests to ask about").isNotEmpty();
        assertThat(requests()).as("requests that it is not interested in").allMatch(r -> rule.interest()
                .includes(r.tenant(), r.kind(), r.operation()));
    }

    /** A write that meets another one is asked about again, and another member may be asked. */
    @Test
    void answersTheSameAgainAndOnAnotherMember() {
        R rule = rule();
        for (AdmissionRequest request : requests()) {
            A first = ask(rule, request);
            assertThat(first).as("answer about %s", request).isNotNull();
            assertThat(ask(rule, request)).as("second answer about %s", request).isEqualTo(first);
            assertThat(ask(rule(), request))
                    .as("another one's answer about %s", request)
                    .isEqualTo(first);
        }
    }

    @Test
    void answersADryRunAsItWouldTheWrite() {
        for (AdmissionRequest request : requests()) {
            assertThat(ask(rule(), Requests.dry(request))).isEqualTo(ask(rule(), request));
        }
    }

    @Test
    void isCalledByFourThreadsAtOnceAndEndsInTime() throws Exception {
        R rule = rule();
        List<AdmissionRequest> requests = requests();
        List<A> expected = requests.stream().map(r -> ask(rule(), r)).toList();
        Callable<Boolean> caller = () -> {
            for (int i = 0; i < CALLS; i++) {
                int which = i % requests.size();
                long began = System.nanoTime();
                assertThat(ask(rule, requests.get(which))).isEqualTo(expected.get(which));
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(DEADLINE);
            }
            return true;
        };
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Boolean> f : threads.invokeAll(
                    IntStream.range(0, THREADS).mapToObj(i -> caller).toList())) {
                f.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
