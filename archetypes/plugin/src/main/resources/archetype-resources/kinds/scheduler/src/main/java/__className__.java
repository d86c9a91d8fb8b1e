package ${package};

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;
import org.kochab.spi.scheduler.Refusal;
import org.kochab.spi.scheduler.Scheduler;
import org.osgi.service.component.annotations.Component;

/**
 * Places each pod on the first node, by name, that it may go to and that has room. It knows runtimes, node selectors and
 * taints; pods that ask for more are refused, because nobody after it would look.
 */
@Component(service = Scheduler.class, property = Scheduler.NAME_PROPERTY + "=" + ${className}.NAME)
public final class ${className} implements Scheduler {
    static final String NAME = "${artifactId}";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Decision> place(ClusterView view, List<PodGroup> batch, long seed) {
        Room room = new Room(view);
        List<Decision> decisions = new ArrayList<>();
        batch.forEach(group -> decisions.addAll(place(view, group, room)));
        return decisions;
    }

    private static List<Decision> place(ClusterView view, PodGroup group, Room room) {
        Candidates candidates = Candidates.of(view, group.spec());
        List<Integer> slots = candidates.byName();
        List<Decision> decisions = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        int next = 0;
        for (String pod : group.podUids()) {
            // The group's pods are equal: where there is no room for one, there is none for those after it.
            while (next < slots.size() && !room.has(slots.get(next), group)) {
                next++;
            }
            if (next == slots.size()) {
                break;
            }
            int slot = slots.get(next);
            room.take(slot, group);
            taken.add(slot);
            decisions.add(new Decision.Assigned(pod, view.nodeName(slot), 100));
        }
        if (decisions.size() < group.podUids().size()) {
            if (group.allOrNothing()) {
                taken.forEach(slot -> room.giveBack(slot, group));
                decisions.clear();
            }
            List<Refusal> refusals = candidates.refusals("too little free for " + group.requests());
            group.podUids().stream()
                    .skip(decisions.size())
                    .map(pod -> new Decision.Rejected(pod, refusals))
                    .forEach(decisions::add);
        }
        return decisions;
    }

    /** What pods may be placed on, and why they may not be placed on the rest. */
    private static final class Candidates {
        private final ClusterView view;
        private final BitSet open;
        private final List<Refusal> refusals = new ArrayList<>();

        private Candidates(ClusterView view) {
            this.view = view;
            open = (BitSet) view.live().clone();
        }

        static Candidates of(ClusterView view, PodSpec spec) {
            Candidates candidates = new Candidates(view);
            unknown(spec).ifPresent(field -> candidates.keep(
                    new BitSet(),
                    Refusal.Code.UNFIT_EVER,
                    NAME + " does not know " + field + ", another scheduler may"));
            BitSet usable = (BitSet) view.ready().clone();
            usable.andNot(view.unschedulable());
            candidates.keep(usable, Refusal.Code.UNFIT_NOW, "not ready, or closed to new pods");
            candidates.keep(
                    view.withRuntime(spec.runtimeKind()),
                    Refusal.Code.UNFIT_NOW,
                    "no proven runtime of kind " + spec.runtimeKind());
            spec.nodeSelector()
                    .forEach((key, value) -> candidates.keep(
                            view.withLabel(key, value), Refusal.Code.UNFIT_EVER, "no label " + key + "=" + value));
            candidates.keep(tolerated(view, spec), Refusal.Code.UNFIT_EVER, "a taint that is not tolerated");
            return candidates;
        }

        /** The first field that this scheduler does not know. */
        private static Optional<String> unknown(PodSpec spec) {
            if (spec.affinity() != null) {
                return Optional.of("spec.affinity");
            }
            if (!spec.topologySpreadConstraints().isEmpty()) {
                return Optional.of("spec.topologySpreadConstraints");
            }
            boolean ports = spec.tasks().stream()
                    .flatMap(container -> container.ports().stream())
                    .anyMatch(port -> port.hostPort() != null || Boolean.TRUE.equals(spec.hostNetwork()));
            return ports ? Optional.of("ports of the host") : Optional.empty();
        }

        private static BitSet tolerated(ClusterView view, PodSpec spec) {
            BitSet tolerated = (BitSet) view.live().clone();
            for (int number = 0; number < view.taintSets().size(); number++) {
                List<Node.Taint> taints = view.taintSets().get(number);
                if (taints != null && !taints.stream().allMatch(taint -> tolerates(spec, taint))) {
                    tolerated.andNot(view.withTaintSet(number));
                }
            }
            return tolerated;
        }

        private static boolean tolerates(PodSpec spec, Node.Taint taint) {
            return taint.effect().equals("PreferNoSchedule")
                    || spec.tolerations().stream().anyMatch(toleration -> toleration.tolerates(taint));
        }

        private void keep(BitSet slots, Refusal.Code code, String reason) {
            int before = open.cardinality();
            open.and(slots);
            refuse(before - open.cardinality(), code, reason);
        }

        private void refuse(int nodes, Refusal.Code code, String reason) {
            if (nodes > 0) {
                refusals.add(new Refusal(NAME, code, nodes, reason + ": " + nodes + (nodes == 1 ? " node" : " nodes")));
            }
        }

        List<Integer> byName() {
            return open.stream().boxed().sorted(Comparator.comparing(view::nodeName)).toList();
        }

        /** Reasons for every node, most nodes first, once none of the open ones has room. */
        List<Refusal> refusals(String withoutRoom) {
            refuse(open.cardinality(), Refusal.Code.UNFIT_NOW, withoutRoom);
            if (refusals.isEmpty()) {
                return List.of(new Refusal(NAME, Refusal.Code.UNFIT_NOW, 0, "there are no nodes"));
            }
            refusals.sort(Comparator.comparingInt(Refusal::nodes).reversed());
            return refusals;
        }
    }
}
