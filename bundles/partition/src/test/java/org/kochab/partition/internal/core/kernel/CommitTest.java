package org.kochab.partition.internal.core.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.CommitResult.Busy;
import org.kochab.api.partition.CommitResult.Committed;
import org.kochab.api.partition.CommitResult.Conflict;
import org.kochab.api.partition.CommitResult.NotLeader;
import org.kochab.api.partition.CommitResult.Unknown;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.store.memory.MemoryStore;

class CommitTest {
    private final MemoryStore store = new MemoryStore();
    private final Stepped p = new Stepped(store, KernelLimits.DEFAULT.withQueue(4, 10_000));

    @Test
    void nothingIsSeenOrAnsweredBeforeTheStoreHasIt() {
        p.hold = true;
        var answer = submit(Transaction.put("k", bytes("v")));
        p.settle();
        assertThat(answer).isNotDone();
        assertThat(p.led().get("k")).isEmpty();
        assertThat(p.led().revision()).isZero();
        p.release();
        assertThat(answer).isCompletedWithValue(new Committed(1));
        assertThat(p.led().get("k")).contains(new Entry("k", bytes("v"), 1, 1));
    }

    @Test
    void whatComesDuringACommitGoesTogetherInTheNext() {
        p.hold = true;
        submit(Transaction.put("k", bytes("0")));
        p.settle();
        var one = submit(Transaction.put("k", bytes("1")));
        var two = submit(Transaction.put("k", bytes("2")));
        var three = submit(Transaction.put("other", bytes("3")));
        p.release();
        assertThat(List.of(one.join(), two.join(), three.join()))
                .containsExactly(new Committed(2), new Committed(3), new Committed(4));
        assertThat(p.batches).hasSize(2);
        assertThat(p.batches.get(1).puts())
                .as("of each key only the last value")
                .hasSize(2);
        assertThat(p.batches.get(1).revision()).isEqualTo(4);
        assertThat(p.led().get("k")).contains(new Entry("k", bytes("2"), 1, 3));
    }

