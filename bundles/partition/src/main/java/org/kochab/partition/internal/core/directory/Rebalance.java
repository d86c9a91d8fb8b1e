package org.kochab.partition.internal.core.directory;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionStatus;

/**
 * Gives a member that has come, or come back, its share of the partitions: one after the other, each from whoever leads the most, until nobody leads
 * two more than it does. A member that leads nothing for {@value #IDLE_SETTLES} times as long as is waited before a move is taken for one that has
 * come back: it was too slow to keep its leases, and is not any more. Otherwise partitions stay where they are, so that what was moved by hand is not moved
 * back. Not thread-safe; used by the directory's leader.
 */
public final class Rebalance {
    /** That a partition be led by another member. */
    public record Move(PartitionId partition, String to) {}

    private static final int IDLE_SETTLES = 20;

    private final long settle;
    private @Nullable Set<String> known;
    private final Set<String> newcomers = new TreeSet<>();
    private final Map<String, Long> idleSince = new TreeMap<>();
    private long since;

    /** @param settle how long nothing must have changed before each move */
    public Rebalance(Duration settle) {
        this.settle = settle.toNanos();
    }

    /** Another member leads the directory: what comes meanwhile is its to see. */
    public void pause() {
        known = null;
        newcomers.clear();
        idleSince.clear();
    }

    /** @param now nanoseconds of a monotonic clock */
    public Optional<Move> look(List<PartitionStatus> partitions, List<String> members, long now) {
        Set<String> there = new TreeSet<>(members);
        if (known == null) {
            known = there;
            return Optional.empty();
        }
        if (!there.equals(known)) {
            Set<String> came = new TreeSet<>(there);
            came.removeAll(known);
            newcomers.addAll(came);
            newcomers.retainAll(there);
            known = there;
            since = now;
        }
        List<PartitionStatus> served =
                partitions.stream().filter(s -> s.spec().stage().isServed()).toList();
        newcomers.addAll(idle(served, there, now));
        if (newcomers.isEmpty() || now - since < settle) {
            return Optional.empty();
        }
        if (!served.stream().allMatch(s -> s.leader().isPresent() && s.state().equals("Serving"))) {
            since = now;
            return Optional.empty();
        }
        Optional<Move> move = choose(served, members);
        if (move.isEmpty()) {
            newcomers.clear();
        }
        since = now;
        return move;
    }

    /** Who has led nothing for long; each is named once in that time. */
    private Set<String> idle(List<PartitionStatus> served, Set<String> members, long now) {
        Set<String> leading =
                served.stream().flatMap(s -> s.leader().stream()).collect(Collectors.toCollection(TreeSet::new));
        idleSince.keySet().retainAll(members);
        idleSince.keySet().removeAll(leading);
        Set<String> idle = new TreeSet<>();
        for (String member : members) {
            if (!leading.contains(member)
                    && now - idleSince.computeIfAbsent(member, m -> now) >= IDLE_SETTLES * settle) {
                idleSince.put(member, now);
                idle.add(member);
            }
        }
        return idle;
    }

    private Optional<Move> choose(List<PartitionStatus> served, List<String> members) {
        Map<String, Integer> led = new TreeMap<>();
        members.forEach(m -> led.put(m, 0));
        served.forEach(s -> s.leader().ifPresent(m -> led.merge(m, 1, Integer::sum)));
        String to = newcomers.stream().min(Comparator.comparing(led::get)).orElseThrow();
        String from = members.stream().max(Comparator.comparing(led::get)).orElseThrow();
        if (led.get(from) - led.get(to) < 2) {
            return Optional.empty();
        }
        List<PartitionId> all = served.stream().map(s -> s.spec().id()).toList();
        // The directory stays: who leads it does this.
        return served.stream()
                .filter(s -> s.leader().equals(Optional.of(from)))
                .map(s -> s.spec().id())
                .filter(id -> !id.equals(Directory.ID))
                .min(Comparator.comparing(id -> Spread.rank(id, all, members, to)))
                .map(id -> new Move(id, to));
    }
}
