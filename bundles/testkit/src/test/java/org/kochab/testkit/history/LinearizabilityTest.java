package org.kochab.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.testkit.history.Call.Answer;
import org.kochab.testkit.history.Call.Ask;

class LinearizabilityTest {
    private final List<Call> calls = new ArrayList<>();

    @Test
    void acceptsOneAfterAnother() {
        read(1, 2, null);
        write(3, 4, "a");
        read(5, 6, "a");
        cas(7, 8, "a", "b");
        casFailed(9, 10, "a", "c", "b");
        read(11, 12, "b");
        accepted();
    }

    @Test
    void acceptsEitherOrderOfConcurrentCalls() {
        write(1, 10, "a");
        write(2, 9, "b");
        read(3, 4, "b");
        read(5, 6, "a");
        read(11, 12, "a");
        accepted();
    }

    @Test
    void acceptsAnUnknownWriteThatHappensLate() {
        write(1, 2, "a");
        unknownWrite(3, "b");
        read(4, 5, "a");
        write(6, 7, "c");
        read(8, 9, "b");
        accepted();
    }

    @Test
    void acceptsAnUnknownWriteThatNeverHappens() {
        write(1, 2, "a");
        unknownWrite(3, "b");
        read(4, 5, "a");
        read(6, 7, "a");
        accepted();
    }

    @Test
    void rejectsAStaleRead() {
        write(1, 2, "a");
        write(3, 4, "b");
        read(5, 6, "a");
        rejected();
    }

    @Test
    void rejectsALostWrite() {
        write(1, 2, "a");
        read(3, 4, null);
        rejected();
    }

    @Test
    void rejectsAValueNobodyWrote() {
        write(1, 2, "a");
        read(3, 4, "x");
        rejected();
    }

    @Test
    void rejectsReadsThatGoBack() {
        write(1, 2, "a");
        write(3, 20, "b");
        read(4, 5, "b");
        read(6, 7, "a");
        rejected();
    }

    @Test
    void rejectsTwoWinnersOfOneValue() {
        write(1, 2, "a");
        cas(3, 10, "a", "b");
        cas(4, 9, "a", "c");
        rejected();
    }

    @Test
    void rejectsAConflictWithoutReason() {
        write(1, 2, "a");
        casFailed(3, 4, "a", "b", "a");
        rejected();
    }

    @Test
    void rejectsAConflictThatShowsAnOldValue() {
        write(1, 2, "a");
        write(3, 4, "b");
        casFailed(5, 6, "x", "c", "a");
        rejected();
    }

    @Test
    void rejectsAnUnknownWriteThatAppearsAndVanishes() {
        write(1, 2, "a");
        unknownWrite(3, "b");
        read(4, 5, "b");
        read(6, 7, "a");
        rejected();
    }

    @Test
    void rejectsAnUnknownWriteSeenBeforeItWasCalled() {
        write(1, 2, "a");
        read(3, 4, "b");
        unknownWrite(5, "b");
        rejected();
    }

    @Test
    void rejectsAnUnknownCompareAndSetThatCouldNotHaveWon() {
        write(1, 2, "a");
        calls.add(new Call("c", 3, Long.MAX_VALUE, new Ask.CompareAndSet("x", "b"), new Answer.Unknown()));
        read(4, 5, "b");
        rejected();
    }

    @Test
    void rejectsAWriteLostOverACrash() {
        write(1, 2, "a");
        cas(3, 4, "a", "b");
        unknownWrite(5, "c");
        read(6, 7, "a");
        rejected();
    }

    /** Histories of a real register are accepted; the same ones with one answer changed to a value long gone are not. */
    @Test
    void tellsRealHistoriesFromSpoiltOnes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Call> real = real(random);
            assertThat(Linearizability.violation(real)).as("seed " + seed).isEmpty();
            List<Call> spoilt = new ArrayList<>(real);
            Call last = spoilt.get(spoilt.size() - 1);
            spoilt.set(
                    spoilt.size() - 1,
                    new Call(last.client(), last.called(), last.returned(), new Ask.Read(), new Answer.Was("v0")));
            assertThat(Linearizability.violation(spoilt)).as("seed " + seed).isPresent();
        }
    }

    /** Eight clients; each call takes effect at an instant within it. The last call is a read after all others. */
    private static List<Call> real(Random random) {
        record Plan(int client, long called, long effect, long returned) {}
        List<Plan> plans = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            long t = random.nextInt(10);
            for (int i = 0; i < 20; i++) {
                long effect = t + 1 + random.nextInt(20);
                long returned = effect + 1 + random.nextInt(20);
                plans.add(new Plan(client, t, effect, returned));
                t = returned + 1 + random.nextInt(10);
            }
        }
        Collections.shuffle(plans, random);
        plans.sort(java.util.Comparator.comparingLong(Plan::effect));
        List<Call> calls = new ArrayList<>();
        String value = null;
        int n = 0;
        for (Plan p : plans) {
            String next = "v" + n++;
            Ask ask = n == 1 || random.nextInt(3) == 0
                    ? new Ask.Write(next)
                    : random.nextBoolean() ? new Ask.Read() : new Ask.CompareAndSet(value, next);
            Answer answer = ask instanceof Ask.Read ? new Answer.Was(value) : new Answer.Done();
            if (!(ask instanceof Ask.Read)) {
                value = next;
            }
            calls.add(new Call("c" + p.client, p.called * 2, p.returned * 2, ask, answer));
        }
        calls.add(new Call("last", 1_000_000, 1_000_001, new Ask.Read(), new Answer.Was(value)));
        return calls;
    }

    private void accepted() {
        assertThat(Linearizability.violation(calls)).isEmpty();
    }

    private void rejected() {
        assertThat(Linearizability.violation(calls)).isPresent();
    }

    private void read(long called, long returned, @Nullable String value) {
        calls.add(new Call("c", called, returned, new Ask.Read(), new Answer.Was(value)));
    }

    private void write(long called, long returned, String value) {
        calls.add(new Call("c", called, returned, new Ask.Write(value), new Answer.Done()));
    }

    private void unknownWrite(long called, String value) {
        calls.add(new Call("c", called, Long.MAX_VALUE, new Ask.Write(value), new Answer.Unknown()));
    }

    private void cas(long called, long returned, String expected, String value) {
        calls.add(new Call("c", called, returned, new Ask.CompareAndSet(expected, value), new Answer.Done()));
    }

    private void casFailed(long called, long returned, String expected, String value, String was) {
        calls.add(new Call("c", called, returned, new Ask.CompareAndSet(expected, value), new Answer.Was(was)));
    }
}
