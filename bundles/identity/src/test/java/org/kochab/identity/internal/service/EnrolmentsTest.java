package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.partition.Partition;
import org.kochab.codec.JacksonCodec;
import org.kochab.identity.internal.authority.Authority;
import org.kochab.identity.internal.authority.Requests;
import org.kochab.identity.internal.core.Keys;
import org.kochab.partition.LocalPartitions;
import org.kochab.store.memory.MemoryStore;

@Timeout(60)
class EnrolmentsTest {
    @Test
    void oneThatAsksAllTheTimeTakesNobodyElsesTurn() throws Exception {
        JacksonCodec codec = new JacksonCodec();
        CountDownLatch reachable = new CountDownLatch(1);
        try (LocalPartitions local = LocalPartitions.start(new MemoryStore())) {
            DirectoryCalls directory = new DirectoryCalls(() -> await(reachable, local));
            Records records = new Records(directory, codec, new IdentityTable(codec, Instant::now));
            try (Enrolments enrolments = new Enrolments(records, directory, Duration.ofDays(1), Instant::now)) {
                Enrol request = new Enrol(Requests.pem(Authority.keyPair()), null);
                for (int i = 0; i < 2_000; i++) {
                    enrolments.enrol(new Keys.Place("rm-1", "hostile"), request);
                }
                var other = enrolments.enrol(new Keys.Place("rm-1", "other"), request);
                reachable.countDown();
                Enrolled answer = other.toCompletableFuture().get(20, TimeUnit.SECONDS);
                assertThat(answer.reason()).contains("needs a join token");
            }
        }
    }

    private static Optional<Partition> await(CountDownLatch latch, LocalPartitions local) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return local.partitionService().directory();
    }
}
