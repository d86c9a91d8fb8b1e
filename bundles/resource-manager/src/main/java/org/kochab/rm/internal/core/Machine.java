package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Birth;
import org.kochab.api.link.Enrol;
import org.kochab.api.link.Enrolled;
import org.kochab.api.link.Heartbeat;
import org.kochab.api.link.Reply;
import org.kochab.api.link.Reported;
import org.kochab.api.link.Request;
import org.kochab.api.link.State;
import org.kochab.api.link.Topics;
import org.kochab.api.model.Node;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Transaction;

/** The resource manager's state machine: one event after another, all on one thread. */
final class Machine implements Journal.Owner {
    private static final int MESSAGES_A_ROUND = 256;
    private static final long MOST_WAITING_BYTES = 32 << 20;
    private static final long RETRY_MILLIS = 500;

    private enum Mode {
        LOADING,
        SERVING,
        STOPPED
    }

    private final Outside outside;
    private final Inbox inbox;
    private final Journal journal;
    private final Ledger ledger;
    private final DesiredStates desired;
    private final ClaimDesk desk;
    private final Nodes nodes;
    private final Reports reports;
    private final Releases releases;
    private final Adoptions adoptions;
    private final Handover handover;
    private final Commands commands;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private Mode mode = Mode.LOADING;
    private boolean linked;
    private boolean fencing;
    private long fenceAgainAt;

    Machine(Outside outside, Settings settings, Inbox inbox) {
        this.outside = outside;
        this.inbox = inbox;
        this.journal = new Journal(outside, this);
        this.ledger = new Ledger(outside, settings, journal);
        this.desired = new DesiredStates(ledger);
        this.desk = new ClaimDesk(ledger, desired);
        this.nodes = new Nodes(ledger, desired);
        this.reports = new Reports(ledger, nodes, desired);
        this.releases = new Releases(ledger, reports, desired);
        this.adoptions = new Adoptions(ledger);
        this.handover = new Handover(ledger, nodes, desired, adoptions);
        this.commands = new Commands(ledger);
    }

