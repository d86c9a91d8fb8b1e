package org.kochab.partition.internal.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Transaction;
import org.kochab.store.memory.MemoryStore;

class LeaseTest {
    private final MemoryStore store = new MemoryStore();
    private final Stepped.Clock clock = new Stepped.Clock();
    private final Stepped a = new Stepped("a", store, KernelLimits.DEFAULT, clock);
    private final Stepped b = new Stepped("b", store, KernelLimits.DEFAULT, clock);

    @Test
    void aRenewedLeaseIsKept() {
        a.settle();
        for (int i = 0; i < 100; i++) {
            a.pass(Duration.ofMillis(500));
            b.settle();
        }
        assertThat(a.led().epoch()).isEqualTo(1);
        assertThat(b.leads()).isFalse();
        assertThat(b.leadership().standing().leader()).contains("a");
    }

    @Test
    void aLeaderThatCannotRenewStopsBeforeAnotherMayTakeOver() {
        a.settle();
        var led = a.led();
        b.settle();
        a.leasesFail = true;
        clock.now += Duration.ofMillis(7_999).toNanos();
        assertThat(led.get("k")).isEmpty();
        clock.now += Duration.ofMillis(1).toNanos();
        assertThatThrownBy(() -> led.get("k")).isInstanceOf(NotLeaderException.class);
        assertThat(led.submit(Transaction.put("k", new byte[0]))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CommitResult.NotLeader.class);
        clock.now += Duration.ofMillis(1_999).toNanos();
        b.settle();
        assertThat(b.leads()).isFalse();
        clock.now += Duration.ofMillis(1).toNanos();
        b.settle();
        assertThat(b.led().epoch()).isEqualTo(2);
        a.settle();
        assertThat(a.leads()).isFalse();
        assertThat(a.ends).hasSize(1);
    }

    @Test
    void aLeadershipThatSomebodySawEndIsNotBroughtBackByALateRenewal() {
        a.settle();
        var led = a.led();
        a.holdLeases = true;
        clock.now += Duration.ofMillis(2_500).toNanos();
        a.settle();
        clock.now += Duration.ofMillis(6_000).toNanos();
        assertThatThrownBy(() -> led.get("k")).isInstanceOf(NotLeaderException.class);
        a.release();
        assertThat(led.isServing()).isFalse();
        assertThat(a.ends).hasSize(1);
        assertThat(a.led().epoch()).isEqualTo(2);
    }

    @Test
    void aFreeLeaseIsLeftToThePreferredMemberForAWhile() {
        a.patience = Duration.ofSeconds(2);
        a.settle();
        a.pass(Duration.ofMillis(1_990));
        assertThat(a.leads()).isFalse();
        b.settle();
        assertThat(b.led().epoch()).isEqualTo(1);
        a.pass(Duration.ofSeconds(1));
        assertThat(a.leadership().standing().leader()).contains("b");
    }

    @Test
    void aFreeLeaseThatThePreferredMemberDoesNotTakeIsTaken() {
        a.patience = Duration.ofSeconds(2);
        a.settle();
        a.pass(Duration.ofSeconds(2));
        assertThat(a.led().epoch()).isEqualTo(1);
    }

    @Test
    void aLeaseHandedOverIsTakenByTheNamedMemberWithAllThatWasCommitted() {
        Stepped c = new Stepped("c", store, KernelLimits.DEFAULT, clock);
        a.settle();
        a.hold = true;
        var answer = a.led().submit(Transaction.put("k", new byte[0])).toCompletableFuture();
        a.settle();
        a.leadership().handOver("c");
        a.settle();
        assertThat(a.leads()).isFalse();
        c.settle();
        assertThat(c.leads()).as("the commit under way comes first").isFalse();
        a.release();
        assertThat(answer.join()).isEqualTo(new CommitResult.Committed(1));
        b.settle();
        assertThat(b.leads()).as("it is meant for another").isFalse();
        c.pass(Duration.ofSeconds(2));
        assertThat(c.led().epoch()).isEqualTo(2);
        assertThat(c.led().get("k")).isPresent();
        a.pass(Duration.ofSeconds(2));
        assertThat(a.leadership().standing().leader()).contains("c");
    }

    @Test
    void aLeaseHandedOverToADeadMemberIsTakenByAnother() {
        a.settle();
        a.leadership().handOver("dead");
        a.settle();
        b.settle();
        b.pass(Duration.ofSeconds(9));
        assertThat(b.leads()).isFalse();
        b.pass(Duration.ofSeconds(2));
        assertThat(b.led().epoch()).isEqualTo(2);
    }

    @Test
    void aLeaseGivenBackIsTakenAtOnce() {
        a.settle();
        a.hold = true;
        var answer = a.led().submit(Transaction.put("k", new byte[0])).toCompletableFuture();
        a.settle();
        a.leadership().stop();
        a.settle();
        assertThat(a.leadership().isStopped()).as("a commit is under way").isFalse();
        a.release();
        assertThat(answer.join()).isEqualTo(new CommitResult.Committed(1));
        assertThat(a.leadership().isStopped()).isTrue();
        b.settle();
        assertThat(b.led().epoch()).isEqualTo(2);
        assertThat(b.led().get("k")).isPresent();
    }

    @Test
    void aRestartedMemberTakesItsOwnLeaseBackAtOnce() {
        a.settle();
        Stepped restarted = new Stepped("a", store, KernelLimits.DEFAULT, clock);
        restarted.settle();
        assertThat(restarted.led().epoch()).isEqualTo(2);
        var late = a.led().submit(Transaction.put("k", new byte[0])).toCompletableFuture();
        a.settle();
        assertThat(late.join()).isInstanceOf(CommitResult.NotLeader.class);
        assertThat(restarted.led().get("k")).isEmpty();
    }

    @Test
    void aStepThatThrewIsSurvived() {
        a.settle();
        var led = a.led();
        a.leadership().abort("test");
        a.pass(Duration.ofSeconds(2));
        assertThat(led.isServing()).isFalse();
        assertThat(a.led().epoch()).isEqualTo(2);
    }
}
