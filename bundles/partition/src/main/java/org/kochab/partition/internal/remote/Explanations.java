package org.kochab.partition.internal.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.placement.PlacementExplainer;
import org.kochab.api.placement.PodPlacement;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;
import org.kochab.spi.scheduler.Refusal;

/** Why pods are where they are, asked of the member that leads their partition. */
public final class Explanations {
    private static final String SERVICE = "kochab.explain";

    private Explanations() {}

    /** @param own explains what this member leads, and asks no other */
    public static void serve(Peers peers, PlacementExplainer own) {
        peers.serve(SERVICE, (from, request) -> handle(own, request));
    }

    private static CompletionStage<byte[]> handle(PlacementExplainer own, byte[] request) {
        try {
            WireIn in = new WireIn(request);
            Optional<PodPlacement> found = own.explain(new TenantId(in.text()), in.text(), in.text());
            WireOut out = Calls.ok().bool(found.isPresent());
            found.ifPresent(p -> write(out, p));
            return CompletableFuture.completedFuture(out.done());
        } catch (NotLeaderException | IllegalArgumentException e) {
            return CompletableFuture.completedFuture(Calls.failure(e));
        }
    }

    private static void write(WireOut out, PodPlacement p) {
        out.text(p.state().name()).bool(p.node().isPresent());
        p.node().ifPresent(out::text);
        out.text(p.scheduler())
                .count(p.attempts())
                .text(p.message())
                .count(p.refusals().size());
        for (Refusal r : p.refusals()) {
            out.text(r.plugin()).text(r.code().name()).count(r.nodes()).text(r.reason());
        }
    }

    private static PodPlacement read(WireIn in) {
        PodPlacement.State state = PodPlacement.State.valueOf(in.text());
        Optional<String> node = in.bool() ? Optional.of(in.text()) : Optional.empty();
        String scheduler = in.text();
        int attempts = in.count();
        String message = in.text();
        int count = in.items();
        List<Refusal> refusals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            refusals.add(new Refusal(in.text(), Refusal.Code.valueOf(in.text()), in.count(), in.text()));
        }
        return new PodPlacement(state, node, scheduler, attempts, refusals, message);
    }

    /** Blocks for a round trip; empty if the leader does not know the pod or cannot be reached. */
    public static Optional<PodPlacement> ask(RemotePartition partition, TenantId tenant, String namespace, String pod) {
        byte[] request =
                new WireOut().text(tenant.value()).text(namespace).text(pod).done();
        try {
            Duration limit = partition.peers().limits().read();
            byte[] answer = partition
                    .peers()
                    .request(partition.leader(), SERVICE, request, limit)
                    .toCompletableFuture()
                    .get(limit.plus(Calls.MARGIN).toMillis(), TimeUnit.MILLISECONDS);
            WireIn in = Calls.answer(partition.id(), answer);
            return in.bool() ? Optional.of(read(in)) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException
                | TimeoutException
                | GoneException
                | NotLeaderException
                | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
