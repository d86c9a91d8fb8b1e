package org.kochab.store.mvstore.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;

class HeadTest {
    @Test
    void isReadAsItWasWritten() {
        Head head = led(1, 21).with(new LeaseRecord(99, "über", 7, 5_000));
        assertThat(Head.decode(head.encode())).isEqualTo(head);
        assertThatThrownBy(() -> Head.decode(Arrays.copyOf(head.encode(), 60))).isInstanceOf(DamagedException.class);
        Root root = new Root(12, new Contents(3, -4));
        assertThat(Root.decode(root.encode())).isEqualTo(root);
    }

    @Test
    void remembersWhatFormerEpochsWroteForAWhile() {
        Head head = led(1, 21).with(new LeaseRecord(22, "w", 0, 5_000));
        assertThat(head.judge(batch(21, 21))).contains(new CommitOutcome.Done());
        assertThat(head.judge(batch(21, 22))).contains(new CommitOutcome.Fenced(22));
        assertThat(head.judge(batch(6, 6))).contains(new CommitOutcome.Done());
        assertThat(head.judge(batch(6, 7))).contains(new CommitOutcome.Fenced(22));
        assertThat(head.judge(batch(4, 4)).orElseThrow()).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(head.judge(batch(22, 22))).isEmpty();
        assertThat(head.judge(batch(22, 23))).contains(new CommitOutcome.WrongRevision(21));
    }

    /** Each epoch wrote one revision, of its own number. */
    private static Head led(long first, long last) {
        Head head = Head.of(new LeaseRecord(first, "w", 0, 5_000));
        for (long epoch = first; epoch <= last; epoch++) {
            head = head.with(new LeaseRecord(epoch, "w", 0, 5_000))
                    .with(batch(epoch, epoch), new Contents(epoch, -epoch));
        }
        return head;
    }

    private static CommitBatch batch(long epoch, long revision) {
        return new CommitBatch("p", epoch, revision - 1, revision, List.of(), List.of());
    }
}
