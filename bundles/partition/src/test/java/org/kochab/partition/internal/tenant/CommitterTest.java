package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceException;

class CommitterTest {
    private final AtomicInteger looks = new AtomicInteger();
    private long now = 1;
    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(Duration wait) {
            now += wait.toNanos();
        }
    };
    private final Committer committer = Committer.patient("tp-9", this::nobody, Duration.ofMillis(100), clock);

    private Optional<Partition> nobody() {
        looks.incrementAndGet();
        return Optional.empty();
    }

    @Test
    void onlyTheFirstWaitsForALeaderThatDoesNotCome() {
        assertThatThrownBy(() -> committer.read(Partition::revision)).isInstanceOf(ResourceException.class);
        assertThat(looks).hasValueGreaterThan(1);
        looks.set(0);

        assertThatThrownBy(() -> committer.read(Partition::revision))
                .hasMessageContaining("tp-9 cannot be reached now");

        assertThat(looks).hasValue(1);
    }
}
