package org.kochab.rm.internal.core;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
import org.kochab.api.partition.PartitionId;

/** Brings everything that happens to a resource manager onto its one thread, bounded. Safe for any thread. */
public final class SerialResourceManager implements ResourceManager {
    private static final int MOST_CALLS = 10_000;
    private static final int MOST_REQUESTS = 100_000;
    private static final int INBOX_MESSAGES = 100_000;
    private static final long INBOX_BYTES = 64L << 20;

    private final PartitionId id;
    private final Executor self;
    private final Inbox inbox;
    private final Machine machine;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();

    public SerialResourceManager(Outside outside, Settings settings) {
        this(outside, settings, new Inbox(INBOX_MESSAGES, INBOX_BYTES));
    }

    SerialResourceManager(Outside outside, Settings settings, Inbox inbox) {
        this.id = outside.partition().id();
        this.self = outside.self();
        this.inbox = inbox;
        this.machine = new Machine(outside, settings, inbox);
    }

    /** Begins to read the partition. The stage completes when this manager serves, and fails if it never will. */
    public CompletionStage<Void> start() {
        self.execute(machine::fence);
        return machine.ready();
    }

    /** To be called some twenty times a second: what is told in rounds waits for it. */
    public void tick() {
        self.execute(machine::tick);
    }

    public void linkUp() {
        self.execute(machine::linkUp);
    }

    public void linkDown() {
        self.execute(machine::linkDown);
    }

    /** A message arrived. Takes it without waiting; the payload is handed over. */
    public void received(String topic, byte[] payload, boolean retained) {
        try {
            Arrived message = Arrived.of(id.value(), topic, payload, retained);
            if (message != null && inbox.add(message)) {
                self.execute(machine::drain);
            }
        } catch (Arrived.Refused refused) {
            // Bounded as calls are: a flood of wrong messages must not grow the queue of the one thread.
            enter(calls, 1, MOST_CALLS, () -> machine.refused(topic, String.valueOf(refused.getMessage())));
        }
    }

    /** Takes no more calls to the end; completes when nothing of this manager's is under way any more. */
    public CompletionStage<Void> stop() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        self.execute(() -> machine.whenIdle(() -> {
            machine.stop("it was stopped");
            stopped.complete(null);
        }));
        return stopped;
    }

    Machine machine() {
        return machine;
    }

    @Override
    public PartitionId id() {
        return id;
    }

    @Override
    public CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch) {
        List<ClaimRequest> asked = List.copyOf(batch);
        CompletableFuture<List<ClaimAnswer>> answer = new CompletableFuture<>();
        boolean taken = enter(requests, Math.max(1, asked.size()), MOST_REQUESTS, () -> machine.claim(asked, answer));
        if (!taken) {
            answer.complete(Machine.busy(asked, "Too many claims are waiting: try again shortly."));
        }
        return answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> release(List<Release> releases) {
        List<Release> wishes = List.copyOf(releases);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        call(answer, () -> machine.release(wishes, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> begin(String partition, Reading reading, List<TenantOwner> tenants) {
        List<TenantOwner> moved = List.copyOf(tenants);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        call(answer, () -> machine.begin(partition, reading, moved, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Optional<Node>> update(Node node) {
        CompletableFuture<Optional<Node>> answer = new CompletableFuture<>();
        call(answer, () -> machine.update(node, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Optional<String>> remove(String node) {
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        call(answer, () -> machine.remove(node, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<NodeStep.Done> step(NodeStep step) {
        CompletableFuture<NodeStep.Done> answer = new CompletableFuture<>();
        call(answer, () -> machine.step(step, answer));
        return answer.minimalCompletionStage();
    }

    @Override
    public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
        Sent sent = new Sent();
        call(sent.exit, () -> machine.command(node, command, sink, sent.exit, c -> sent.correlation = c));
        return sent;
    }

    private final class Sent implements RunningCommand {
        final CompletableFuture<Integer> exit = new CompletableFuture<>();

        /** Set and read on the manager's thread only. */
        @Nullable
        String correlation;

        @Override
        public CompletionStage<Integer> exit() {
            return exit.minimalCompletionStage();
        }

        @Override
        public CompletionStage<Void> input(byte[] part, boolean last) {
            CompletableFuture<Void> room = new CompletableFuture<>();
            call(room, () -> machine.input(correlation, part, last, room));
            return room.minimalCompletionStage();
        }

        @Override
        public void cancel() {
            call(exit, () -> {
                if (correlation != null) {
                    machine.cancel(correlation);
                }
            });
        }
    }

    private void call(CompletableFuture<?> answer, Runnable task) {
        if (!enter(calls, 1, MOST_CALLS, task)) {
            answer.completeExceptionally(
                    new IllegalStateException("The resource manager is overloaded or stopping: try again shortly."));
        }
    }

    private boolean enter(AtomicInteger counter, int weight, int most, Runnable task) {
        if (counter.addAndGet(weight) > most && counter.get() != weight) {
            counter.addAndGet(-weight);
            return false;
        }
        try {
            self.execute(() -> {
                counter.addAndGet(-weight);
                task.run();
            });
            return true;
        } catch (RejectedExecutionException stopped) {
            counter.addAndGet(-weight);
            return false;
        }
    }
}
