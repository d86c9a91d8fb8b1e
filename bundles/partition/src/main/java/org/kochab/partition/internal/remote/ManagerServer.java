package org.kochab.partition.internal.remote;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.kochab.api.codec.Codec;
import org.kochab.api.codec.CodecException;
import org.kochab.api.model.Node;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.PartitionId;
import org.kochab.partition.internal.core.wire.WireException;
import org.kochab.partition.internal.core.wire.WireIn;
import org.kochab.partition.internal.core.wire.WireOut;

/** Answers other members for the resource managers that run here. */
public final class ManagerServer {
    private static final int MOST_COMMANDS = 1_000;
    private static final long SWEEP_SECONDS = 15;

    private final Peers peers;
    private final Codec codec;
    private final ManagerWire wire;
    private final Function<PartitionId, Optional<ResourceManager>> managers;
    private final Map<Long, ServedCommand> commands = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    private ManagerServer(Peers peers, Codec codec, Function<PartitionId, Optional<ResourceManager>> managers) {
        this.peers = peers;
        this.codec = codec;
        this.wire = new ManagerWire(codec);
        this.managers = managers;
    }

    /** @param managers those that run on this member; must answer at once */
    public static void start(Peers peers, Codec codec, Function<PartitionId, Optional<ResourceManager>> managers) {
        ManagerServer server = new ManagerServer(peers, codec, managers);
        peers.serve(ManagerWire.SERVICE, (from, request) -> server.handle(request));
        peers.executor().scheduleWithFixedDelay(server::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    private CompletionStage<byte[]> handle(byte[] request) {
        try {
            WireIn in = new WireIn(request);
            int operation = in.u8();
            PartitionId id = new PartitionId(in.text());
            // The partition's commits are fenced by its epoch: whichever manager runs here is the right one or can do
            // nothing.
            in.i64();
            return switch (operation) {
                case ManagerWire.OUTPUT -> command(in).ask(in.i64(), in.i64(), peers.executor());
                case ManagerWire.INPUT -> command(in).input(in.i64(), in.blob(), in.bool(), in.i64(), peers.executor());
                case ManagerWire.CANCEL -> {
                    command(in).cancel();
                    yield done(Calls.ok());
                }
                default ->
                    ask(managers.apply(id).orElseThrow(() -> new NotLeaderException(id)), operation, in)
                            .exceptionally(Calls::failure);
            };
        } catch (NotLeaderException | IllegalArgumentException | IllegalStateException | CodecException e) {
            return CompletableFuture.completedFuture(Calls.failure(e));
        }
    }

    private static CompletionStage<byte[]> done(WireOut out) {
        return CompletableFuture.completedFuture(out.done());
    }

    private CompletionStage<byte[]> ask(ResourceManager manager, int operation, WireIn in) {
        switch (operation) {
            case ManagerWire.CLAIM:
                return manager.claim(wire.requests(in)).thenApply(answers -> {
                    WireOut out = Calls.ok();
                    ManagerWire.answers(out, answers);
                    return out.done();
                });
            case ManagerWire.RELEASE:
                return manager.release(ManagerWire.releases(in))
                        .thenApply(done -> Calls.ok().done());
            case ManagerWire.BEGIN:
                return manager.begin(in.text(), ManagerWire.reading(in), ManagerWire.owners(in))
                        .thenApply(done -> Calls.ok().done());
            case ManagerWire.UPDATE:
                return manager.update(codec.decode(in.blob(), Node.class)).thenApply(node -> {
                    WireOut out = Calls.ok().bool(node.isPresent());
                    node.ifPresent(n -> out.blob(codec.encode(n)));
                    return out.done();
                });
            case ManagerWire.REMOVE:
                return manager.remove(in.text()).thenApply(why -> {
                    WireOut out = Calls.ok().bool(why.isPresent());
                    why.ifPresent(out::text);
                    return out.done();
                });
            case ManagerWire.STEP:
                return manager.step(codec.decode(in.blob(), NodeStep.class))
                        .thenApply(done -> Calls.ok().blob(codec.encode(done)).done());
            case ManagerWire.COMMAND:
                String node = in.text();
                return done(Calls.ok().i64(begin(manager, node, ManagerWire.command(in))));
            default:
                throw new WireException("operation " + operation);
        }
    }

    private long begin(ResourceManager manager, String node, NodeCommand command) {
        if (commands.size() >= MOST_COMMANDS) {
            throw new IllegalStateException("Too many commands of other members are under way: try again shortly.");
        }
        ServedCommand served = new ServedCommand();
        long number = numbers.incrementAndGet();
        commands.put(number, served);
        served.runs(manager.command(node, command, served));
        return number;
    }

    private ServedCommand command(WireIn in) {
        ServedCommand found = commands.get(in.i64());
        if (found == null) {
            throw new IllegalStateException("The command has ended, or its resource manager runs elsewhere now.");
        }
        return found;
    }

    /** Ends what nobody asks for any more, and forgets what has ended. */
    private void sweep() {
        commands.forEach((number, command) -> {
            if (command.isForgotten()) {
                commands.remove(number);
                command.cancel();
            }
        });
    }
}
