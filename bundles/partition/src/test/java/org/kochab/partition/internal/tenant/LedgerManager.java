package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.PodStatus;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.CommandSink;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.NodeStep;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.RunningCommand;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.Transaction;

/**
 * A resource manager without nodes behind it, for the tests of this bundle, which cannot see the real one: exact accounts, durable claims on a
 * real partition. What a node would say is said by the test.
 */
final class LedgerManager implements ResourceManager {
    private final Partition partition;
    private final Codec codec;
    private final Map<String, Map<String, Long>> free = new HashMap<>();
    private final Map<String, Claim> claims = new HashMap<>();
    private final Map<String, Reading> readings = new HashMap<>();
    private final Map<String, TenantOwner> owners = new HashMap<>();
    private long tokens;
    /** Whether released pods end at once, as if every node answered immediately. */
    boolean nodesConfirm = true;

    int refusals;

    /** Commands that came, for the test to answer. */
    final BlockingQueue<Asked> commands = new LinkedBlockingQueue<>();

    record Asked(NodeCommand command, CommandSink sink, CompletableFuture<Integer> exit) {}

    /** If it is there, the next batch of claims goes here, and is not answered. */
    @Nullable
    CompletableFuture<List<ClaimRequest>> delayed;

    LedgerManager(Partition partition, Codec codec) {
        this.partition = partition;
        this.codec = codec;
        for (var e : partition.list(NodeKeys.CLAIMS, 10_000).entries()) {
            Claim claim = codec.decode(e.value(), Claim.class);
            claims.put(claim.podUid(), claim);
        }
    }

    synchronized void node(String name, String cpu, int pods, Node.Taint... taints) {
        Node node = new Node(
                "v1",
                Kind.NODE.name(),
                ObjectMeta.named(name).withLabels(Map.of("kubernetes.io/hostname", name)),
                new Node.Spec(null, List.of(taints)),
                new Node.Status(
                        "Ready",
                        Map.of(),
                        Map.of("cpu", cpu, "memory", "64Gi", "pods", Integer.toString(pods)),
                        List.of(),
                        List.of(),
                        null,
                        List.of(new Node.Runtime("oci", true, null, List.of("cpu"))),
                        List.of(),
                        null));
        Map<String, Long> all = new TreeMap<>();
        all.put("cpu", org.kochab.api.model.Quantity.parse(cpu).milli());
        all.put("memory", 64L << 30);
        all.put("pods", (long) pods);
        if (free.putIfAbsent(name, all) == null) {
            claims.values().stream().filter(c -> c.node().equals(name)).forEach(c -> take(c, -1));
        }
        commit(new Operation.Put(NodeKeys.node(name), codec.encode(node)));
    }

    private void take(Claim claim, int sign) {
        claim.requests().forEach((r, n) -> free.get(claim.node()).merge(r, sign * n, Long::sum));
    }

    private CompletionStage<CommitResult> commit(Operation... operations) {
        return partition.submit(new Transaction(List.of(), List.of(operations)));
    }

    /** The least that was free on any node, of any resource: below 0 if a node was ever oversold. */
    synchronized long least() {
        return free.values().stream()
                .flatMap(m -> m.values().stream())
                .mapToLong(Long::longValue)
                .min()
                .orElse(0);
    }

    synchronized Map<String, Claim> claims() {
        return new TreeMap<>(claims);
    }

    @Override
    public PartitionId id() {
        return partition.id();
    }

    @Override
    public synchronized CompletionStage<List<ClaimAnswer>> claim(List<ClaimRequest> batch) {
        if (delayed != null && delayed.complete(batch)) {
            return new CompletableFuture<>();
        }
        List<ClaimAnswer> answers = new ArrayList<>();
        List<Operation> puts = new ArrayList<>();
        for (ClaimRequest q : batch) {
            answers.add(decide(q, puts));
        }
        if (puts.isEmpty()) {
            long revision = partition.revision();
            return CompletableFuture.completedFuture(
                    answers.stream().map(a -> at(a, revision)).toList());
        }
        return partition.submit(new Transaction(List.of(), puts)).thenApply(r -> answers.stream()
                .map(a -> at(a, ((CommitResult.Committed) r).revision()))
                .toList());
    }

    private static ClaimAnswer at(ClaimAnswer a, long revision) {
        return a instanceof ClaimAnswer.Granted g
                ? new ClaimAnswer.Granted(g.podUid(), g.token(), revision)
                : new ClaimAnswer.Refused(
                        a.podUid(),
                        ((ClaimAnswer.Refused) a).code(),
                        ((ClaimAnswer.Refused) a).message(),
                        ((ClaimAnswer.Refused) a).free(),
                        revision);
    }

    private ClaimAnswer decide(ClaimRequest q, List<Operation> puts) {
        Claim c = q.claim();
        if (!isHeard(c.partition(), q.reading())) {
            return refuse(c, ClaimAnswer.Code.STALE_EPOCH);
        }
        TenantOwner owner = owners.get(c.tenant());
        if (owner != null && !owner.partition().equals(c.partition())) {
            return refuse(c, ClaimAnswer.Code.STALE_EPOCH);
        }
        Claim known = claims.get(c.podUid());
        if (known != null) {
            return known.node().equals(c.node()) && known.releaseGraceSeconds() == null
                    ? new ClaimAnswer.Granted(c.podUid(), known.token(), 0)
                    : refuse(c, ClaimAnswer.Code.CLAIMED_ELSEWHERE);
        }
        Map<String, Long> there = free.get(c.node());
        if (there == null) {
            return refuse(c, ClaimAnswer.Code.NODE_UNAVAILABLE);
        }
        for (var e : c.requests().entrySet()) {
            if (there.getOrDefault(e.getKey(), 0L) < e.getValue()) {
                refusals++;
                return refuse(c, ClaimAnswer.Code.NO_CAPACITY);
            }
        }
        take(c, -1);
        Claim granted = c.withGrant(++tokens);
        claims.put(c.podUid(), granted);
        puts.add(new Operation.Put(NodeKeys.claim(c.node(), c.podUid()), codec.encode(granted)));
        return new ClaimAnswer.Granted(c.podUid(), tokens, 0);
    }

