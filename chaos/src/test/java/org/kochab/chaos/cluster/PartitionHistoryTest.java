package org.kochab.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The check must accept what is right and must find what is wrong. */
class PartitionHistoryTest {
    private final PartitionHistory history = new PartitionHistory("tp-1");

    @Test
    void acceptsWhatIsRight() {
        lines(
                "W 0",
                "S x 10 put k 1f",
                "A x 20 1",
                "E 1 1f",
                "S y 30 delete k 2f",
                "A y 40 2",
                "E 2 77",
                "G k 50 60 -");
        lines("C z 70 s - 3f", "A z 80 4", "E 4 3f", "C q 81 s z 4f", "U q 90", "G s 91 92 z", "G s 93 94 q");
        wrong(0);
        assertThat(history.acknowledged()).isEqualTo(3);
        assertThat(history.unknown()).isEqualTo(1);
        assertThat(history.reads()).isEqualTo(3);
    }

    @Test
    void comparesWhatManySawWithWhatOneLogged() {
        lines("W 0", "E 1 1f", "E 2 ffffffffffffffff", "E 5 3", "K 0 2 2 1e", "K 2 5 1 3", "K 5 9 7 0", "Q 3");
        wrong(0);
        assertThat(history.crowded()).isEqualTo(3);
        assertThat(history.late()).isEqualTo(1);
    }

    @Test
    void findsWhatOneOfManyMissedOrSawOtherwise() {
        lines("W 0", "E 1 1f", "E 2 2f", "K 0 2 1 1f", "K 0 2 2 4f", "K 0 2 -1 4e");
        wrong(3);
    }

    @Test
    void findsALostWrite() {
        lines("S x 10 put k 1f", "A x 20 1", "G k 30 40 -");
        wrong(1);
    }

    @Test
    void findsAWriteThatWasRefused() {
        lines("S x 10 put k 1f", "R x 20", "G k 30 40 x");
        wrong(1);
    }

    @Test
    void findsAnOldValueThatComesBack() {
        lines("S x 10 put k 1f", "A x 20 1", "S y 30 put k 2f", "A y 40 2", "G k 50 60 y", "G k 70 80 x");
        wrong(1);
    }

    @Test
    void findsTwoWhoBothSetWhatBothRead() {
        lines("C x 10 s - 1f", "C y 11 s - 2f", "A x 20 1", "A y 21 2");
        wrong(1);
    }

    @Test
    void findsARevisionWithTwoContents() {
        lines("S x 10 put k 1f", "A x 20 1", "S y 30 put l 2f", "A y 40 1");
        wrong(1);
    }

    @Test
    void findsAWatcherThatMissesAnotherThatRepeatsAndOneThatSeesOtherwise() {
        lines("W 0", "E 1 1f", "E 2 2f", "E 3 3f");
        history.line("member-2", "other", "W 0");
        history.line("member-2", "other", "E 1 1f");
        history.line("member-2", "other", "E 3 3f");
        wrong(1);
        history.line("member-2", "other", "E 3 3f");
        assertThat(history.wrong()).isEqualTo(2);
        lines("W 0", "E 1 99");
        assertThat(history.wrong()).isEqualTo(3);
    }

    @Test
    void findsAnAcknowledgedRevisionThatNoWatcherSaw() {
        lines("W 0", "S x 10 put k 1f", "A x 20 1", "S y 30 put k 2f", "A y 40 2", "E 2 2f");
        wrong(1);
    }

    @Test
    void knowsWhoWasServedWhen() {
        lines("S x 10 put k 1f", "A x 20 1", "S y 30 put k 2f", "A y 40 2");
        assertThat(history.servedAfter("member-1", 10)).contains(40L);
        assertThat(history.servedAfter("member-1", 30)).isEmpty();
        assertThat(history.acknowledgedTo("member-1", 19, 40)).isEqualTo(1);
        assertThat(history.acknowledgedTo("member-2", 0, 100)).isZero();
    }

    private void lines(String... lines) {
        for (String line : lines) {
            history.line("member-1", "log", line);
        }
    }

    private void wrong(int count) {
        history.check();
        assertThat(history.wrong()).as(history.findings().toString()).isEqualTo(count);
    }
}
