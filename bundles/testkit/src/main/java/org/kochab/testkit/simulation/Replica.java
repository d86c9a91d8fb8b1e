package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.store.PartitionStore;
import org.kochab.testkit.simulation.ReplicaLog.Change;
import org.kochab.testkit.simulation.ReplicatedStore.Rules;
import org.kochab.testkit.simulation.StoreOperation.Failure;

/** One member of the replicated store: its copy, its view of the others, and the changes it orders while it is the primary. */
final class Replica {
    private static final Duration TICK = Duration.ofMillis(60);

    private final ReplicatedStore all;
    private final SimulatedProcess process;
    private final Membership membership;
    final int index;

    // Durable.
    private ReplicaLog log;
    /** The last view in which this copy was one of a majority of owners. */
    private long stamp;
    /** Nothing of an older view is confirmed any more. */
    private long promised;

    private @Nullable View view;
    /** A complete copy in the making; null if the present one is complete, or the view has none to give. */
    private @Nullable ReplicaLog incoming;

    private final Deque<StoreOperation<?>> queue = new ArrayDeque<>();
    private @Nullable StoreOperation<?> current;
    private final Set<Integer> confirmed = new TreeSet<>();
    /** Answers of a view that is not yet known here. */
    private final Map<StoreOperation<?>, Long> early = new LinkedHashMap<>();

    private Runnable changed = () -> {};

    /** A view as one member knows it; two with the same number differ at most in who has become an owner. */
    record View(long number, int primary, Set<Integer> members, Set<Integer> owners) {}

    /** What a member tells of its copy. */
    record State(long stamp, List<Change> changes) {}

    Replica(ReplicatedStore all, int index, SimulatedProcess process, ReplicaLog log) {
        this.all = all;
        this.index = index;
        this.process = process;
        this.log = log;
        this.membership = new Membership(all, this);
    }

    SimulatedProcess process() {
        return process;
    }

    Membership membership() {
        return membership;
    }

    PartitionStore content() {
        return log.content();
    }

    int changes() {
        return log.size();
    }

    @Nullable
    View view() {
        return view;
    }

    long promised() {
        return promised;
    }

    void start(Runnable onChange) {
        changed = onChange;
        view = null;
        incoming = null;
        queue.clear();
        current = null;
        early.clear();
        membership.start();
        tick();
    }

    private void tick() {
        membership.tick();
        View v = view;
        ReplicaLog copy = incoming;
        if (v != null && copy != null) {
            int size = copy.size();
            send(v.primary, to -> to.copied(index, v.number, size));
        }
        replicate();
        process.after(TICK, this::tick);
    }

    private void send(int to, Consumer<Replica> message) {
        Replica receiver = all.replicas.get(to);
        all.network.send(process, receiver.process, () -> message.accept(receiver));
    }

    List<String> seen() {
        View v = view;
        return v == null
                ? List.of(process.name())
                : v.members.stream()
                        .map(i -> all.replicas.get(i).process.name())
                        .toList();
    }

    boolean isMinority() {
        View v = view;
        return v != null && v.members.size() < all.majority();
    }

    private boolean isMajority(View v) {
        int count = all.rules == Rules.COPYING_COUNTS ? v.members.size() : v.owners.size();
        return all.rules == Rules.NO_MAJORITY_CHECK || count >= all.majority();
    }

    // Views.

    @Nullable
    State promise(long number) {
        if (number <= promised) {
            return null;
        }
        promised = number;
        return new State(stamp, log.changes());
    }

    /** Takes a view that it promised to take. */
    void install(View next, List<Change> base) {
        View before = view;
        if (next.number != promised || before != null && before.number >= next.number) {
            return;
        }
        incoming = null;
        if (next.owners.contains(index)) {
            complete(next);
        } else if (next.members.size() >= all.majority()) {
            process.after(all.simulation.between(Duration.ofMillis(1), Duration.ofMillis(1_500)), () -> {
                View now = view;
                if (now != null && now.number == next.number && !now.owners.contains(index)) {
                    incoming = log.of(base);
                }
            });
        }
        view = next;
        queue.forEach(o -> reply(o, Failure.UNKNOWN));
        queue.clear();
        StoreOperation<?> open = current;
        current = null;
        if (open != null) {
            // Whoever went need not confirm it any more.
            boolean kept = next.owners.contains(index) ? log.contains(open.change) : base.contains(open.change);
            reply(open, kept ? null : Failure.UNKNOWN);
        }
        Map<StoreOperation<?>, Long> held = new LinkedHashMap<>(early);
        early.clear();
        held.forEach((o, number) -> answered(o, number, null));
        changed.run();
    }

    private void complete(View v) {
        if (v.owners.size() >= all.majority()) {
            stamp = v.number;
        }
    }

