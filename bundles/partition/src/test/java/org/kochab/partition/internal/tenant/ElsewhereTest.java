package org.kochab.partition.internal.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.RunningCommand;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.placement.PodPlacement;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceRef;
import org.kochab.codec.JacksonCodec;

/** A tenant partition led by one member and a resource manager led by another: they work as if they were together. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ElsewhereTest {
    private static final PartitionId TP = new PartitionId("tp-1");
    private static final PartitionId RM = new PartitionId("rm-1");
    private static final TenantId T = new TenantId("default");

    private final Codec codec = new JacksonCodec();
    private TwoMembers members;
    private TenantPlane tenantPlane;
    private TenantPlane nodePlane;
    private Chatty manager;

    @BeforeEach
    void start() throws Exception {
        members = new TwoMembers();
        members.move(TP, "a");
        members.move(RM, "b");
        tenantPlane = new TenantPlane(members.a.partitionService(), members.peersA, codec);
        nodePlane = new TenantPlane(members.b.partitionService(), members.peersB, codec);
        manager = new Chatty(new LedgerManager(TwoMembers.led(members.b, RM), codec));
        manager.ledger.node("n1", "4", 10);
        nodePlane.addManager(manager);
        FirstFit scheduler = new FirstFit("spread");
        tenantPlane.addScheduler(scheduler, "test", "1.0.0");
        tenantPlane.lead(TwoMembers.led(members.a, TP));
        nodePlane.awaitTenant(T);
    }

    @AfterEach
    void stop() {
        tenantPlane.close();
        nodePlane.close();
        members.close();
    }

    /** The ledger, with commands that talk. */
    private static final class Chatty implements ResourceManager {
        final LedgerManager ledger;
        final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        final CompletableFuture<Void> slow = new CompletableFuture<>();

        Chatty(LedgerManager ledger) {
            this.ledger = ledger;
        }

        @Override
        public PartitionId id() {
            return ledger.id();
        }

        @Override
        public CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch) {
            return ledger.claim(batch);
        }

        @Override
        public CompletionStage<Void> release(List<Release> releases) {
            return ledger.release(releases);
        }

        @Override
        public CompletionStage<Void> begin(String partition, Reading reading, List<TenantOwner> tenants) {
            return ledger.begin(partition, reading, tenants);
        }

        @Override
        public CompletionStage<Optional<Node>> update(Node node) {
            return CompletableFuture.completedFuture(
                    node.metadata().name().equals("n1") ? Optional.of(node) : Optional.empty());
        }

        @Override
        public CompletionStage<Optional<String>> remove(String node) {
            return node.equals("broken")
                    ? CompletableFuture.failedFuture(new IllegalStateException("no store"))
                    : CompletableFuture.completedFuture(Optional.of(node + " has pods"));
        }

        @Override
        public CompletionStage<NodeStep.Done> step(NodeStep step) {
            throw new UnsupportedOperationException("moves no nodes");
        }

        @Override
        public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            if (command instanceof NodeCommand.Act act) {
                sink.output(false, act.toString().getBytes(UTF_8));
                exit.complete(NodeCommand.Act.INTERRUPTED);
                return running(exit, sink);
            }
            String word =
                    command instanceof NodeCommand.Exec exec ? exec.command().get(0) : "call";
            if (word.equals("call")) {
                sink.output(false, command.toString().getBytes(UTF_8));
                exit.complete(0);
            } else if (word.equals("count")) {
                new Thread(() -> {
                            for (int i = 0; i < 2_000; i++) {
                                sink.output(i % 2 == 1, (i + "\n").getBytes(UTF_8));
                            }
                            exit.complete(3);
                        })
                        .start();
            } else if (word.equals("flood")) {
                for (int i = 0; i < 6; i++) {
                    sink.output(false, new byte[1 << 20]);
                }
            } else if (!word.equals("wait")) {
                exit.completeExceptionally(new IllegalStateException("Node " + node + ": no such command"));
            }
            return running(exit, sink);
        }

        private RunningCommand running(CompletableFuture<Integer> exit, CommandSink sink) {
            return new RunningCommand() {
                @Override
                public CompletionStage<Integer> exit() {
                    return exit;
                }

                @Override
                public CompletionStage<Void> input(byte[] part, boolean last) {
                    String text = new String(part, UTF_8);
                    if (text.equals("slow")) {
                        return slow.thenRun(() -> sink.output(false, part));
                    }
                    if (text.equals("wrong")) {
                        return CompletableFuture.failedFuture(new IllegalStateException("no more of it"));
                    }
                    sink.output(false, part);
                    if (last) {
                        exit.complete(0);
                    }
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void cancel() {
                    cancelled.complete(null);
                    exit.complete(143);
                }
            };
        }
    }

    @Test
    void aPodIsPlacedAndSeenFromBothMembers() {
        Pod pod = (Pod) codec.manifest(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: p1}
                        spec:
                          containers:
                          - {name: main, image: "web:1", resources: {requests: {cpu: 1}}}
                        """
                                .getBytes(UTF_8),
                        Codec.UnknownFields.REFUSE)
                .resources()
                .get(0);

        nodePlane.resources().create(T, pod);

        ResourceRef ref = new ResourceRef(T, Kind.POD, "default", "p1");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            Pod now = (Pod) nodePlane.resources().get(ref).orElseThrow();
            return now.spec() != null && "n1".equals(now.spec().nodeName());
        });
        assertThat(manager.ledger.claims()).hasSize(1);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> tenantPlane
                .explain(T, "default", "p1")
                .filter(p -> p.state() == PodPlacement.State.BOUND)
                .isPresent());
        assertThat(tenantPlane.explain(T, "default", "p1"))
                .isEqualTo(nodePlane.explain(T, "default", "p1"))
                .get()
                .extracting(PodPlacement::state, p -> p.node().orElse(""))
                .containsExactly(PodPlacement.State.BOUND, "n1");
        assertThat(nodePlane.explain(T, "default", "nobody")).isEmpty();
        var list = tenantPlane.resources().list(TenantId.SYSTEM, Kind.NODE, Query.namespace(null));
        assertThat(list.items()).hasSize(1);
        assertThat(list.unreachable()).isEmpty();
    }

    @Test
    void whatAManagerAnswersIsWhatTheOtherMemberHears() throws Exception {
        ResourceManager remote = tenantPlane.manager(RM).orElseThrow();
        Node node = (Node) tenantPlane
                .resources()
                .get(new ResourceRef(TenantId.SYSTEM, Kind.NODE, null, "n1"))
                .orElseThrow();

        assertThat(get(remote.update(node)).orElseThrow().metadata().name()).isEqualTo("n1");
        assertThat(get(remote.remove("n1"))).contains("n1 has pods");
        assertThatThrownBy(() -> get(remote.remove("broken")))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no store");
        get(remote.release(List.of(new Release("nobody", "n1", "tp-1", 1, 0, false))));
    }

    @Test
    void aCommandsOutputComesInOrderAndWhole() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Boolean> streams = new ArrayList<>();
        RunningCommand running = exec("count", (error, bytes) -> {
            streams.add(error);
            all.writeBytes(bytes);
        });

        assertThat(get(running.exit())).isEqualTo(3);

        String[] lines = all.toString(UTF_8).split("\n");
        assertThat(lines).hasSize(2_000);
        assertThat(lines[0]).isEqualTo("0");
        assertThat(lines[1_999]).isEqualTo("1999");
        assertThat(streams.subList(0, 4)).containsExactly(false, true, false, true);
    }

    @Test
    void aCommandCanBeCancelledAndItsFailureIsHeard() throws Exception {
        RunningCommand waiting = exec("wait", (error, bytes) -> {});
        waiting.cancel();
        assertThat(get(waiting.exit())).isEqualTo(143);
        manager.cancelled.get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> get(exec("unheard", (error, bytes) -> {}).exit()))
                .hasMessageContaining("Node n1: no such command");
        assertThatThrownBy(() -> get(exec("flood", (error, bytes) -> {}).exit()))
                .hasMessageContaining("faster than it was taken");
    }

    @Test
    void aCommandsInputComesInOrderOnceAndAsItIsTaken() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        RunningCommand running = tenantPlane
                .manager(RM)
                .orElseThrow()
                .command(
                        "n1",
                        new NodeCommand.Exec("uid", "main", List.of("wait"), 30, true),
                        (error, bytes) -> all.writeBytes(bytes));
        get(running.input("one ".getBytes(UTF_8), false));
        CompletableFuture<Void> slow =
                running.input("slow".getBytes(UTF_8), false).toCompletableFuture();
        assertThatThrownBy(() -> slow.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        manager.slow.complete(null);
        slow.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> get(running.input("wrong".getBytes(UTF_8), false)))
                .hasMessageContaining("no more of it");
        // The command may have ended before it is said that it took this.
        running.input(" two".getBytes(UTF_8), true);
        assertThat(get(running.exit())).isZero();
        assertThat(all.toString(UTF_8)).isEqualTo("one slow two");
        assertThatThrownBy(() -> get(running.input(new byte[1], false))).hasMessageContaining("has ended");
    }

    @Test
    void anActionReachesTheManagerAsItIs() throws Exception {
        for (String name : new String[] {"one", null}) {
            NodeCommand.Act act = new NodeCommand.Act("uid", "main", "action-1", "Restore", name, 30);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            RunningCommand running = tenantPlane
                    .manager(RM)
                    .orElseThrow()
                    .command("n1", act, (error, bytes) -> output.writeBytes(bytes));
            assertThat(get(running.exit())).isEqualTo(NodeCommand.Act.INTERRUPTED);
            assertThat(output.toString(UTF_8)).isEqualTo(act.toString());
        }
    }

    private RunningCommand exec(String word, CommandSink sink) {
        return tenantPlane
                .manager(RM)
                .orElseThrow()
                .command("n1", new NodeCommand.Exec("uid", "main", List.of(word), 30), sink);
    }

    @Test
    void aFunctionOrAPortIsReachedFromElsewhere() throws Exception {
        for (NodeCommand call : List.of(
                new NodeCommand.Invoke("uid", "main", "aGVsbG8=", 30), new NodeCommand.Forward("uid", 8080, 30))) {
            List<String> output = new java.util.concurrent.CopyOnWriteArrayList<>();
            RunningCommand running = tenantPlane
                    .manager(RM)
                    .orElseThrow()
                    .command("n1", call, (error, bytes) -> output.add(new String(bytes, UTF_8)));
            assertThat(get(running.exit())).isZero();
            assertThat(output).containsExactly(call.toString());
        }
    }

    @Test
    void claimsOfALostManagerMayBeRepeated() throws Exception {
        ResourceManager remote = tenantPlane.manager(RM).orElseThrow();
        members.network.leave("b");

        assertThat(get(remote.claim(List.of()))).isEmpty();
        assertThatThrownBy(() -> get(remote.release(List.of()))).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(tenantPlane.manager(RM)).isEmpty();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
