package org.kochab.partition.internal.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.WatchEvent;

class WireTest {
    private static final PartitionId TP = new PartitionId("tp-1");
    private static final Entry ENTRY = new Entry("k/é", "v".getBytes(UTF_8), 3, Long.MAX_VALUE);

    @Test
    void transactionsComeBackAsTheyWere() {
        Transaction sent = new Transaction(
                List.of(
                        new Precondition.Absent("a"),
                        new Precondition.Present("b"),
                        new Precondition.AtRevision("c", 7)),
                List.of(new Operation.Put("a", new byte[300]), new Operation.Delete("b")));
        WireOut out = new WireOut();
        Transactions.write(out, sent);

        WireIn in = new WireIn(out.done());
        Transaction read = Transactions.read(in);
        in.end();

        assertThat(read.preconditions()).isEqualTo(sent.preconditions());
        assertThat(((Operation.Put) read.operations().get(0)).value()).isEqualTo(new byte[300]);
        assertThat(read.operations().get(1)).isEqualTo(new Operation.Delete("b"));
    }

    @Test
    void resultsComeBackAsTheyWere() {
        for (CommitResult sent : List.of(
                new CommitResult.Committed(1L << 40),
                new CommitResult.Conflict("k", Optional.of(ENTRY)),
                new CommitResult.Conflict("k", Optional.empty()),
                new CommitResult.Busy(Duration.ofMillis(20)),
                new CommitResult.NotLeader(TP),
                new CommitResult.Unknown("no answer"))) {
            WireOut out = new WireOut();
            Transactions.write(out, sent);
            WireIn in = new WireIn(out.done());
            assertThat(Transactions.readResult(in, TP)).isEqualTo(sent);
            in.end();
        }
    }

    @Test
    void pagesAndEventsComeBackAsTheyWere() {
        ListPage page = new ListPage(9, List.of(ENTRY, ENTRY), Optional.of(new ListCursor(9, ENTRY.key())));
        WireOut out = new WireOut();
        Entries.write(out, page);
        assertThat(Entries.readPage(new WireIn(out.done()))).isEqualTo(page);

        List<WatchEvent> events = List.of(
                new WatchEvent.Put(entry(1, 5), Optional.of(entry(1, 4))),
                new WatchEvent.Put(entry(2, 5), Optional.empty()),
                new WatchEvent.Deleted(6, entry(1, 5)),
                new WatchEvent.Bookmark(8));
        out = new WireOut();
        assertThat(Entries.write(out, events)).isEqualTo(8);
        assertThat(Entries.readEvents(new WireIn(out.done()))).isEqualTo(events);
    }

    @Test
    void anAnswerHasWholeTransactionsOnly() {
        List<WatchEvent> events = new ArrayList<>();
        for (int revision = 1; revision <= 10; revision++) {
            for (int i = 0; i < 3; i++) {
                events.add(new WatchEvent.Put(
                        new Entry("k" + i, new byte[1_000_000], revision, revision), Optional.empty()));
            }
        }
        WireOut out = new WireOut();

        long upTo = Entries.write(out, events);

        List<WatchEvent> read = Entries.readEvents(new WireIn(out.done()));
        assertThat(upTo).isEqualTo(1);
        assertThat(read).isEqualTo(events.subList(0, 3));
    }

    @Test
    void aTransactionThatNoAnswerHoldsIsToldApart() {
        List<WatchEvent> events = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            events.add(new WatchEvent.Put(new Entry("k" + i, new byte[1_000_000], 1, 1), Optional.empty()));
        }
        assertThat(Entries.write(new WireOut(), events)).isEqualTo(-1);
        events.add(0, new WatchEvent.Put(entry(0, 0), Optional.empty()));
        WireOut out = new WireOut();
        assertThat(Entries.write(out, events)).isZero();
        assertThat(Entries.readEvents(new WireIn(out.done()))).hasSize(1);
    }

    @Test
    void brokenMessagesAreWireExceptionsAndNothingElse() {
        WireOut out = new WireOut();
        Transactions.write(out, Transaction.update("key", "value".getBytes(UTF_8), 4));
        byte[] whole = out.done();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Transactions.read(new WireIn(cut))).isInstanceOf(WireException.class);
        }
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = whole.clone();
            for (int n = 0; n < 3; n++) {
                noise[1 + random.nextInt(whole.length - 1)] = (byte) random.nextInt();
            }
            try {
                WireIn in = new WireIn(noise);
                Transactions.read(in);
                in.end();
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        byte[] other = whole.clone();
        other[0] = 2;
        assertThatThrownBy(() -> new WireIn(other)).hasMessageContaining("speaks version 2");
    }

    private static Entry entry(int key, long revision) {
        return new Entry("k" + key, new byte[] {(byte) revision}, 1, revision);
    }
}