    @Test
    void preconditionsSeeEarlierTransactionsOfTheGroup() {
        p.hold = true;
        submit(Transaction.put("x", bytes("")));
        p.settle();
        var created = submit(Transaction.create("k", bytes("1")));
        var again = submit(Transaction.create("k", bytes("2")));
        var deleted =
                submit(new Transaction(List.of(new Precondition.Present("k")), List.of(new Operation.Delete("k"))));
        p.release();
        assertThat(created.join()).isEqualTo(new Committed(2));
        assertThat(again.join()).isInstanceOfSatisfying(Conflict.class, c -> assertThat(c.actual())
                .contains(new Entry("k", bytes("1"), 2, 2)));
        assertThat(deleted.join()).isEqualTo(new Committed(3));
        assertThat(p.led().get("k")).isEmpty();
        assertThat(p.batches.get(1).puts()).as("came and went within the group").isEmpty();
        assertThat(p.batches.get(1).deletes()).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereTakesARevisionAndChangesNothing() throws Exception {
        try (var watch = p.led().watch("", 0)) {
            assertThat(answer(new Transaction(List.of(), List.of(new Operation.Delete("k")))))
                    .isEqualTo(new Committed(1));
            assertThat(watch.poll()).isEmpty();
        }
    }

    @Test
    void aFullQueueIsBusy() {
        p.hold = true;
        submit(Transaction.put("k", bytes("0")));
        p.settle();
        for (int i = 0; i < 4; i++) {
            assertThat(submit(Transaction.put("k" + i, bytes("v")))).isNotDone();
        }
        assertThat(submit(Transaction.put("k", bytes("v"))).join()).isInstanceOf(Busy.class);
        p.release();
        assertThat(answer(Transaction.put("k", bytes("v")))).isEqualTo(new Committed(6));
    }

    @Test
    void aQueueIsFullByBytesToo() {
        p.hold = true;
        submit(Transaction.put("k", bytes("0")));
        p.settle();
        assertThat(submit(Transaction.put("a", new byte[9_000]))).isNotDone();
        assertThat(submit(Transaction.put("b", new byte[9_000])).join()).isInstanceOf(Busy.class);
    }

    @Test
    void whatIsTooLargeIsRefusedWithItsName() {
        assertThatThrownBy(() -> submit(Transaction.put("k", new byte[1_500_001])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value of key 'k'")
                .hasMessageContaining("1500000");
        assertThatThrownBy(() -> submit(Transaction.put("k".repeat(1_025), new byte[0])))
                .hasMessageContaining("at most 1024");
        assertThatThrownBy(() -> submit(Transaction.put("", new byte[0]))).hasMessageContaining("key is empty");
        assertThatThrownBy(() -> submit(Transaction.put("a\nb", new byte[0]))).hasMessageContaining("character at 1");
        assertThatThrownBy(() -> submit(Transaction.put("a\ud800", new byte[0])))
                .hasMessageContaining("surrogate");
        List<Operation> many = new java.util.ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(new Operation.Put("k" + i, new byte[1_400_000]));
        }
        assertThatThrownBy(() -> submit(new Transaction(List.of(), many))).hasMessageContaining("divide it");
        assertThat(answer(Transaction.put("\ud83d\ude00", bytes("v")))).isEqualTo(new Committed(1));
    }

    @Test
    void refusedByTheStoreIsBusyAndChangesNothing() {
        p.outcomes.add(b -> new CommitOutcome.Refused("disk full"));
        assertThat(answer(Transaction.put("k", bytes("1")))).isInstanceOf(Busy.class);
        assertThat(p.led().get("k")).isEmpty();
        assertThat(answer(Transaction.put("k", bytes("2")))).isEqualTo(new Committed(1));
        assertThat(p.ends).isEmpty();
    }

    @Test
    void anUnknownCommitIsAskedAgainUntilItIsKnown() {
        p.outcomes.add(b -> {
            store.commit(b);
            return new CommitOutcome.Unknown("late");
        });
        var answer = submit(Transaction.put("k", bytes("1")));
        p.settle();
        assertThat(answer).isNotDone();
        p.pass(Duration.ofSeconds(1));
        assertThat(answer).isCompletedWithValue(new Committed(1));
        assertThat(p.batches).hasSize(2);
        assertThat(p.batches.get(1)).isEqualTo(p.batches.get(0));
        assertThat(p.ends).isEmpty();
    }

    @Test
    void unknownToTheEndIsSaidAndThePartitionIsLoadedAnew() {
        for (int i = 0; i < KernelLimits.DEFAULT.commitAttempts(); i++) {
            p.outcomes.add(b -> {
                store.commit(b);
                return new CommitOutcome.Unknown("late");
            });
        }
        var first = p.led();
        var answer = submit(Transaction.put("k", bytes("1")));
        p.settle();
        var behind = submit(Transaction.put("k", bytes("2")));
        p.pass(Duration.ofSeconds(5));
        assertThat(answer.join()).isEqualTo(new Unknown("late"));
        assertThat(behind.join()).isInstanceOf(NotLeader.class);
        assertThat(first.isServing()).isFalse();
        assertThat(p.led().epoch()).isEqualTo(2);
        assertThat(p.led().get("k")).contains(new Entry("k", bytes("1"), 1, 1));
        assertThat(answer(Transaction.put("k", bytes("3")))).isEqualTo(new Committed(2));
    }

    @Test
    void refusedAfterUnknownIsStillUnknown() {
        p.outcomes.add(b -> new CommitOutcome.Unknown("late"));
        p.outcomes.add(b -> new CommitOutcome.Refused("no quorum"));
        var answer = submit(Transaction.put("k", bytes("1")));
        p.pass(Duration.ofSeconds(1));
        assertThat(answer.join()).isInstanceOf(Unknown.class);
    }

    @Test
    void fencedOrAtAnotherRevisionIsNotLeader() {
        p.outcomes.add(b -> new CommitOutcome.Fenced(9));
        assertThat(answer(Transaction.put("k", bytes("1")))).isInstanceOf(NotLeader.class);
        p.pass(Duration.ofSeconds(2));
        assertThat(p.led().epoch()).isEqualTo(2);
        p.outcomes.add(b -> new CommitOutcome.WrongRevision(9));
        assertThat(answer(Transaction.put("k", bytes("1")))).isInstanceOf(NotLeader.class);
        p.pass(Duration.ofSeconds(2));
        assertThat(p.led().epoch()).isEqualTo(3);
        assertThat(answer(Transaction.put("k", bytes("1")))).isEqualTo(new Committed(1));
    }

    private CommitResult answer(Transaction transaction) {
        var answer = submit(transaction);
        p.settle();
        return answer.join();
    }

    private CompletableFuture<CommitResult> submit(Transaction transaction) {
        return p.led().submit(transaction).toCompletableFuture();
    }

    private static byte[] bytes(String s) {
        return s.getBytes(UTF_8);
    }
}
