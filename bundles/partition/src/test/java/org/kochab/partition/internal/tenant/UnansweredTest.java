package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.Query;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.internal.remote.AnswerLimits;

/** A member that asks another and gets no answer. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UnansweredTest {
    private static final PartitionId TP = new PartitionId("tp-1");
    private static final PartitionId RM = new PartitionId("rm-1");

    private TwoMembers members;

    @BeforeEach
    void start() throws Exception {
        members = new TwoMembers(new AnswerLimits(Duration.ofSeconds(2), Duration.ofSeconds(3)));
        members.move(TP, "a");
        members.move(RM, "b");
    }

    @AfterEach
    void stop() {
        members.close();
    }

    @Test
    void anUnansweredWriteIsUnknownAndAnUnansweredReadFailsInTime() throws Exception {
        Partition remote = remote(TwoMembers.led(members.a, TP));
        members.network.cut("a", "b");
        CompletableFuture<CommitResult> write =
                remote.submit(Transaction.put("c", "x".getBytes(UTF_8))).toCompletableFuture();

        assertThatThrownBy(() -> remote.get("c")).isInstanceOf(NotLeaderException.class);
        assertThat(write.get(60, TimeUnit.SECONDS)).isInstanceOf(CommitResult.Unknown.class);
        members.network.heal();
        assertThat(remote.get("c")).isEmpty();
    }

    /** The handle of the member that does not lead it. */
    private Partition remote(Partition led) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> members.b
                .partitionService()
                .partition(led.id())
                .filter(p -> p.epoch() == led.epoch())
                .isPresent());
        return members.b.partitionService().partition(led.id()).orElseThrow();
    }

    @Test
    void aManagerThatCannotBeReachedIsNamed() {
        TwoMembers.led(members.b, RM);
        try (TenantPlane plane = new TenantPlane(members.a.partitionService(), members.peersA, new JacksonCodec())) {
            plane.lead(TwoMembers.led(members.a, TP));
            plane.awaitTenant(new TenantId("default"));
            members.network.cut("a", "b");

            var list = plane.resources().list(TenantId.SYSTEM, Kind.NODE, Query.namespace(null));

            assertThat(list.items()).isEmpty();
            assertThat(list.unreachable()).containsExactly("rm-1");
        }
    }
}
