package org.kochab.rm.internal.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.partition.internal.core.kernel.StoredValue;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.spi.store.CommitBatch;
import org.kochab.spi.store.CommitOutcome;
import org.kochab.spi.store.LeaseRecord;
import org.kochab.spi.store.PartitionStore;
import org.kochab.spi.store.StoreHealth;
import org.kochab.spi.store.StorePut;

/**
 * Everything that is durable, in all partitions, at the moment it becomes so; and what must hold of it at every such moment. Nobody in the
 * simulated world knows all of this at once.
 */
final class Truth implements PartitionStore {
    private static final String PODS = "pods/";

    private final PartitionStore store;
    private final Map<String, Long> cpuOfNodes;
    private final Map<String, Long> revisions = new HashMap<>();
    /** Pods that exist, by uid. */
    final TreeMap<String, Pod> pods = new TreeMap<>();
    /** Claims, by partition and key. */
    final TreeMap<String, Claim> claims = new TreeMap<>();

    private final Map<String, String> uids = new HashMap<>();
    private final Set<String> created = new TreeSet<>();
    /** Pods that somebody was told are created. */
    final Set<String> acknowledged = new TreeSet<>();

    private final Decoded decoded = new Decoded(Rig.CODEC, 256, () -> 0);
    private final @Nullable Homes homes;
    private final Map<String, Long> cpuOfTokens = new HashMap<>();
    int grants;
    int resizes;
    int binds;
    int releases;
    int preemptions;
    /** By tenant: the most urgent pod there ever was. */
    private final Map<String, Integer> urgency = new HashMap<>();

    /** @param homes where tenants are, if they move */
    Truth(PartitionStore store, Map<String, Long> cpuOfNodes, @Nullable Homes homes) {
        this.homes = homes;
        this.store = store;
        this.cpuOfNodes = cpuOfNodes;
    }

    static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    @Override
    public CompletionStage<CommitOutcome> commit(CommitBatch batch) {
        CompletionStage<CommitOutcome> stage = store.commit(batch);
        // Not inside the stage, which would keep what is thrown to itself.
        CommitOutcome outcome = stage.toCompletableFuture().join();
        if (outcome instanceof CommitOutcome.Done && batch.revision() > revisions.getOrDefault(batch.partition(), 0L)) {
            revisions.put(batch.partition(), batch.revision());
            List<Entry> puts = batch.puts().stream().map(StoredValue::decode).toList();
            List<String> deletes =
                    batch.deletes().stream().map(key -> new String(key, UTF_8)).toList();
            if (homes != null) {
                homes.committed(batch.partition(), puts, deletes);
            }
            puts.forEach(put -> put(batch.partition(), put));
            deletes.forEach(key -> deleted(batch.partition(), key));
            check();
        }
        return stage;
    }

    private void put(String partition, Entry entry) {
        if (entry.key().startsWith(PODS)) {
            if (isOriginal(partition, entry.key())) {
                pod((Pod) decoded.decode(entry, Kind.POD), entry.key());
            }
        } else if (entry.key().startsWith(NodeKeys.CLAIMS)) {
            claim(partition + "/" + entry.key(), Rig.CODEC.decode(entry.value(), Claim.class));
        }
    }

    /** Whether the key is not that of a copy, which comes or goes with a move. */
    private boolean isOriginal(String partition, String key) {
        return homes == null || homes.isAt(partition, key.split("/", 3)[1]);
    }

    private void pod(Pod pod, String key) {
        String uid = String.valueOf(pod.metadata().uid());
        uids.put(key, uid);
        Pod before = pods.put(uid, pod);
        expect(before != null || created.add(uid), "pod " + uid + " came back");
        expect(before == null || isLive(before) || !isLive(pod), "pod " + uid + " was to end and now is not");
        urgency.merge(String.valueOf(pod.metadata().tenant()), pod.spec().urgency(), Math::max);
        if (before != null && isLive(before) && isPreempted(pod)) {
            preemptions++;
            expect(!isLive(pod), "pod " + uid + " is preempted and does not end");
            expect(before.spec().nodeName() != null, "pod " + uid + " is preempted and has no node");
            expect(
                    urgency.get(pod.metadata().tenant()) > pod.spec().urgency(),
                    "pod " + uid + " is preempted, and its tenant never had a more urgent one");
        }
        String was = before == null ? null : before.spec().nodeName();
        String is = pod.spec().nodeName();
        expect(was == null || was.equals(is), "pod " + uid + " was bound to " + was + " and then to " + is);
        if (was == null && is != null) {
            binds++;
            expect(
                    claims.values().stream()
                            .anyMatch(c -> c.podUid().equals(uid) && c.node().equals(is)),
                    "pod " + uid + " is bound to " + is + " without a claim there");
        }
    }

    private static boolean isPreempted(Pod pod) {
        return pod.status() != null
                && pod.status().conditions().stream().anyMatch(c -> "PreemptionByScheduler".equals(c.reason()));
    }

    /** What was granted under a token. */
    long cpuOf(String manager, long token) {
        return cpuOfTokens.get(manager + "/" + token);
    }

    static long generation(Pod pod) {
        Long generation = pod.metadata().generation();
        return generation == null ? 1 : generation;
    }

