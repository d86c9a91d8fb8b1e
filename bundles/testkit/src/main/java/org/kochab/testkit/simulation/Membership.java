package org.kochab.testkit.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.testkit.simulation.Replica.State;
import org.kochab.testkit.simulation.Replica.View;
import org.kochab.testkit.simulation.ReplicaLog.Change;
import org.kochab.testkit.simulation.ReplicatedStore.Rules;

/**
 * Who hears whom, and the views that come of it: the first of those who hear each other proposes one, and it holds when all its members
 * have promised to take nothing older.
 */
final class Membership {
    /** Numbers of views are unique: the proposer's index is their last part. */
    private static final int PROPOSERS = 16;

    private final ReplicatedStore all;
    private final Replica replica;
    private long @Nullable [] heard;
    private boolean[] hearsMe = new boolean[0];
    private long[] theirView = new long[0];
    private long beginning;
    private long installed;
    private @Nullable Proposal proposal;

    private static final class Proposal {
        final long number;
        final Set<Integer> members;
        final long at;
        final Map<Integer, State> states = new TreeMap<>();

        Proposal(long number, Set<Integer> members, long at) {
            this.number = number;
            this.members = members;
            this.at = at;
        }
    }

    Membership(ReplicatedStore all, Replica replica) {
        this.all = all;
        this.replica = replica;
    }

    private long now() {
        return replica.process().nanos();
    }

    void start() {
        int n = all.replicas.size();
        long[] never = new long[n];
        Arrays.fill(never, Long.MIN_VALUE / 2);
        heard = never;
        hearsMe = new boolean[n];
        theirView = new long[n];
        beginning = now();
        installed = beginning;
        proposal = null;
    }

    private boolean hears(int other) {
        long[] h = heard;
        return h != null && now() - h[other] < all.detection.toNanos();
    }

    private TreeSet<Integer> heardBothWays() {
        TreeSet<Integer> result = new TreeSet<>();
        for (int i = 0; i < all.replicas.size(); i++) {
            if (i == replica.index || hears(i) && hearsMe[i]) {
                result.add(i);
            }
        }
        return result;
    }

    private void send(int to, Consumer<Membership> message) {
        Replica receiver = all.replicas.get(to);
        all.network.send(replica.process(), receiver.process(), () -> message.accept(receiver.membership()));
    }

    void tick() {
        View view = replica.view();
        // Who has promised to take another view confirms nothing in this one: the others must know.
        long number = view == null || replica.promised() > view.number() ? 0 : view.number();
        for (int i = 0; i < all.replicas.size(); i++) {
            if (i != replica.index) {
                boolean hearing = hears(i);
                int me = replica.index;
                send(i, to -> to.heartbeat(me, hearing, number));
            }
        }
        if (now() - beginning < all.detection.toNanos()) {
            return;
        }
        TreeSet<Integer> there = heardBothWays();
        Proposal open = proposal;
        if (open != null && now() - open.at > all.detection.toNanos() / 2) {
            for (int i : open.members) {
                if (i != replica.index && !open.states.containsKey(i)) {
                    hearsMe[i] = false;
                }
            }
            proposal = null;
        } else if (open == null && there.first() == replica.index && isNeeded(view, there)) {
            propose(there);
        }
    }

    private boolean isNeeded(@Nullable View view, Set<Integer> there) {
        if (view == null || !view.members().equals(there)) {
            return true;
        }
        if (now() - installed < all.detection.toNanos()) {
            return false;
        }
        // Somebody missed it, or promised another.
        return replica.promised() > view.number()
                || there.stream().anyMatch(i -> i != replica.index && theirView[i] != view.number());
    }

    private void heartbeat(int from, boolean hearing, long number) {
        long[] h = heard;
        if (h != null) {
            h[from] = now();
            hearsMe[from] = hearing;
            theirView[from] = number;
        }
    }

    private void propose(Set<Integer> members) {
        long number = (replica.promised() / PROPOSERS + 1) * PROPOSERS + replica.index;
        proposal = new Proposal(number, members, now());
        int me = replica.index;
        members.forEach(m -> send(m, to -> to.proposed(me, number)));
    }

    private void proposed(int from, long number) {
        if (heardBothWays().first() != from) {
            return;
        }
        State state = replica.promise(number);
        if (state != null) {
            int me = replica.index;
            send(from, to -> to.promised(me, number, state));
        }
    }

    private void promised(int from, long number, State state) {
        Proposal open = proposal;
        if (open == null || open.number != number) {
            return;
        }
        open.states.put(from, state);
        if (open.states.keySet().containsAll(open.members)) {
            proposal = null;
            installed = now();
            conclude(open);
        }
    }

    private void conclude(Proposal of) {
        boolean byCount = all.rules == Rules.COPIES_COMPARED_BY_COUNT;
        List<Change> base = of.states.values().stream()
                .max(Comparator.comparingLong((State s) -> byCount ? 0 : s.stamp())
                        .thenComparingInt(s -> s.changes().size()))
                .orElseThrow()
                .changes();
        TreeSet<Integer> owners = new TreeSet<>();
        of.states.forEach((member, state) -> {
            if (byCount
                    ? state.changes().size() == base.size()
                    : state.changes().equals(base)) {
                owners.add(member);
            }
        });
        List<Integer> able = List.copyOf(owners);
        int primary = able.get(all.simulation.below(able.size()));
        View view = new View(of.number, primary, of.members, owners);
        of.members.forEach(m -> {
            Replica to = all.replicas.get(m);
            all.network.send(replica.process(), to.process(), () -> to.install(view, base));
        });
    }
}
