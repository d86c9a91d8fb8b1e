package org.kochab.partition.internal.core.tenant;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodSpec;
import org.kochab.api.node.Claim;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.Reading;
import org.kochab.api.node.Release;
import org.kochab.partition.internal.core.tenant.PodRecord.Eviction;
import org.kochab.partition.internal.core.tenant.PodRecord.Stage;
import org.kochab.partition.internal.core.view.ClusterModel;

/**
 * The pods of one tenant partition, compared with the claims that resource managers have for them: what is to be placed, claimed, bound, ended,
 * written. Level-triggered: whatever becomes known of a pod, {@link #check} looks at all of it again.
 *
 * <p>Not thread-safe, but for {@link #find}. Times are nanoseconds of the caller's monotonic clock.
 */
public final class PodDesk {
    private final String partition;
    private Reading reading;
    /** Older pods may have a claim that a former leader asked for. */
    private final long takenOverAt;

    final ClusterModel model = new ClusterModel();
    final NodeFacts nodes = new NodeFacts();
    final PendingQueue queue = new PendingQueue();
    final VolumeDesk volumes = new VolumeDesk(this);
    final SpecPool specs = new SpecPool();
    private final ConcurrentHashMap<String, PodRecord> byKey = new ConcurrentHashMap<>();
    private final Map<String, PodRecord> byUid = new HashMap<>();
    private final Map<String, LinkedHashSet<PodRecord>> byNode = new HashMap<>();
    final Resizes resizes = new Resizes(this);
    final Permits permits = new Permits();
    private final Wishes wishes = new Wishes();
    private final TenantRing<PodRecord> dirty = new TenantRing<>();
    private final ArrayDeque<PodRecord> statics = new ArrayDeque<>();
    private final Set<String> unread;
    private final Set<String> lost = new TreeSet<>();
    private final Set<String> managers;
    /** Managers of which all that they hold is known now. */
    private final Set<String> read = new TreeSet<>();

    private Set<String> outOfSight = new TreeSet<>();
    private final Moves moves = new Moves();
    private boolean helpful;
    private boolean nodesChanged;

    /**
     * @param managers all resource managers there are, whether they can be reached or not
     * @param takenOverAt the partition's revision when this leader began
     */
    public PodDesk(String partition, long epoch, long takenOverAt, Set<String> managers) {
        this.partition = partition;
        this.reading = new Reading(epoch, takenOverAt);
        this.takenOverAt = takenOverAt;
        this.unread = new TreeSet<>(managers);
        this.managers = new TreeSet<>(managers);
    }

    String partition() {
        return partition;
    }

    /** What managers are to be told before they are read, and what all is asked under. */
    public Reading reading() {
        return reading;
    }

