package org.kochab.rm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Node;
import org.kochab.api.model.Quantity;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;

/**
 * Replays every event of a resource manager's partition from its first revision and adds up, after each revision, what is claimed of each
 * node that the revision touched.
 */
final class ClaimAudit implements Runnable, AutoCloseable {
    private final Codec codec;
    private final Watch watch;
    private final Thread thread = new Thread(this, "claim-audit");
    private final Map<String, Map<String, Long>> capacity = new HashMap<>();
    private final Map<String, Map<String, Claim>> claims = new HashMap<>();
    private final Map<String, String> nodeOfPod = new HashMap<>();
    private final Map<String, Set<String>> partitionsOfNode = new HashMap<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private volatile long seen;
    private long granted;

    ClaimAudit(Partition partition, Codec codec) throws GoneException {
        this.codec = codec;
        watch = partition.watch("", 0);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Set<String> touched = new TreeSet<>();
                long revision = 0;
                for (WatchEvent event : watch.poll(Duration.ofSeconds(1))) {
                    if (event.revision() != revision) {
                        check(revision, touched);
                        touched.clear();
                        revision = event.revision();
                    }
                    take(event, touched);
                }
                check(revision, touched);
                seen = Math.max(seen, revision);
            }
        } catch (GoneException e) {
            violations.add("the audit missed events: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(WatchEvent event, Set<String> touched) {
        if (event instanceof WatchEvent.Put put) {
            Entry entry = put.entry();
            if (entry.key().startsWith(NodeKeys.NODES)) {
                Node node = codec.decode(entry.value(), Node.class);
                capacity.put(node.metadata().name(), amounts(node.status().allocatable()));
                touched.add(node.metadata().name());
            } else if (entry.key().startsWith(NodeKeys.CLAIMS)) {
                Claim claim = codec.decode(entry.value(), Claim.class);
                granted += put.previous().isEmpty() ? 1 : 0;
                claims.computeIfAbsent(claim.node(), n -> new HashMap<>()).put(claim.podUid(), claim);
                partitionsOfNode
                        .computeIfAbsent(claim.node(), n -> new HashSet<>())
                        .add(claim.partition());
                String other = nodeOfPod.put(claim.podUid(), claim.node());
                if (other != null && !other.equals(claim.node())) {
                    violations.add("pod " + claim.podUid() + " is on " + other + " and on " + claim.node());
                }
                touched.add(claim.node());
            }
        } else if (event instanceof WatchEvent.Deleted deleted
                && deleted.previous().key().startsWith(NodeKeys.CLAIMS)) {
            String[] parts = deleted.previous().key().split("/");
            claims.get(parts[1]).remove(parts[2]);
            nodeOfPod.remove(parts[2]);
            touched.add(parts[1]);
        }
    }

    private void check(long revision, Set<String> touched) {
        for (String node : touched) {
            Map<String, Long> sum = new TreeMap<>();
            for (Claim claim : claims.getOrDefault(node, Map.of()).values()) {
                if (!claim.finished()) {
                    claim.requests().forEach((name, amount) -> sum.merge(name, amount, Long::sum));
                }
            }
            sum.forEach((name, amount) -> {
                long most = capacity.getOrDefault(node, Map.of()).getOrDefault(name, 0L);
                if (amount > most) {
                    violations.add("revision " + revision + ": node " + node + " has " + most + " of " + name
                            + ", and claims on " + amount);
                }
            });
        }
    }

    private static Map<String, Long> amounts(Map<String, String> quantities) {
        Map<String, Long> amounts = new TreeMap<>();
        quantities.forEach((name, text) -> {
            Quantity q = Quantity.parse(text);
            amounts.put(name, name.equals("cpu") ? q.milli() : q.units());
        });
        return amounts;
    }

    /** What was found to be wrong. */
    List<String> violations() {
        return new ArrayList<>(violations);
    }

    /** The last revision that was checked. */
    long revision() {
        return seen;
    }

    /** After {@link #close}: how many claims were granted in all. */
    long granted() {
        return granted;
    }

    /** After {@link #close}: nodes on which pods of several tenant partitions have been. */
    long sharedNodes() {
        return partitionsOfNode.values().stream().filter(p -> p.size() > 1).count();
    }

    /** After {@link #close}: where a pod has its claim. */
    Map<String, String> nodeOfPod() {
        return nodeOfPod;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watch.close();
    }
}
