package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Node;
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
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;

/** A resource manager that runs on the member that leads its partition. */
public final class RemoteManager implements ResourceManager {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final RemotePartition partition;
    private final Codec codec;
    private final ManagerWire wire;

    public RemoteManager(RemotePartition partition, Codec codec) {
        this.partition = partition;
        this.codec = codec;
        this.wire = new ManagerWire(codec);
    }

    @Override
    public PartitionId id() {
        return partition.id();
    }

    private WireOut ask(int operation) {
        return Calls.ask(operation, id(), partition.epoch());
    }

    private <T> CompletableFuture<T> send(WireOut request, Function<WireIn, T> read) {
        return partition
                .peers()
                .request(partition.leader(), ManagerWire.SERVICE, request.done(), ANSWER)
                .handle((bytes, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException(
                                Calls.unreachable(id(), failure).getMessage(), failure);
                    }
                    try {
                        return read.apply(Calls.answer(id(), bytes));
                    } catch (NotLeaderException | GoneException | IllegalArgumentException e) {
                        throw new IllegalStateException(e.getMessage(), e);
                    }
                })
                .toCompletableFuture();
    }

    /** Whatever stage it was, its failure is an {@link IllegalStateException} itself, not a wrapper of one. */
    private static <T> CompletionStage<T> plain(CompletableFuture<T> stage) {
        CompletableFuture<T> told = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                told.complete(value);
            } else {
                told.completeExceptionally(Calls.unwrap(failure));
            }
        });
        return told.minimalCompletionStage();
    }

    @Override
    public CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch) {
        List<ClaimRequest> asked = List.copyOf(batch);
        WireOut request = ask(ManagerWire.CLAIM);
        wire.requests(request, asked);
        return send(request, ManagerWire::answers)
                .exceptionally(failure -> busy(
                        asked,
                        "It is not known what was granted, "
                                + Calls.unwrap(failure).getMessage() + ": claim again, it is safe."))
                .minimalCompletionStage();
    }

    private static List<ClaimAnswer> busy(List<ClaimRequest> batch, String message) {
        return batch.stream()
                .<ClaimAnswer>map(
                        r -> new ClaimAnswer.Refused(r.claim().podUid(), ClaimAnswer.Code.BUSY, message, Map.of(), 0))
                .toList();
    }

    @Override
    public CompletionStage<Void> release(List<Release> releases) {
        WireOut request = ask(ManagerWire.RELEASE);
        ManagerWire.releases(request, List.copyOf(releases));
        return plain(send(request, in -> null));
    }

    @Override
    public CompletionStage<Void> begin(String partition, Reading reading, List<TenantOwner> tenants) {
        WireOut request = ask(ManagerWire.BEGIN).text(partition);
        ManagerWire.reading(request, reading);
        ManagerWire.owners(request, List.copyOf(tenants));
        return plain(send(request, in -> null));
    }

    @Override
    public CompletionStage<Optional<Node>> update(Node node) {
        WireOut request = ask(ManagerWire.UPDATE).blob(codec.encode(node));
        return plain(
                send(request, in -> in.bool() ? Optional.of(codec.decode(in.blob(), Node.class)) : Optional.empty()));
    }

    @Override
    public CompletionStage<Optional<String>> remove(String node) {
        return plain(
                send(ask(ManagerWire.REMOVE).text(node), in -> in.bool() ? Optional.of(in.text()) : Optional.empty()));
    }

    @Override
    public CompletionStage<NodeStep.Done> step(NodeStep step) {
        WireOut request = ask(ManagerWire.STEP).blob(codec.encode(step));
        return plain(send(request, in -> codec.decode(in.blob(), NodeStep.Done.class)));
    }

    @Override
    public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
        WireOut request = ask(ManagerWire.COMMAND).text(node);
        ManagerWire.command(request, command);
        RemoteCommand running = new RemoteCommand(partition, sink);
        plain(send(request, WireIn::i64)).whenComplete((number, failure) -> {
            if (failure == null) {
                running.begin(number);
            } else {
                running.fail(String.valueOf(failure.getMessage()));
            }
        });
        return running;
    }
}
