package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.Transaction;
import org.kochab.api.resource.Query;
import org.kochab.codec.JacksonCodec;
import org.kochab.partition.internal.core.tenant.ObjectKeys;

/** A tenant that moves between partitions that two members lead. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TenantMoveElsewhereTest {
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
                members.a.partitionService(), members.peersA, codec, step -> atA.accept(step), step -> {});
        planeB = new TenantPlane(members.b.partitionService(), members.peersB, codec);
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

    private Resource event() {
        return codec.manifest(MoveLoad.EVENT.getBytes(UTF_8), Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);
    }

    private static void move(TenantPlane by, PartitionId to) throws InterruptedException {
        by.moves().begin(T, to);
        TenantMove over = by.moves().await(T, Duration.ofSeconds(60)).orElseThrow();
        assertThat(over.state()).as(over.message()).isEqualTo(TenantMove.State.DONE);
    }

    @Test
    void aNewTenantIsNotLookedForWhereAFormerOneOfItsNameWas() throws Exception {
        members.move(new PartitionId("directory"), "a");
        TenantId name = new TenantId("again");
        create("again", "tp-1");
        assertThat(planeB.directory().partition(name)).isEqualTo(ONE);
        Transaction deletion = new Transaction(List.of(), List.of(new Operation.Delete(ObjectKeys.tenant(name))));
        assertThat(TwoMembers.led(members.a, new PartitionId("directory"))
                        .submit(deletion)
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS))
                .isInstanceOf(CommitResult.Committed.class);

        create("again", "tp-2");

        assertThat(planeB.directory().partition(name)).isEqualTo(TWO);
    }

    private void create(String tenant, String partition) {
        planeB.resources()
                .create(
                        TenantId.SYSTEM,
                        new Tenant(
                                Kind.TENANT.apiVersion(),
                                Kind.TENANT.name(),
                                ObjectMeta.named(tenant),
                                Tenant.Spec.in(partition),
                                null));
    }

    @Test
    void nothingIsLostOrDoubledBetweenMembers() throws Exception {
        try (MoveLoad load = new MoveLoad(T, List.of(planeA.resources(), planeB.resources()), this::event)) {
            load.start(4, 10);
            for (int i = 0; i < 2; i++) {
                load.await(10);
                move(planeA, TWO);
                load.await(10);
                move(planeB, ONE);
            }
            assertThat(load.check()).isGreaterThan(20);
        }
    }

    @Test
    void theNextLeaderFinishesWhatAPausedOneBeganAndThatCanDoNothingMore() throws Exception {
        planeA.resources().create(T, event());
        CountDownLatch paused = new CountDownLatch(1);
        CountDownLatch awake = new CountDownLatch(1);
        atA = step -> {
            if (step.equals("caught up")) {
                paused.countDown();
                try {
                    awake.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        planeA.moves().begin(T, TWO);
        paused.await();
        // Its lease is free for the other; its thread is still in the middle of the move.
        members.a.close();

        planeB.lead(TwoMembers.led(members.b, ONE));
        TenantMove over = planeB.moves().await(T, Duration.ofSeconds(60)).orElseThrow();

        assertThat(over.state()).isEqualTo(TenantMove.State.DONE);
        awake.countDown();
        Resource next = event().withMetadata(event().metadata().withName("next"));
        planeB.resources().create(T, next);
        assertThat(planeB.resources()
                        .list(T, Kind.EVENT, Query.namespace("default"))
                        .items())
                .hasSize(2);
    }
}