    private void copied(int from, long number, int size) {
        View v = view;
        if (v == null || v.number != number || promised != number || v.primary != index) {
            return;
        }
        if (v.owners.contains(from)) {
            send(from, to -> to.owners(v, size));
        } else if (size == log.size()) {
            Set<Integer> owners = new TreeSet<>(v.owners);
            owners.add(from);
            View next = new View(number, index, v.members, owners);
            view = next;
            complete(next);
            v.members.stream().filter(m -> m != index).forEach(m -> send(m, to -> to.owners(next, size)));
        } else {
            List<Change> missing = log.changes().subList(size, log.size());
            send(from, to -> to.missing(number, size, missing));
        }
    }

    private void missing(long number, int at, List<Change> changes) {
        View v = view;
        ReplicaLog copy = incoming;
        if (v != null && v.number == number && copy != null && copy.size() == at) {
            changes.forEach(copy::append);
        }
    }

    private void owners(View next, int complete) {
        View v = view;
        if (v == null || v.number != next.number || promised != v.number || v.owners.size() >= next.owners.size()) {
            return;
        }
        ReplicaLog copy = incoming;
        if (next.owners.contains(index) && !v.owners.contains(index)) {
            if (copy == null || copy.size() < complete) {
                return;
            }
            log = copy;
            incoming = null;
        }
        view = next;
        if (next.owners.contains(index)) {
            complete(next);
        }
    }

    // Asking.

    void ask(StoreOperation<?> operation) {
        View v = view;
        if (v == null) {
            operation.fail(Failure.REFUSED);
            return;
        }
        process.after(all.timeout, () -> operation.fail(Failure.UNKNOWN));
        send(v.primary, to -> to.asked(operation, v.number));
    }

    private void answered(StoreOperation<?> operation, long number, @Nullable Failure failure) {
        View v = view;
        if (failure != null) {
            operation.fail(failure);
        } else if (v == null || number > v.number) {
            early.put(operation, number);
        } else if (operation.needsMajority()
                && all.rules != Rules.NO_CHECK_AFTERWARDS
                && (number < v.number || !isMajority(v))) {
            operation.fail(Failure.UNKNOWN);
        } else {
            operation.complete();
        }
    }

    // The primary.

    private void asked(StoreOperation<?> operation, long number) {
        View v = view;
        if (operation.begun) {
            return;
        }
        operation.begun = true;
        if (v == null || v.number != number || v.primary != index) {
            reply(operation, Failure.REFUSED);
        } else if (!operation.needsMajority()) {
            operation.run(log.content());
            reply(operation, null);
        } else {
            queue.add(operation);
            next();
        }
    }

    private void next() {
        View v = view;
        while (current == null && !queue.isEmpty() && v != null && promised == v.number) {
            StoreOperation<?> operation = queue.remove();
            if (!isMajority(v)) {
                reply(operation, Failure.REFUSED);
            } else if (operation.run(log.content())) {
                operation.index = log.size();
                log.applied(operation.change);
                current = operation;
                confirmed.clear();
                confirmed.add(index);
                replicate();
                settle();
            } else {
                reply(operation, null);
            }
        }
    }

    private void replicate() {
        View v = view;
        StoreOperation<?> operation = current;
        if (v != null && operation != null) {
            List<Integer> open = new ArrayList<>(v.members);
            open.removeAll(confirmed);
            Change change = operation.change;
            int at = operation.index;
            open.forEach(m -> send(m, to -> to.apply(index, v.number, at, change)));
        }
    }

    private void apply(int from, long number, int at, Change change) {
        View v = view;
        if (v == null || v.number != number || promised != number) {
            return;
        }
        boolean owner = v.owners.contains(index);
        ReplicaLog copy = owner ? log : incoming;
        if (copy != null && copy.size() == at) {
            copy.append(change);
        }
        if (owner && copy != null && copy.size() > at) {
            send(from, to -> to.applied(index, number, at));
        }
    }

    private void applied(int from, long number, int at) {
        View v = view;
        StoreOperation<?> operation = current;
        if (v != null && v.number == number && operation != null && operation.index == at) {
            confirmed.add(from);
            settle();
        }
    }

    private void settle() {
        View v = view;
        StoreOperation<?> operation = current;
        if (v != null && operation != null && promised == v.number && confirmed.containsAll(v.owners)) {
            current = null;
            reply(operation, null);
            next();
        }
    }

    /** Only members of the view are answered. */
    private void reply(StoreOperation<?> operation, @Nullable Failure failure) {
        View v = view;
        if (v != null && v.members.contains(operation.asker.index)) {
            send(operation.asker.index, to -> to.answered(operation, v.number, failure));
        }
    }
}