    /** Completes when the state is read; fails if this member does not lead any more. */
    CompletableFuture<Void> ready() {
        return ready;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Makes this the one instance that may write, then reads the state. */
    void fence() {
        if (mode != Mode.LOADING || fencing) {
            return;
        }
        fencing = true;
        byte[] me = Journal.text(outside.names().get());
        outside.partition().submit(Transaction.put(OwnKeys.OWNER, me)).whenComplete((result, failure) -> outside.self()
                .execute(() -> fenced(result)));
    }

    private void fenced(@Nullable CommitResult result) {
        fencing = false;
        if (mode != Mode.LOADING) {
            return;
        }
        if (result instanceof CommitResult.Committed committed) {
            load(committed.revision());
        } else if (result instanceof CommitResult.NotLeader) {
            stop("this member no longer leads the partition");
        } else {
            fenceAgainAt = ledger.now() + RETRY_MILLIS;
        }
    }

    private void load(long fenceRevision) {
        try {
            new Loader(ledger).load();
        } catch (GoneException e) {
            fenceAgainAt = ledger.now() + RETRY_MILLIS;
            return;
        } catch (NotLeaderException e) {
            stop(String.valueOf(e.getMessage()));
            return;
        }
        journal.begin(fenceRevision);
        mode = Mode.SERVING;
        nodes.listenFromNow();
        desired.reset();
        desired.publishAllAgain();
        desired.publish();
        ready.complete(null);
        drain();
    }

    @Override
    public void lost(String reason, boolean forever) {
        if (forever) {
            stop(reason);
        } else if (mode == Mode.SERVING) {
            outside.log().warn("Reading the state anew: " + reason);
            mode = Mode.LOADING;
            fenceAgainAt = ledger.now();
        }
    }

    void stop(String reason) {
        if (mode == Mode.STOPPED) {
            return;
        }
        boolean served = mode == Mode.SERVING;
        mode = Mode.STOPPED;
        if (served) {
            journal.fail(reason, true);
        }
        commands.failAll("The resource manager stopped: " + reason + ". Try again shortly.");
        ready.completeExceptionally(new IllegalStateException(reason));
    }

    /** Waits for nothing: tells when everything that was begun is durable or lost. */
    void whenIdle(Runnable action) {
        if (mode != Mode.SERVING || journal.idle()) {
            action.run();
            return;
        }
        whenDurable(r -> action.run(), r -> action.run());
    }

    /** Whether nothing is under way. */
    boolean isSettled() {
        return mode == Mode.STOPPED || mode == Mode.SERVING && journal.idle() && !desired.isDeferred();
    }

    /** Whether only the clock can bring it further. */
    boolean waitsForTime() {
        return mode == Mode.LOADING && !fencing
                || mode == Mode.SERVING && (journal.waitsForTime() || journal.idle() && desired.isDeferred());
    }

    void tick() {
        if (mode == Mode.LOADING && ledger.now() >= fenceAgainAt) {
            fence();
        }
        journal.tick();
        if (mode != Mode.SERVING) {
            return;
        }
        guarded(() -> {
            Inbox.Dropped dropped = inbox.dropped();
            if (dropped.messages() > 0) {
                outside.log().warn("Overloaded: dropped " + dropped.messages() + " messages of nodes");
            }
            if (dropped.heartbeats()) {
                nodes.listenFromNow();
            }
            for (String name : dropped.reporters()) {
                NodeSlot node = ledger.table.node(name);
                if (node != null) {
                    nodes.askForReport(node);
                }
            }
            nodes.tick(linked);
            commands.tick();
            desired.publish();
        });
    }

    void linkUp() {
        linked = true;
        if (mode == Mode.SERVING) {
            nodes.listenFromNow();
            desired.publishAllAgain();
            desired.publish();
            commands.repeatInput(node -> true);
        }
    }

    void linkDown() {
        linked = false;
    }

    void refused(String topic, String reason) {
        ledger.refusals.add(topic, reason);
    }

    /** Reads some of what arrived; goes on later if there is more, so that claims have their turn. */
    void drain() {
        if (mode != Mode.SERVING) {
            return;
        }
        for (Arrived message : inbox.take(MESSAGES_A_ROUND)) {
            if (mode == Mode.SERVING) {
                guarded(() -> receive(message));
            }
        }
        if (inbox.size() > 0) {
            outside.self().execute(this::drain);
        }
    }

    private void receive(Arrived m) {
        switch (m.kind()) {
            case BIRTH ->
                read(m, Birth.class, b -> {
                    nodes.born(m.node(), b, m.topic());
                    commands.repeatInput(m.node()::equals);
                });
            case STATE -> {
                // An empty retained message is how a broker is told to forget the last one.
                if (m.payload().length > 0) {
                    read(m, State.class, s -> dated(m, s.birth(), 0, () -> nodes.connection(m.node(), s)));
                }
            }
            case REPORTED ->
                read(
                        m,
                        Reported.class,
                        r -> dated(m, r.birth(), r.sequence(), () -> reports.reported(m.node(), r, m.topic())));
            case HEARTBEAT ->
                read(
                        m,
                        Heartbeat.class,
                        h -> dated(m, h.birth(), h.sequence(), () -> nodes.heartbeat(m.node(), h, reports::matches)));
            case REQUEST -> read(m, Request.class, r -> dated(m, r.birth(), 0, () -> requested(m, r)));
            case REPLY ->
                read(m, Reply.class, r -> commands.replied(m.node(), String.valueOf(m.correlation()), r, m.topic()));
            case ENROL -> read(m, Enrol.class, e -> enrol(m, e));
        }
    }

    /** Its sender may be no node yet, and is not heard by this. An answer that gets lost is asked for again. */
    private void enrol(Arrived m, Enrol request) {
        outside.enrolment().enrol(m.node(), request).thenAccept(answer -> outside.self()
                .execute(() -> enrolled(m, answer)));
    }

    private void enrolled(Arrived m, Enrolled answer) {
        if (answer.certificate() == null && !answer.waiting()) {
            ledger.refusals.add(m.topic(), String.valueOf(answer.reason()));
        }
        Topics topics = Topics.of(outside.partition().id().value(), m.node());
        outside.link()
                .publish(Link.Outgoing.once(topics.enrolled(), outside.codec().encode(answer)));
    }

    private void requested(Arrived m, Request request) {
        NodeSlot node = nodes.alive(m.node(), request.birth());
        if (node != null) {
            nodes.heard(node);
            desired.requested(node, request, m.topic());
        }
    }

    private void dated(Arrived m, long birth, long sequence, Runnable action) {
        if (birth < 1) {
            ledger.refusals.add(m.topic(), "birth is missing or less than 1: send the number of the node's last birth");
        } else if (sequence < 0) {
            ledger.refusals.add(m.topic(), "sequence is negative: count from 1");
        } else {
            action.run();
        }
    }

    private <T> void read(Arrived message, Class<T> type, Consumer<T> action) {
        T value;
        try {
            value = ledger.decode(message.payload(), type);
        } catch (RuntimeException e) {
            ledger.refusals.add(message.topic(), "the payload cannot be read: " + e.getMessage());
            return;
        }
        if (value == null) {
            ledger.refusals.add(message.topic(), "the payload is null: send an object");
            return;
        }
        action.accept(value);
    }

    /** After an event that failed half way memory cannot be trusted: it is read anew. */
    private void guarded(Runnable event) {
        try {
            event.run();
            journal.flush();
        } catch (NotLeaderException e) {
            stop(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            outside.log().warn("An event failed: " + e + ". This is a bug.");
            journal.fail("an event failed", false);
        }
    }

    private void whenDurable(Consumer<Long> durable, Consumer<String> failed) {
        journal.whenDurable(new Journal.Waiter() {
            @Override
            public void durable(long revision) {
                durable.accept(revision);
            }

            @Override
            public void failed(String reason) {
                failed.accept(reason);
            }
        });
    }

    void claim(List<ClaimRequest> batch, CompletableFuture<List<ClaimAnswer>> answer) {
        if (mode != Mode.SERVING || journal.waitingBytes() > MOST_WAITING_BYTES) {
            answer.complete(busy(batch, "The resource manager is overloaded or starting: try again shortly."));
            return;
        }
        guarded(() -> {
            whenDurable(
                    r -> {},
                    r -> answer.complete(
                            busy(batch, "It is not known what was granted, " + r + ": claim again, it is safe.")));
            List<ClaimAnswer> answers = desk.decide(batch);
            whenDurable(revision -> answer.complete(at(revision, answers)), r -> {});
        });
    }

    static List<ClaimAnswer> busy(List<ClaimRequest> batch, String message) {
        List<ClaimAnswer> answers = new ArrayList<>(batch.size());
        for (ClaimRequest r : batch) {
            answers.add(new ClaimAnswer.Refused(
                    r.claim().podUid(), ClaimAnswer.Code.BUSY, message, Collections.emptyMap(), 0));
        }
        return answers;
    }

    private static List<ClaimAnswer> at(long revision, List<ClaimAnswer> answers) {
        List<ClaimAnswer> dated = new ArrayList<>(answers.size());
        for (ClaimAnswer a : answers) {
            if (a instanceof ClaimAnswer.Granted g) {
                dated.add(new ClaimAnswer.Granted(g.podUid(), g.token(), revision));
            } else if (a instanceof ClaimAnswer.Refused r) {
                dated.add(new ClaimAnswer.Refused(r.podUid(), r.code(), r.message(), r.free(), revision));
            }
        }
        return dated;
    }

    void release(List<Release> wishes, CompletableFuture<Void> answer) {
        change(() -> releases.release(wishes), answer);
    }

    void begin(String partition, Reading reading, List<TenantOwner> tenants, CompletableFuture<Void> answer) {
        change(() -> adoptions.begin(partition, reading, tenants), answer);
    }

    /** @param change says why it did nothing; null if it did it */
    private void change(Supplier<@Nullable String> change, CompletableFuture<Void> answer) {
        if (mode != Mode.SERVING) {
            answer.completeExceptionally(starting());
            return;
        }
        guarded(() -> {
            whenDurable(r -> {}, r -> answer.completeExceptionally(notDurable(r)));
            String wrong = change.get();
            if (wrong != null) {
                answer.completeExceptionally(new IllegalStateException(wrong));
            }
            whenDurable(r -> answer.complete(null), r -> {});
        });
    }

    void step(NodeStep step, CompletableFuture<NodeStep.Done> answer) {
        if (mode != Mode.SERVING) {
            answer.completeExceptionally(starting());
            return;
        }
        guarded(() -> {
            whenDurable(r -> {}, r -> answer.completeExceptionally(notDurable(r)));
            try {
                NodeStep.Done done = handover.step(step);
                whenDurable(
                        revision -> {
                            if (done.refusal() == null) {
                                handover.told(step);
                            }
                            answer.complete(done.at(revision));
                        },
                        r -> {});
            } catch (Handover.Later later) {
                answer.completeExceptionally(new IllegalStateException(later.getMessage()));
            }
        });
    }

    void update(Node wish, CompletableFuture<Optional<Node>> answer) {
        if (mode != Mode.SERVING) {
            answer.completeExceptionally(starting());
            return;
        }
        guarded(() -> {
            whenDurable(r -> {}, r -> answer.completeExceptionally(notDurable(r)));
            Optional<Node> after = nodes.update(wish);
            whenDurable(
                    revision -> answer.complete(after.map(n -> n.metadata().resourceVersion() != null
                            ? n
                            : n.withMetadata(n.metadata().withResourceVersion(Long.toString(revision))))),
                    r -> {});
        });
    }

    void remove(String name, CompletableFuture<Optional<String>> answer) {
        if (mode != Mode.SERVING) {
            answer.completeExceptionally(starting());
            return;
        }
        guarded(() -> {
            whenDurable(r -> {}, r -> answer.completeExceptionally(notDurable(r)));
            String wrong = nodes.remove(name);
            whenDurable(
                    revision -> {
                        if (wrong == null) {
                            nodes.forget(name);
                        }
                        answer.complete(Optional.ofNullable(wrong));
                    },
                    r -> {});
        });
    }

    void command(
            String node,
            NodeCommand command,
            CommandSink sink,
            CompletableFuture<Integer> exit,
            Consumer<String> started) {
        if (mode != Mode.SERVING) {
            exit.completeExceptionally(starting());
            return;
        }
        guarded(() -> commands.start(node, command, sink, exit, started));
    }

    void input(@Nullable String correlation, byte[] part, boolean last, CompletableFuture<Void> room) {
        commands.input(String.valueOf(correlation), part, last, room);
    }

    void cancel(String correlation) {
        commands.cancel(correlation);
    }

    private static IllegalStateException starting() {
        return new IllegalStateException("The resource manager is starting or stopping: try again shortly.");
    }

    private static IllegalStateException notDurable(String reason) {
        return new IllegalStateException("The wish could not be made durable, " + reason + ": try again.");
    }
}