    /** A pod by its key; any thread. */
    public Optional<PodRecord> find(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    @Nullable
    PodRecord byUid(String uid) {
        return byUid.get(uid);
    }

    /** What is known of claims and their volumes. */
    public VolumeDesk volumes() {
        return volumes;
    }

    /** What hooks have a word in. */
    public Permits permits() {
        return permits;
    }

    /** Managers that were not yet read since this leader began, sorted. */
    public Set<String> unread() {
        return unread;
    }

    public int pods() {
        return byUid.size();
    }

    Collection<PodRecord> all() {
        return byUid.values();
    }

    /** All resource managers there are now. */
    public void managers(Set<String> all) {
        managers.clear();
        managers.addAll(all);
    }

    /** Managers of which it is not known now what of a tenant they hold, sorted: nothing is ended for what they might have. */
    Set<String> unknown(String tenant) {
        Set<String> unknown = new TreeSet<>(managers);
        unknown.removeAll(read);
        unknown.addAll(moves.unasked(tenant));
        return unknown;
    }

    /** What a manager does is not followed any more, until it is read again. */
    public void unfollowed(String manager) {
        read.remove(manager);
    }

    /** Pods that wait for a scheduler. */
    public int waiting() {
        return queue.size();
    }

    public void podPut(String key, long revision, long createRevision, Pod pod) {
        if (pod.spec() == null || pod.metadata().uid() == null) {
            return;
        }
        String uid = pod.metadata().uid();
        PodRecord r = byKey.get(key);
        if (r != null && !r.uid.equals(uid)) {
            podDeleted(key);
            r = null;
        }
        if (r == null) {
            r = new PodRecord(key, uid, createRevision, specs.take(pod, pod.spec()));
            byKey.put(key, r);
            byUid.put(uid, r);
            claims(r, pod.spec());
        } else if (revision < r.revision) {
            return;
        } else if (generation(pod) != r.generation
                || !r.shared.labels.equals(pod.metadata().labels())) {
            changed(r, pod, pod.spec());
        }
        r.revision = revision;
        r.generation = generation(pod);
        r.deleting = pod.metadata().deletionTimestamp() != null;
        r.forced = pod.metadata().annotations().containsKey(Changes.FORCE);
        r.graceSeconds = pod.metadata().deletionGracePeriodSeconds() == null
                ? 30
                : pod.metadata().deletionGracePeriodSeconds();
        r.terminal = PodImage.isTerminal(pod.status());
        r.saysPending = PodImage.isResizePending(pod.status());
        placed(r, pod.spec().nodeName());
        check(r);
    }

    private static long generation(Pod pod) {
        return pod.metadata().generation() == null ? 1 : pod.metadata().generation();
    }

    /** Its labels or its spec: it waits among other equals from now on. */
    private void changed(PodRecord r, Pod pod, PodSpec spec) {
        SpecPool.Shared before = r.shared;
        r.shared = specs.take(pod, spec);
        specs.give(before);
        queue.remove(r);
        volumes.forget(r);
        claims(r, spec);
    }

    /** Knows the claims that a pod has. */
    private void claims(PodRecord r, PodSpec spec) {
        r.asked = VolumeSight.hasClaims(spec) ? SpecPool.plain(spec) : null;
        if (r.asked != null) {
            volumes.known(r);
            resolve(r, r.asked, spec.nodeName() != null);
        }
    }

    private void resolve(PodRecord r, PodSpec asked, boolean placed) {
        VolumeSight sight = volumes.sight(r.shared.tenant, r.shared.namespace, asked, placed);
        if (!sight.spec().equals(r.shared.spec)) {
            SpecPool.Shared before = r.shared;
            r.shared = specs.take(before, sight.spec());
            specs.give(before);
            queue.remove(r);
        }
        r.volumeLack = sight.lacks();
        if (r.volumeLack != null) {
            queue.remove(r);
        }
    }

    /** Something about a pod's claims or their volumes is known that was not. */
    void volumesChanged(PodRecord r) {
        if (r.asked != null) {
            resolve(r, r.asked, r.node != null);
            check(r);
        }
    }

    private void placed(PodRecord r, @Nullable String node) {
        if (node == null || node.equals(r.node)) {
            return;
        }
        r.node = node;
        byNode.computeIfAbsent(node, n -> new LinkedHashSet<>()).add(r);
        queue.remove(r);
        if (r.stage == Stage.CLAIMING && !node.equals(r.target)) {
            model.forget(r.uid, String.valueOf(r.target));
        }
        permits.bound(r, node);
        r.stage = Stage.BOUND;
        r.target = node;
        r.refusals = List.of();
        r.message = "";
        r.notNominated("");
        r.unschedulable = null;
    }

    public void podDeleted(String key) {
        PodRecord r = forget(key);
        if (r != null && r.claimNode != null && r.claimManager != null) {
            wish(r.claimManager, r.claimNode, r.uid, 0, r.forced);
        }
    }

    private @Nullable PodRecord forget(String key) {
        PodRecord r = byKey.remove(key);
        if (r == null) {
            return null;
        }
        byUid.remove(r.uid);
        volumes.forget(r);
        queue.remove(r);
        permits.released(r);
        specs.give(r.shared);
        resizes.forget(r);
        if (r.node != null) {
            Set<PodRecord> there = byNode.get(r.node);
            if (there != null && there.remove(r) && there.isEmpty()) {
                byNode.remove(r.node);
            }
        }
        return r;
    }

    /** A tenant is not, or no longer, this partition's: its pods and their claims are none of its business. */
    public void closed(String tenant) {
        moves.closed(tenant);
        volumes.closed(tenant);
        List<String> keys = byUid.values().stream()
                .filter(r -> r.tenant().equals(tenant))
                .map(PodRecord::key)
                .toList();
        for (String key : keys) {
            PodRecord r = forget(key);
            if (r != null) {
                wishes.drop(r.uid);
            }
        }
    }

    /**
     * A tenant is this partition's from now on. Its pods may have claims at any of these managers, which are not read as this partition's before
     * the managers are read again; and what was asked before it was closed may still be under way to them.
     *
     * @param revision the partition's, at which it came
     */
    public void opened(String tenant, Set<String> managers, long revision) {
        reading = new Reading(reading.epoch(), Math.max(reading.revision(), revision));
        moves.opened(tenant, managers);
    }

    public boolean isClosed(String tenant) {
        return moves.isClosed(tenant);
    }

    /** Tenants that are closed now. */
    public Set<String> closed() {
        return moves.closed();
    }

    /** Whether it has a pod as it is at this revision. */
    public boolean has(String key, long revision) {
        PodRecord r = byKey.get(key);
        return r != null && r.revision == revision;
    }

    /** The keys of all pods known, for comparing with a new list. */
    public Set<String> keys() {
        return new HashSet<>(byKey.keySet());
    }

    public void nodePut(String manager, Node node, long revision, long now) {
        if (!nodes.put(manager, node, now)) {
            model.seen(manager, revision);
            return;
        }
        model.putNode(manager, node, revision);
        nodesChanged = true;
        resizes.wake(String.valueOf(node.metadata().name()));
        helpful = true;
    }

    /**
     * Whether a node that changed its manager is known as the new one's. Then its claims are, too, and what the former manager does with its copy does not
     * matter any more.
     */
    public boolean isMoved(String node, String from, String to) {
        if (!to.equals(nodes.manager(node))) {
            return false;
        }
        for (PodRecord r : byUid.values()) {
            if (node.equals(r.claimNode) && from.equals(r.claimManager)) {
                r.claimManager = to;
                check(r);
            }
        }
        return true;
    }

    /** The resource manager that a node is at. */
    public Optional<String> manager(String node) {
        return Optional.ofNullable(nodes.manager(node));
    }

    public void nodeDeleted(String manager, String node, long revision) {
        nodes.remove(manager, node);
        model.removeNode(manager, node, revision);
        nodesChanged = true;
    }

    /** What a claim is known as before it is decoded: the very claim this leader asked for, if it did. */
    public @Nullable Claim asked(String uid, String node) {
        PodRecord r = byUid.get(uid);
        return r != null && r.claim != null && r.claim.node().equals(node) ? r.claim : null;
    }

    public void claimPut(String manager, Claim claim, long revision) {
        if (nodes.isLeft(manager, claim.node())) {
            model.seen(manager, revision);
            wishes.drop(manager, claim.podUid());
            return;
        }
        model.putClaim(manager, claim, revision);
        resizes.wake(claim.node());
        if (claim.finished()) {
            helpful = true;
        }
        if (!partition.equals(claim.partition())) {
            wishes.drop(manager, claim.podUid());
            return;
        }
        if (moves.isClosed(claim.tenant())) {
            return;
        }
        wishes.shown(manager, claim);
        PodRecord r = byUid.get(claim.podUid());
        if (r == null) {
            // The pod positively does not exist: all pods are known before any claim is.
            if (claim.releaseGraceSeconds() == null) {
                Long grace = claim.spec() == null ? null : claim.spec().terminationGracePeriodSeconds();
                wish(manager, claim.node(), claim.podUid(), grace == null ? 30 : grace, false);
            }
            return;
        }
        String meant = r.node != null ? r.node : r.stage == Stage.WAITING ? claim.node() : r.target;
        if (!claim.node().equals(meant)) {
            // A former leader's claim came late, or the pod went elsewhere: only one may stay.
            if (claim.releaseGraceSeconds() == null) {
                wish(manager, claim.node(), claim.podUid(), 0, false);
            }
            return;
        }
        r.claimNode = meant;
        r.claimManager = manager;
        r.claimGrace = claim.releaseGraceSeconds();
        claimed(r, claim.generation());
        check(r);
        if (r.stage != Stage.CLAIMING) {
            // It was needed for asking, and for knowing this one.
            r.claim = null;
        }
    }

    /** It is known that the claim is of this generation or a newer one. */
    void claimed(PodRecord r, long generation) {
        volumes.used(r);
        if (generation > Math.max(1, r.claimGeneration)) {
            dirty(r);
        }
        r.claimGeneration = Math.max(r.claimGeneration, generation);
    }

    private void unclaimed(PodRecord r) {
        r.claimNode = null;
        r.claimManager = null;
        r.claimGrace = null;
        r.claimGeneration = 0;
        check(r);
    }

    public void claimDeleted(String manager, String node, String uid, long revision) {
        model.removeClaim(manager, node, uid, revision);
        resizes.wake(node);
        helpful = true;
        wishes.drop(manager, uid);
        PodRecord r = byUid.get(uid);
        if (r != null && node.equals(r.claimNode) && manager.equals(r.claimManager)) {
            unclaimed(r);
        }
    }

    public void reported(String manager, PodReport report) {
        PodRecord r = byUid.get(report.podUid());
        if (r != null && !r.terminal && !nodes.isLeft(manager, report.node())) {
            r.report = report;
            dirty(r);
        }
    }

    /** A manager's revision that changed nothing here. */
    public void seen(String manager, long revision) {
        model.seen(manager, revision);
    }

    /** Before everything a manager holds is put again. */
    public void beginRead(String manager) {
        model.beginRelist(manager);
    }

    /**
     * After it: what was not put is not there.
     *
     * @param present the manager's nodes
     * @param claimed uids of this partition's claims there
     */
    public void endRead(String manager, Set<String> present, Set<String> claimed, long revision) {
        model.endRelist(manager, revision);
        read.add(manager);
        nodesChanged = true;
        nodes.keepOnly(manager, present);
        wishes.keepOnly(manager, claimed);
        if (lost.remove(manager)) {
            outOfSight = nodes.of(lost);
        }
        boolean first = moves.read(manager) | unread.remove(manager);
        resizes.wakeAll();
        helpful = true;
        for (PodRecord r : new ArrayList<>(byUid.values())) {
            if (manager.equals(r.claimManager) && !claimed.contains(r.uid)) {
                unclaimed(r);
            } else if (first) {
                check(r);
            }
        }
    }

    /** A manager cannot be reached: nothing is placed on its nodes meanwhile, and nothing else changes. */
    public void lost(String manager) {
        model.beginRelist(manager);
        model.endRelist(manager, 0);
        lost.add(manager);
        nodesChanged = true;
        outOfSight = nodes.of(lost);
    }

    /** Whether nodes have changed, or come into sight or gone out of it, since this was asked last. */
    public boolean takeNodesChanged() {
        boolean changed = nodesChanged;
        nodesChanged = false;
        return changed;
    }

    /** All nodes in sight, in no order. */
    public List<Node> nodesInSight() {
        return model.all();
    }

    /** Whether these are all there are: every manager has been read, and can be reached. */
    public boolean seesAllNodes() {
        return unread.isEmpty() && lost.isEmpty();
    }

    /** Nodes of managers that cannot be reached; the set does not change. */
    public Set<String> outOfSight() {
        return outOfSight;
    }

    /** Looks at all that is known of a pod. */
    void check(PodRecord r) {
        resizes.check(r);
        if (r.deleting) {
            checkEnding(r);
            return;
        }
        switch (r.stage) {
            case BOUND -> {
                if (r.claimNode == null && !r.terminal && isPositive(r)) {
                    r.stage = Stage.CLAIMING;
                    r.isStatic = true;
                    r.target = r.node;
                    statics.add(r);
                }
            }
            case WAITING -> {
                if (r.claimNode != null && r.claimGrace == null) {
                    queue.remove(r);
                    r.target = r.claimNode;
                    r.stage = Stage.BINDING;
                    dirty(r);
                } else if (r.claimNode == null && r.volumeLack != null) {
                    withoutVolumes(r, r.volumeLack);
                } else if (r.claimNode == null && !r.queued) {
                    if (isPositive(r)) {
                        queue.add(r);
                    } else {
                        Set<String> silent = new TreeSet<>(unread);
                        silent.addAll(moves.unasked(r.tenant()));
                        r.message = "It waits until resource managers " + silent
                                + " can be reached: one of them may have placed it for the partition's former leader.";
                    }
                }
            }
            case CLAIMING -> {
                if (r.claimNode != null && r.claimNode.equals(r.target)) {
                    granted(r);
                }
            }
            case BINDING -> dirty(r);
        }
    }

    private void withoutVolumes(PodRecord r, String why) {
        r.message = why;
        r.refusals = List.of();
        if (!why.equals(r.unschedulable) && !volumes.isAboutToBind(r)) {
            r.unschedulable = why;
            dirty(r);
        }
    }

    void granted(PodRecord r) {
        r.refusedInARow = 0;
        if (r.isStatic || r.node != null) {
            r.stage = Stage.BOUND;
            r.message = "";
        } else {
            r.stage = Stage.BINDING;
            dirty(r);
        }
    }

    /** A pod without a node does not get the one it was to have; it waits, and is in no queue. */
    void unreserve(PodRecord r) {
        permits.released(r);
        model.forget(r.uid, String.valueOf(r.target));
        r.claim = null;
        r.stage = Stage.WAITING;
        r.target = null;
    }

    private void checkEnding(PodRecord r) {
        queue.remove(r);
        if (permits.isPending(r)) {
            unreserve(r);
        }
        if (r.stage == Stage.CLAIMING && r.claim == null) {
            // Nothing was asked of a manager: there is no answer to wait for.
            r.stage = r.node == null ? Stage.WAITING : Stage.BOUND;
        }
        if (r.claimNode != null && r.claimManager != null) {
            if (r.forced || r.claimGrace == null || r.claimGrace > r.graceSeconds) {
                wish(r.claimManager, r.claimNode, r.uid, r.graceSeconds, r.forced);
            }
        } else if (r.stage != Stage.CLAIMING && isPositive(r)) {
            r.gone = true;
            dirty(r);
        }
    }

    /** Whether it is known for certain that the pod has no claim that is not known here. */
    private boolean isPositive(PodRecord r) {
        Set<String> unasked = moves.unasked(r.tenant());
        if (!unasked.isEmpty()) {
            String manager = r.node == null ? null : nodes.manager(r.node);
            return manager != null && !unasked.contains(manager) && !unread.contains(manager);
        }
        if (unread.isEmpty()) {
            return true;
        }
        if (r.node != null) {
            String manager = nodes.manager(r.node);
            return manager != null && !unread.contains(manager);
        }
        return r.createRevision > takenOverAt;
    }

    private void wish(String manager, String node, String uid, long grace, boolean force) {
        wishes.add(manager, new Release(uid, node, partition, reading.epoch(), grace, force));
    }

    /** What to ask of a manager now; asked again after 5 seconds until the claim shows it. */
    public List<Release> releases(String manager, int most, long now) {
        return wishes.due(manager, most, now);
    }

    void dirty(PodRecord r) {
        if (!r.dirty) {
            r.dirty = true;
            dirty.add(r.tenant(), r);
        }
    }

    /** Pods to be written, up to {@code most}, tenant by tenant in turn; none that is being written now. */
    public List<PodRecord> takeDirty(int most) {
        List<PodRecord> result = new ArrayList<>(Math.min(most, dirty.size()));
        int look = dirty.size();
        while (look-- > 0 && result.size() < most) {
            PodRecord r = Objects.requireNonNull(dirty.poll());
            if (r.writing) {
                dirty.add(r.tenant(), r);
                continue;
            }
            r.dirty = false;
            if (byUid.get(r.uid) == r) {
                r.writing = true;
                result.add(r);
            }
        }
        return result;
    }

    /** What is to become of a pod that was taken by {@link #takeDirty}. */
    public Changes.Next image(PodRecord r, Pod current, Instant now) {
        return PodImage.next(current, r, now);
    }

    /** What such a write tells once it is durable. */
    public Optional<PodNews> news(PodRecord r, Pod before, Pod after) {
        return PodNews.of(r, before, after);
    }

    /** A write is over. @param again whether it must be looked at once more */
    public void written(PodRecord r, boolean again) {
        r.writing = false;
        if (again && byUid.get(r.uid) == r) {
            dirty(r);
        } else if (!r.dirty && r.report != null && r.report.node().equals(r.node)) {
            // It is in the pod now; a newer one would have made it dirty again.
            r.report = null;
        }
    }

    public boolean hasDirty() {
        return !dirty.isEmpty();
    }

    List<PodRecord> takeStatics() {
        List<PodRecord> result = new ArrayList<>(statics);
        statics.clear();
        return result;
    }

    /** Marks pods whose nodes repelled them for longer than they tolerate. Every second or so. */
    public void evict(long now) {
        for (String node : nodes.repelling()) {
            for (PodRecord r : byNode.getOrDefault(node, new LinkedHashSet<>())) {
                if (!r.deleting && r.eviction == null && !r.terminal) {
                    String why = nodes.eviction(node, r.shared.spec, now);
                    if (why != null) {
                        r.eviction = Eviction.byTaint(why);
                        dirty(r);
                    }
                }
            }
        }
    }

    /** Whether something happened since the last call that could help refused pods. */
    boolean takeHelpful() {
        boolean was = helpful;
        helpful = false;
        return was;
    }
}
