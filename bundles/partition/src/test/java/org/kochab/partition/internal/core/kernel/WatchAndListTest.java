package org.kochab.partition.internal.core.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.store.memory.MemoryStore;

class WatchAndListTest {
    private final Stepped p = new Stepped(
            new MemoryStore(), KernelLimits.DEFAULT.withHistory(10, 1_000_000).withBookmarks(Duration.ofSeconds(5)));

    @Test
    void pagesShowOneRevisionWhileThePartitionGoesOn() throws Exception {
        for (String k : List.of("a1", "a2", "a3", "b1")) {
            put(k, "old");
        }
        ListPage first = p.led().list("a", 2);
        delete("a2");
        delete("a3");
        put("a3", "new");
        put("a2x", "new");
        ListPage second = p.led().list("a", 2, first.next().orElseThrow());
        assertThat(first.revision()).isEqualTo(4);
        assertThat(second.revision()).isEqualTo(4);
        assertThat(first.entries()).extracting(Entry::key).containsExactly("a1", "a2");
        assertThat(second.entries()).extracting(Entry::key).containsExactly("a3");
        assertThat(second.entries()).extracting(World::text).containsExactly("old");
        assertThat(second.next()).isEmpty();
        assertThat(p.led().list("a", 10).entries()).extracting(Entry::key).containsExactly("a1", "a2x", "a3");
    }

    @Test
    void aCursorMayStandBeforeThePrefix() throws Exception {
        for (String k : List.of("a/1", "a/2", "a/2x", "b/1")) {
            put(k, "v");
        }
        ListPage page = p.led().list("a/2", 5, new ListCursor(4, "a/"));
        assertThat(page.entries()).extracting(Entry::key).containsExactly("a/2", "a/2x");
    }

    @Test
    void aListWhoseRevisionIsNotKeptIsGone() throws Exception {
        put("a1", "x");
        put("a2", "x");
        ListPage first = p.led().list("a", 1);
        for (int i = 0; i < 11; i++) {
            put("b", "" + i);
        }
        assertThatThrownBy(() -> p.led().list("a", 1, first.next().orElseThrow()))
                .isInstanceOf(GoneException.class)
                .hasMessageContaining("begin the list again");
        assertThat(p.led().list("a", 1).next()).isPresent();
    }

    @Test
    void whatLeftTheHistoryReadsAsItWas() throws Exception {
        String alike = "what all have in common, ".repeat(20);
        for (int i = 0; i < 5; i++) {
            put("a" + i, alike + i);
        }
        ListPage before = p.led().list("a", 10);
        for (int i = 0; i < 20; i++) {
            put("b", "" + i);
        }
        assertThat(p.led().list("a", 10).entries()).isEqualTo(before.entries());
        Entry last = before.entries().get(4);
        assertThat(p.led().get("a4")).contains(last);

        Watch watch = p.led().watch("a", p.led().revision());
        put("a4", alike + "changed");
        Entry changed = p.led().get("a4").orElseThrow();
        assertThat(watch.poll(Duration.ZERO)).containsExactly(new WatchEvent.Put(changed, Optional.of(last)));
        delete("a3");
        assertThat(watch.poll(Duration.ZERO))
                .containsExactly(new WatchEvent.Deleted(27, before.entries().get(3)));
    }

