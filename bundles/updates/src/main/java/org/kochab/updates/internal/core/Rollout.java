package org.kochab.updates.internal.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.kochab.api.update.UpdateStatus.Stage;
import org.kochab.api.update.UpdateStatus.State;

/**
 * Does one update, level-triggered: each step looks at what nodes say and decides what is next. It remembers only since when which node is waited for;
 * whoever takes over begins to wait anew, so that a change of the leader makes no node late. Not thread-safe.
 */
public final class Rollout {
    /** A node that was asked and has not said that it obeys is asked again. */
    private static final long ASK_AGAIN_MILLIS = 30_000;

    private static final int REASONS = 3;

    /** The golden ratio: neighbours by hash code are no neighbours any more. */
    private static final int SPREAD = 0x9E3779B9;

    private final Map<String, Long> waitedSince = new HashMap<>();
    private final Map<String, Long> askedAt = new HashMap<>();

    /**
     * What is to be done.
     *
     * @param record as it is to be written, if it differs; before anybody is asked
     * @param ask nodes to be told to update themselves
     */
    public record Step(UpdateRecord record, List<NodeFacts> ask) {}

    /**
     * @param nodes all that are selected and are this update's
     * @param now monotonic milliseconds
     */
    public Step step(UpdateRecord before, Collection<NodeFacts> nodes, long now) {
        if (before.state() != State.PROGRESSING) {
            waitedSince.clear();
            askedAt.clear();
            return new Step(before, List.of());
        }
        forget(nodes);
        UpdateRecord record = late(before, nodes, now);
        int updated = 0;
        List<NodeFacts> failed = new ArrayList<>();
        List<NodeFacts> underWay = new ArrayList<>();
        List<NodeFacts> waiting = new ArrayList<>();
        for (NodeFacts node : nodes) {
            Stage stage = Standing.of(record, node);
            if (stage == Stage.UPDATED) {
                updated++;
            } else if (stage == Stage.FAILED) {
                failed.add(node);
            } else if (Standing.isUnderWay(record, node) || askedAt.containsKey(node.name())) {
                underWay.add(node);
            } else if (stage == Stage.WAITING) {
                waiting.add(node);
            }
        }
        if (failed.size() > record.spec().maxFailures()) {
            return new Step(record.in(State.STOPPED, stopped(record, failed)), List.of());
        }
        int done = updated + failed.size();
        record = wave(record, nodes.size(), done);
        if (record.state() != State.PROGRESSING) {
            return new Step(record, List.of());
        }
        int scope = record.spec().waves().get(record.wave()).of(nodes.size());
        if (isLast(record)) {
            scope = nodes.size();
        }
        int room = Math.min(scope - done - underWay.size(), record.spec().parallelism() - underWay.size());
        List<NodeFacts> ask = again(record, underWay, now);
        ask.addAll(next(record, waiting, room));
        ask.forEach(n -> askedAt.put(n.name(), now));
        boolean idle = underWay.isEmpty() && ask.isEmpty() && done < scope;
        return new Step(record.in(State.PROGRESSING, progress(underWay, idle)), ask);
    }

    private void forget(Collection<NodeFacts> nodes) {
        Set<String> names = new HashSet<>();
        nodes.forEach(n -> names.add(n.name()));
        waitedSince.keySet().retainAll(names);
        askedAt.keySet().retainAll(names);
    }

    /** A node's time runs only while it is heard of, and begins anew when it comes back. */
    private UpdateRecord late(UpdateRecord before, Collection<NodeFacts> nodes, long now) {
        UpdateRecord record = before;
        long most = before.spec().timeoutSeconds() * 1_000L;
        for (NodeFacts node : nodes) {
            boolean awaited = Standing.isUnderWay(before, node) || askedAt.containsKey(node.name());
            Stage stage = Standing.of(before, node);
            if (!awaited || stage == Stage.UPDATED || stage == Stage.FAILED) {
                waitedSince.remove(node.name());
                askedAt.remove(node.name());
            } else if (!node.ready()) {
                waitedSince.remove(node.name());
            } else {
                long since = waitedSince.computeIfAbsent(node.name(), n -> now);
                if (now - since >= most && record.late().size() <= record.spec().maxFailures()) {
                    record = record.withLate(
                            node.name(),
                            "it did not report the new version within "
                                    + record.spec().timeoutSeconds() + " s");
                }
            }
        }
        return record;
    }

    private static UpdateRecord wave(UpdateRecord before, int all, int done) {
        UpdateRecord record = before;
        while (!isLast(record)) {
            int scope = record.spec().waves().get(record.wave()).of(all);
            int needed = (int) (((long) scope * record.spec().minDonePercent() + 99) / 100);
            if (all == 0 || done < needed) {
                return record;
            }
            record = record.inWave(record.wave() + 1);
        }
        return all > 0 && done == all ? record.in(State.COMPLETED, "") : record;
    }

    private static boolean isLast(UpdateRecord record) {
        return record.wave() >= record.spec().waves().size() - 1;
    }

    private List<NodeFacts> again(UpdateRecord record, List<NodeFacts> underWay, long now) {
        List<NodeFacts> ask = new ArrayList<>();
        for (NodeFacts node : underWay) {
            Long asked = askedAt.get(node.name());
            boolean silent = node.ready() && !Standing.isUnderWay(record, node);
            if (silent && asked != null && now - asked >= ASK_AGAIN_MILLIS) {
                ask.add(node);
            }
        }
        return ask;
    }

    /** In an order that whoever takes over keeps, and that is another one for each update: the first node is not always the same. */
    private static List<NodeFacts> next(UpdateRecord record, List<NodeFacts> waiting, int room) {
        if (room <= 0) {
            return List.of();
        }
        return waiting.stream()
                .sorted(Comparator.<NodeFacts>comparingInt(n -> (record.id() + "/" + n.name()).hashCode() * SPREAD)
                        .thenComparing(NodeFacts::name))
                .limit(room)
                .toList();
    }

    private static String stopped(UpdateRecord record, List<NodeFacts> failed) {
        StringBuilder text = new StringBuilder();
        text.append(failed.size())
                .append(failed.size() == 1 ? " node has failed, " : " nodes have failed, ")
                .append(record.spec().maxFailures())
                .append(" may: ");
        int named = 0;
        for (String line : reasons(record, failed)) {
            if (named == REASONS) {
                text.append(" …");
                break;
            }
            text.append(named++ == 0 ? "" : "; ").append(line);
        }
        return text.toString();
    }

    private static Set<String> reasons(UpdateRecord record, List<NodeFacts> failed) {
        Set<String> lines = new TreeSet<>();
        failed.forEach(n -> lines.add(n.name() + ": " + Standing.reason(record, n)));
        return lines;
    }

    private static String progress(List<NodeFacts> underWay, boolean idle) {
        long away = underWay.stream().filter(n -> !n.ready()).count();
        if (away > 0) {
            return "waits for the return of " + away + (away == 1 ? " node" : " nodes") + " that went away meanwhile";
        }
        return idle ? "waits for nodes that are away" : "";
    }
}