    private void claim(String key, Claim claim) {
        Claim before = claims.put(key, claim);
        cpuOfTokens.put(
                key.substring(0, key.indexOf('/')) + "/" + claim.token(),
                claim.requests().get("cpu"));
        if (before == null) {
            grants++;
        } else if (claim.generation() > before.generation()) {
            resizes++;
            expect(claim.token() > before.token(), "the claim of " + claim.podUid() + " has no new token: " + claim);
            Pod pod = pods.get(claim.podUid());
            expect(
                    pod == null || claim.generation() <= generation(pod),
                    "the claim of " + claim.podUid() + " is newer than the pod: " + claim);
        } else {
            expect(before.token() == claim.token(), "the claim of " + claim.podUid() + " has another token: " + claim);
        }
        if (claim.releaseGraceSeconds() != null && (before == null || before.releaseGraceSeconds() == null)) {
            releases++;
            ends(claim, "is released");
        }
    }

    private void deleted(String partition, String key) {
        if (key.startsWith(PODS) && isOriginal(partition, key)) {
            String uid = uids.remove(key);
            if (uid != null) {
                pods.remove(uid);
            }
        } else if (key.startsWith(NodeKeys.CLAIMS)) {
            Claim gone = claims.remove(partition + "/" + key);
            if (gone != null && gone.releaseGraceSeconds() == null) {
                ends(gone, "is gone");
            }
        }
    }

    /** Capacity is given back only for pods that do not exist, are to end, or are bound to another node. */
    private void ends(Claim claim, String what) {
        Pod pod = pods.get(claim.podUid());
        expect(
                !isLive(pod)
                        || pod.spec().nodeName() != null
                                && !pod.spec().nodeName().equals(claim.node()),
                "the claim of pod " + claim.podUid() + " on " + claim.node() + " " + what + ", but the pod exists: "
                        + pod);
    }

    static boolean isLive(@Nullable Pod pod) {
        return pod != null && pod.metadata().deletionTimestamp() == null;
    }

    private void check() {
        Map<String, Long> used = new HashMap<>();
        Map<String, String> placed = new HashMap<>();
        for (Claim c : claims.values()) {
            if (!c.finished()) {
                used.merge(c.node(), c.requests().get("cpu"), Long::sum);
            }
            if (c.releaseGraceSeconds() == null && isLive(pods.get(c.podUid()))) {
                String other = placed.put(c.podUid(), c.node());
                expect(other == null, "pod " + c.podUid() + " has claims on " + other + " and on " + c.node());
            }
        }
        used.forEach((node, cpu) -> expect(
                cpu <= cpuOfNodes.get(node), "node " + node + " is oversold: " + cpu + " of " + cpuOfNodes.get(node)));
    }

    /** What is not yet as it will be when nothing more happens: each claim is a pod's, and each bound pod has one. */
    Optional<String> unsettled() {
        expect(created.containsAll(acknowledged), "not all that was acknowledged was stored");
        Optional<String> away = homes == null ? Optional.empty() : homes.unsettled(claims.values());
        if (away.isPresent()) {
            return away;
        }
        Map<String, Claim> byUid = new TreeMap<>();
        claims.values().stream().filter(c -> c.releaseGraceSeconds() == null).forEach(c -> byUid.put(c.podUid(), c));
        for (Claim c : byUid.values()) {
            Pod pod = pods.get(c.podUid());
            if (!isLive(pod) || !c.node().equals(pod.spec().nodeName())) {
                return Optional.of(
                        "the claim on " + c.node() + " is not that of a bound pod: " + c.podUid() + " " + pod);
            }
        }
        Optional<String> older = byUid.values().stream()
                .filter(c -> c.generation() == generation(pods.get(c.podUid())) == isPending(pods.get(c.podUid())))
                .map(c -> "the claim of " + c.podUid() + " is of generation " + c.generation() + ", and the pod is "
                        + pods.get(c.podUid()))
                .findFirst();
        if (older.isPresent()) {
            return older;
        }
        return pods.entrySet().stream()
                .filter(e -> isLive(e.getValue())
                        && e.getValue().spec().nodeName() != null
                        && !byUid.containsKey(e.getKey()))
                .map(e -> "pod " + e.getKey() + " is bound and has no claim")
                .findFirst();
    }

    /** Whether it says that its node has no room for what it is to be. */
    private static boolean isPending(Pod pod) {
        return pod.status() != null
                && pod.status().conditions().stream().anyMatch(c -> c.type().equals("PodResizePending") && c.isTrue());
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public StoreHealth health() {
        return store.health();
    }

    @Override
    public CompletionStage<Optional<LeaseRecord>> lease(String partition) {
        return store.lease(partition);
    }

    @Override
    public CompletionStage<Boolean> compareAndSetLease(
            String partition, Optional<LeaseRecord> expected, LeaseRecord next) {
        return store.compareAndSetLease(partition, expected, next);
    }

    @Override
    public CompletionStage<Long> load(String partition, Consumer<StorePut> each) {
        return store.load(partition, each);
    }

    @Override
    public CompletionStage<Void> drop(String partition) {
        return store.drop(partition);
    }
}
