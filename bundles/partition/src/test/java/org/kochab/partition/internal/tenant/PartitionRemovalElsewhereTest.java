package org.kochab.partition.internal.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.TenantMove;
import org.kochab.codec.JacksonCodec;

/** A partition that another member leads is removed, and the directory's leader stops in the middle. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PartitionRemovalElsewhereTest {
    private static final PartitionId ONE = new PartitionId("tp-1");
    private static final PartitionId TWO = new PartitionId("tp-2");
    private static final TenantId T = new TenantId("default");

    private final Codec codec = new JacksonCodec();
    private TwoMembers members;
    private TenantPlane planeA;
    private TenantPlane planeB;
    private volatile Consumer<String> atA = step -> {};

    @BeforeEach
    void start() throws Exception {
        members = new TwoMembers();
        members.b.create("tp-2", PartitionKind.TENANT);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> members.a.partitionService().partition(TWO).isPresent()
                        && members.a.partitionService().partition(ONE).isPresent());
        members.move(ONE, "a");
        members.move(TWO, "b");
        planeA = new TenantPlane(
                members.a.partitionService(), members.peersA, codec, step -> {}, step -> atA.accept(step));
        planeA.addStore(members.store, "test", "1.0.0");
        planeB = new TenantPlane(members.b.partitionService(), members.peersB, codec);
        planeB.addStore(members.store, "test", "1.0.0");
        planeA.lead(TwoMembers.led(members.a, ONE));
        planeB.lead(TwoMembers.led(members.b, TWO));
        planeB.awaitTenant(T);
    }

    @AfterEach
    void stop() {
        planeA.close();
        planeB.close();
        members.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"drained", "taken", "emptied"})
    void theNextLeaderOfTheDirectoryGoesOn(String step) throws Exception {
        members.move(new PartitionId("directory"), "a");
        CountDownLatch met = new CountDownLatch(1);
        CountDownLatch awake = new CountDownLatch(1);
        atA = now -> {
            if (now.equals(step)) {
                met.countDown();
                try {
                    awake.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        // What a tenant leaves behind is there to be deleted.
        for (PartitionId to : List.of(TWO, ONE)) {
            planeB.moves().begin(T, to);
            assertThat(planeB.moves()
                            .await(T, Duration.ofSeconds(30))
                            .orElseThrow()
                            .state())
                    .isEqualTo(TenantMove.State.DONE);
        }
        planeB.removals().begin(TWO, false);
        assertThat(met.await(30, TimeUnit.SECONDS)).isTrue();
        // The lease of the directory is free for the other; the thread that removes is still in the middle of a step.
        members.a.close();

        PartitionRemoval over = planeB.removals().await(TWO, Duration.ofSeconds(30));
        awake.countDown();

        assertThat(over.state()).as(over.message()).isEqualTo(PartitionRemoval.State.REMOVED);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> members.b.partitionService().partitions().stream()
                .noneMatch(s -> s.spec().id().equals(TWO)));
    }
}