    @Test
    void whatWasForgottenCostsNothing() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            put("k", "" + i);
            put("gone" + i, "");
            delete("gone" + i);
        }
        assertThat(p.led().entries()).isEqualTo(1);
        assertThat(p.led().list("", 10_000).entries()).hasSize(1);
        assertThat(p.led().get("k")).contains(new Entry("k", "999".getBytes(UTF_8), 1, 2_998));
    }

    @Test
    void limitsOfAPageAreChecked() {
        assertThatThrownBy(() -> p.led().list("", 0)).hasMessageContaining("use 1 to 10000");
        assertThatThrownBy(() -> p.led().list("", 10_001)).hasMessageContaining("use 1 to 10000");
    }

    @Test
    void watchersSeeTheirPrefixAndNothingElse() throws Exception {
        put("pods/x/1", "0");
        List<String> prefixes = List.of("", "pods/", "pods/x/", "pods/x/1", "pods/y", "q");
        List<Watch> watches = new ArrayList<>();
        for (String prefix : prefixes) {
            watches.add(p.led().watch(prefix, 1));
        }
        put("pods/x/1", "1");
        put("pods/x/12", "2");
        put("pods/y/1", "3");
        delete("pods/x/1");
        put("p", "5");
        List<List<Long>> seen = new ArrayList<>();
        for (Watch w : watches) {
            seen.add(w.poll().stream().map(WatchEvent::revision).toList());
        }
        assertThat(seen)
                .containsExactly(
                        List.of(2L, 3L, 4L, 5L, 6L),
                        List.of(2L, 3L, 4L, 5L),
                        List.of(2L, 3L, 5L),
                        List.of(2L, 3L, 5L),
                        List.of(4L),
                        List.of());
        // Ends in the middle of the nesting leave the others whole.
        watches.get(2).close();
        put("pods/x/1", "6");
        assertThat(watches.get(3).poll()).hasSize(1);
        assertThat(watches.get(1).poll()).hasSize(1);
        assertThat(p.led().watchers()).isEqualTo(5);
    }

    @Test
    void eventsAreShared() throws Exception {
        Watch one = p.led().watch("", 0);
        Watch two = p.led().watch("k", 0);
        put("k", "v");
        WatchEvent.Put a = (WatchEvent.Put) one.poll().get(0);
        WatchEvent.Put b = (WatchEvent.Put) two.poll().get(0);
        assertThat(a).isSameAs(b);
        assertThat(p.led().get("k").orElseThrow()).isSameAs(a.entry());
        assertThat(a.previous()).isEqualTo(Optional.empty());
    }

    @Test
    void aWatchMayBeginInThePastAsFarAsTheHistoryGoes() throws Exception {
        for (int i = 0; i < 30; i++) {
            put("k", "" + i);
        }
        Watch late = p.led().watch("k", 25);
        Watch earlier = p.led().watch("k", 20);
        assertThat(earlier.poll()).hasSize(10);
        assertThat(late.poll()).extracting(WatchEvent::revision).containsExactly(26L, 27L, 28L, 29L, 30L);
        assertThatThrownBy(() -> p.led().watch("k", 19))
                .isInstanceOfSatisfying(
                        GoneException.class, e -> assertThat(e.oldestRevision()).isEqualTo(20));
        assertThatThrownBy(() -> p.led().watch("k", 31)).isInstanceOf(GoneException.class);
    }

    @Test
    void aSlowWatcherIsCutOffAndAQuietOneIsNot() throws Exception {
        Watch slow = p.led().watch("k", 0);
        Watch quiet = p.led().watch("other", 0);
        for (int i = 0; i < 11; i++) {
            put("k", "" + i);
        }
        assertThatThrownBy(slow::poll).isInstanceOf(GoneException.class).hasMessageContaining("too slow");
        assertThat(slow.poll()).isEmpty();
        assertThat(p.led().watchers()).isEqualTo(1);
        assertThat(quiet.poll()).isEmpty();
        put("other", "x");
        assertThat(quiet.poll()).hasSize(1);
    }

    @Test
    void idleWatchersGetBookmarks() throws Exception {
        Watch idle = p.led().watch("idle", 0);
        AtomicInteger signals = new AtomicInteger();
        idle.onAvailable(signals::incrementAndGet);
        p.pass(Duration.ofSeconds(6));
        assertThat(signals).as("nothing new to say").hasValue(0);
        put("busy", "x");
        assertThat(idle.poll()).isEmpty();
        p.pass(Duration.ofSeconds(6));
        assertThat(signals).hasValue(1);
        assertThat(idle.poll()).containsExactly(new WatchEvent.Bookmark(1));
        assertThat(idle.poll()).isEmpty();
    }

    @Test
    void aTransactionIsNotSplitOverTwoPolls() throws Exception {
        Stepped large = new Stepped(new MemoryStore(), KernelLimits.DEFAULT);
        Watch w = large.led().watch("", 0);
        for (int t = 0; t < 3; t++) {
            List<Operation> puts = new ArrayList<>();
            for (int i = 0; i < 700; i++) {
                puts.add(new Operation.Put(t + "/" + i, new byte[0]));
            }
            large.led().submit(new Transaction(List.of(), puts));
        }
        large.settle();
        assertThat(w.poll()).hasSize(1_400);
        assertThat(w.poll()).hasSize(700);
    }

    @Test
    void tenThousandWatchersAreWokenOnlyForTheirOwn() throws Exception {
        AtomicInteger signals = new AtomicInteger();
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Watch w = p.led().watch("pods/" + i + "/", 0);
            w.onAvailable(signals::incrementAndGet);
            watches.add(w);
        }
        put("pods/77/a", "x");
        put("pods/77/b", "x");
        assertThat(signals).as("once, until it has polled").hasValue(1);
        assertThat(watches.get(77).poll()).hasSize(2);
        put("pods/77/c", "x");
        assertThat(signals).hasValue(2);
        watches.forEach(Watch::close);
        assertThat(p.led().watchers()).isZero();
    }

    @Test
    void aHistoryIsBoundedInBytes() throws Exception {
        Stepped small = new Stepped(new MemoryStore(), KernelLimits.DEFAULT.withHistory(1_000, 10_000));
        Watch w = small.led().watch("", 0);
        for (int i = 0; i < 6; i++) {
            small.led().submit(Transaction.put("k" + i, new byte[3_000]));
            small.settle();
        }
        assertThatThrownBy(w::poll).isInstanceOf(GoneException.class);
    }

    @Test
    void theEndOfALeadershipEndsItsWatches() throws Exception {
        Watch w = p.led().watch("", 0);
        AtomicInteger signals = new AtomicInteger();
        w.onAvailable(signals::incrementAndGet);
        p.leadership().stop();
        p.settle();
        assertThat(signals).hasValue(1);
        assertThatThrownBy(w::poll).isInstanceOf(NotLeaderException.class);
    }

    private void put(String key, String value) {
        p.led().submit(Transaction.put(key, value.getBytes(UTF_8)));
        p.settle();
    }

    private void delete(String key) {
        p.led().submit(new Transaction(List.of(), List.of(new Operation.Delete(key))));
        p.settle();
    }
}
