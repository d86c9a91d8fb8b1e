package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kochab.partition.internal.core.view.ClusterModel;
import org.kochab.partition.internal.core.view.ClusterModel.ClaimId;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/**
 * Which pods would have to go so that one that was refused can be placed. Whether it can is asked of the partition's scheduler each time, with a view in
 * which their claims are not there; so all of its rules have their word. For one pod.
 */
public final class Victims {
    /** Pods that are put back one by one, if it is not the amounts alone that keep the pod out. */
    private static final int MOST_PUT_BACK = 8;

    private static final int LONGEST_REASON = 300;

    /** Asks the scheduler. */
    public interface Question {
        /** @return its decision about the group's only pod; empty if it gave none */
        Optional<Decision> ask(ClusterView view, PodGroup group) throws InterruptedException;
    }

    /** A pod that takes room on a node: one that is bound there, or one for which room is kept there. */
    record Candidate(PodRecord pod, String node) {
        ClaimId claim() {
            return new ClaimId(pod.uid, node);
        }

        int priority() {
            return pod.shared.priority();
        }
    }

    /** What can be done. */
    sealed interface Choice {
        /** Nothing needs to be: there is room by now. */
        record NoNeed() implements Choice {}

        /**
         * There will be room.
         *
         * @param victims to be ended; empty if those that are ending are enough
         * @param all these and those on the node that are ending
         */
        record Room(String node, List<Candidate> victims, List<Candidate> all) implements Choice {}

        record None(String why) implements Choice {}
    }

    /** The scheduler gave no answer, so nothing is known. */
    private static final class UnansweredException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final ClusterModel model;
    private final PodRecord pod;
    private final Question question;
    private int asked;

    Victims(ClusterModel model, PodRecord pod, Question question) {
        this.model = model;
        this.pod = pod;
        this.question = question;
    }

    /** How often the scheduler was asked. */
    int asked() {
        return asked;
    }

    /**
     * @param ending pods whose end is under way
     * @param lower others of a lower priority
     */
    Choice choose(List<Candidate> ending, List<Candidate> lower) throws InterruptedException {
        try {
            if (ask(ending) instanceof Decision.Assigned a) {
                return ending.isEmpty() ? new Choice.NoNeed() : new Choice.Room(a.node(), List.of(), ending);
            }
            if (lower.isEmpty()) {
                return new Choice.None("No pod of lower priority has a node");
            }
            Decision d = ask(join(ending, lower));
            return d instanceof Decision.Assigned a
                    ? leastUrgent(a.node(), ending, lower)
                    : new Choice.None("Preemption does not help: removing " + counted(lower)
                            + " of lower priority would not make room: " + reasons((Decision.Rejected) d));
        } catch (UnansweredException e) {
            return new Choice.None("Whether preemption would help is not known: the scheduler gave no answer");
        }
    }

    /** The least urgent level of priorities that is enough, and a node where it is. */
    private Choice leastUrgent(String best, List<Candidate> ending, List<Candidate> lower)
            throws UnansweredException, InterruptedException {
        List<Integer> levels = new ArrayList<>(
                new TreeSet<>(lower.stream().map(Candidate::priority).toList()));
        String node = best;
        int enough = levels.size() - 1;
        for (int from = 0; from < enough; ) {
            int middle = (from + enough) / 2;
            if (ask(join(ending, upTo(levels.get(middle), lower))) instanceof Decision.Assigned a) {
                node = a.node();
                enough = middle;
            } else {
                from = middle + 1;
            }
        }
        return fewest(node, ending, on(node, upTo(levels.get(enough), lower)));
    }

    private static List<Candidate> upTo(int priority, List<Candidate> lower) {
        return lower.stream().filter(c -> c.priority() <= priority).toList();
    }

    private static List<Candidate> on(String node, List<Candidate> some) {
        return some.stream().filter(c -> c.node().equals(node)).toList();
    }

    private static List<Candidate> join(List<Candidate> some, List<Candidate> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /** Kubernetes' reprieve: all of one node off, then put back from the most urgent down while the pod still fits. */
    private Choice fewest(String node, List<Candidate> ending, List<Candidate> there)
            throws UnansweredException, InterruptedException {
        List<Candidate> mostUrgentFirst = there.stream()
                .sorted(Comparator.comparingInt(Candidate::priority)
                        .reversed()
                        .thenComparingLong(c -> c.pod().createRevision)
                        .thenComparing(c -> c.pod().uid))
                .toList();
        List<Candidate> victims = byAmounts(node, ending, mostUrgentFirst);
        Decision d = ask(join(ending, victims));
        if (d instanceof Decision.Rejected && victims.size() < there.size()) {
            victims = mostUrgentFirst;
            d = ask(join(ending, victims));
            for (Candidate c : mostUrgentFirst.subList(0, Math.min(MOST_PUT_BACK, victims.size()))) {
                List<Candidate> fewer = victims.stream().filter(v -> v != c).toList();
                if (d instanceof Decision.Assigned && ask(join(ending, fewer)) instanceof Decision.Assigned a) {
                    victims = fewer;
                    d = a;
                }
            }
        }
        return d instanceof Decision.Assigned a
                ? new Choice.Room(a.node(), victims, join(victims, on(node, ending)))
                : new Choice.None("Preemption does not help: removing " + counted(there) + " of lower priority of node "
                        + node + " would not make room there");
    }

    /** Who must go for the amounts that the pod asks for. */
    private List<Candidate> byAmounts(String node, List<Candidate> ending, List<Candidate> mostUrgentFirst) {
        Map<String, Long> free = new HashMap<>();
        ClusterModel.Absence absence = without(join(ending, mostUrgentFirst));
        ClusterView view = model.view();
        int slot = view.slot(node);
        pod.shared.requests.forEach(
                (name, amount) -> free.put(name, view.allocatable(name)[slot] - view.committed(name)[slot] - amount));
        absence.end();
        List<Candidate> victims = new ArrayList<>();
        for (Candidate c : mostUrgentFirst) {
            Map<String, Long> takes = c.pod().shared.requests;
            if (free.entrySet().stream().allMatch(f -> f.getValue() >= takes.getOrDefault(f.getKey(), 0L))) {
                free.replaceAll((name, amount) -> amount - takes.getOrDefault(name, 0L));
            } else {
                victims.add(c);
            }
        }
        return victims;
    }

    private Decision ask(Collection<Candidate> gone) throws UnansweredException, InterruptedException {
        asked++;
        ClusterModel.Absence absence = without(gone);
        try {
            return question.ask(model.view(), pod.shared.group(List.of(pod.uid)))
                    .filter(d -> !(d instanceof Decision.Assigned a)
                            || model.node(a.node()).isPresent())
                    .orElseThrow(UnansweredException::new);
        } finally {
            absence.end();
        }
    }

    private ClusterModel.Absence without(Collection<Candidate> gone) {
        return model.without(gone.stream().map(Candidate::claim).toList());
    }

    private static String counted(List<Candidate> pods) {
        return pods.size() == 1 ? "the 1 pod" : "all " + pods.size() + " pods";
    }

    private static String reasons(Decision.Rejected no) {
        return Placements.reasons(no.refusals(), LONGEST_REASON);
    }
}