    private boolean isHeard(String from, Reading reading) {
        return readings.merge(from, reading, (a, b) -> a.compareTo(b) > 0 ? a : b)
                .equals(reading);
    }

    private ClaimAnswer refuse(Claim c, ClaimAnswer.Code code) {
        return new ClaimAnswer.Refused(
                c.podUid(), code, "Node " + c.node() + " says " + code, free.getOrDefault(c.node(), Map.of()), 0);
    }

    @Override
    public synchronized CompletionStage<Void> release(List<Release> releases) {
        List<Operation> operations = new ArrayList<>();
        for (Release r : releases) {
            if (r.partitionEpoch()
                    < readings.getOrDefault(r.partition(), Reading.NONE).epoch()) {
                return CompletableFuture.failedFuture(new IllegalStateException("epoch"));
            }
            Claim claim = claims.get(r.podUid());
            if (claim == null
                    || !claim.node().equals(r.node())
                    || !claim.partition().equals(r.partition())) {
                continue;
            }
            if (nodesConfirm || r.force()) {
                operations.addAll(end(claim));
            } else {
                Claim released = claim.withRelease(r.graceSeconds());
                claims.put(r.podUid(), released);
                operations.add(new Operation.Put(NodeKeys.claim(claim.node(), claim.podUid()), codec.encode(released)));
            }
        }
        if (operations.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return commit(operations.toArray(Operation[]::new)).thenApply(r -> null);
    }

    private List<Operation> end(Claim claim) {
        claims.remove(claim.podUid());
        take(claim, 1);
        return List.of(
                new Operation.Delete(NodeKeys.claim(claim.node(), claim.podUid())),
                new Operation.Delete(NodeKeys.report(claim.partition(), claim.podUid())));
    }

    /** The node says that a pod has ended. */
    synchronized void confirm(String uid) {
        Claim claim = claims.get(uid);
        if (claim != null) {
            commit(end(claim).toArray(Operation[]::new));
        }
    }

    /** The node reports a pod. */
    synchronized void report(String uid, PodStatus status) {
        Claim c = claims.get(uid);
        commit(new Operation.Put(
                NodeKeys.report(c.partition(), uid),
                codec.encode(new PodReport(uid, c.tenant(), c.namespace(), c.pod(), c.node(), c.token(), status))));
    }

    @Override
    public synchronized CompletionStage<Void> begin(String by, Reading reading, List<TenantOwner> words) {
        if (!isHeard(by, reading)) {
            return CompletableFuture.failedFuture(new IllegalStateException("reading"));
        }
        List<Operation> operations = new ArrayList<>();
        for (TenantOwner word : words) {
            TenantOwner known = owners.get(word.tenant());
            if (known != null && known.era() > word.era()) {
                return CompletableFuture.failedFuture(new IllegalStateException("era"));
            }
            owners.put(word.tenant(), word);
            for (Claim c : List.copyOf(claims.values())) {
                if (c.tenant().equals(word.tenant()) && !c.partition().equals(word.partition())) {
                    Claim adopted = c.withPartition(word.partition());
                    claims.put(c.podUid(), adopted);
                    operations.add(new Operation.Put(NodeKeys.claim(c.node(), c.podUid()), codec.encode(adopted)));
                    String former = NodeKeys.report(c.partition(), c.podUid());
                    partition.get(former).ifPresent(e -> {
                        operations.add(new Operation.Delete(former));
                        operations.add(new Operation.Put(NodeKeys.report(word.partition(), c.podUid()), e.value()));
                    });
                }
            }
        }
        return operations.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : commit(operations.toArray(Operation[]::new)).thenApply(r -> null);
    }

    @Override
    public CompletionStage<Optional<Node>> update(Node node) {
        return commit(new Operation.Put(
                        NodeKeys.node(String.valueOf(node.metadata().name())), codec.encode(node)))
                .thenApply(r -> Optional.of(node));
    }

    @Override
    public CompletionStage<Optional<String>> remove(String node) {
        return commit(new Operation.Delete(NodeKeys.node(node))).thenApply(r -> Optional.empty());
    }

    @Override
    public CompletionStage<NodeStep.Done> step(NodeStep step) {
        throw new UnsupportedOperationException("moves no nodes");
    }

    @Override
    public RunningCommand command(String node, NodeCommand command, CommandSink sink) {
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        commands.add(new Asked(command, sink, exit));
        return new RunningCommand() {
            @Override
            public CompletionStage<Integer> exit() {
                return exit;
            }

            @Override
            public CompletionStage<Void> input(byte[] part, boolean last) {
                throw new UnsupportedOperationException("no node is behind this manager");
            }

            @Override
            public void cancel() {
                throw new UnsupportedOperationException("no node is behind this manager");
            }
        };
    }
}
