package org.kochab.partition.internal.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kochab.api.partition.Transaction;
import org.kochab.partition.internal.core.kernel.SubmitQueue.Offer;

/** What one tenant may have waiting. */
class SubmitQueueTest {
    private final SubmitQueue queue = new SubmitQueue(8, 10_000);

    private static Pending pending(String owner, int bytes) {
        return Pending.of(Transaction.put("k", new byte[bytes]), owner, KernelLimits.DEFAULT);
    }

    @Test
    void anOwnerHasHalfAndTheOrderStays() {
        Pending first = pending("flood", 1);
        assertThat(queue.offer(first)).isEqualTo(Offer.FIRST);
        for (int i = 0; i < 3; i++) {
            assertThat(queue.offer(pending("flood", 1))).isEqualTo(Offer.TAKEN);
        }
        assertThat(queue.offer(pending("flood", 1))).isEqualTo(Offer.FULL);
        Pending other = pending("calm", 1);
        assertThat(queue.offer(other)).isEqualTo(Offer.TAKEN);
        assertThat(queue.take(5, 10_000)).startsWith(first).endsWith(other).hasSize(5);
        assertThat(queue.offer(pending("flood", 1))).isEqualTo(Offer.FIRST);
    }

    @Test
    void anOwnerHasHalfOfTheBytes() {
        assertThat(queue.offer(pending("flood", 6_000))).isEqualTo(Offer.FIRST);
        assertThat(queue.offer(pending("flood", 1))).isEqualTo(Offer.FULL);
        assertThat(queue.offer(pending("calm", 1_000))).isEqualTo(Offer.TAKEN);
    }

    @Test
    void whatIsNobodysMayFillIt() {
        for (int i = 0; i < 8; i++) {
            assertThat(queue.offer(pending("", 1))).isNotEqualTo(Offer.FULL);
        }
        assertThat(queue.offer(pending("", 1))).isEqualTo(Offer.FULL);
        assertThat(queue.offer(pending("calm", 1))).isEqualTo(Offer.FULL);
    }
}
