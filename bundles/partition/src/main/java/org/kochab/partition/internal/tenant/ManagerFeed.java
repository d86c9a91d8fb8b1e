package org.kochab.partition.internal.tenant;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.PodReport;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionRemoval;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.directory.RemovalRecord;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.PodDesk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one resource manager's nodes, claims and reports into the desk: first all, then every change; again from the start whenever the thread was
 * lost. Before the first reading, and each time a tenant came, the manager is told, so that nothing asked before can still be granted
 * unseen. Used by the pod thread only.
 */
final class ManagerFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerFeed.class);
    private static final int PAGE = 2_000;
    private static final long LOST_AFTER = 2_000_000_000L;
    private static final long TELL_AGAIN = 5_000_000_000L;
    private static final long AFTER_REFUSAL = 100_000_000L;

    private final PartitionId manager;
    private final String name;
    private final Partition own;
    private final PodDesk desk;
    private final Decoded decoded;
    private final Function<PartitionId, Optional<Partition>> partitions;
    private final Function<PartitionId, Optional<ResourceManager>> managers;
    private final Inbox inbox;
    private final Supplier<List<TenantOwner>> owned;

    private boolean told;
    private boolean telling;
    private long tellings;
    private boolean asked;
    private long toldAt;
    private @Nullable Watch nodes;
    private @Nullable Watch claims;
    private @Nullable Watch reports;
    private long lostAt;
    private boolean dropped;

    ManagerFeed(
            PartitionId manager,
            Partition own,
            PodDesk desk,
            Decoded decoded,
            Function<PartitionId, Optional<Partition>> partitions,
            Function<PartitionId, Optional<ResourceManager>> managers,
            Inbox inbox,
            Supplier<List<TenantOwner>> owned) {
        this.owned = owned;
        this.manager = manager;
        this.name = manager.value();
        this.own = own;
        this.desk = desk;
        this.decoded = decoded;
        this.partitions = partitions;
        this.managers = managers;
        this.inbox = inbox;
    }

    /** Takes what is there. @return whether something was */
    boolean read(long now) {
        try {
            if (nodes == null || claims == null || reports == null) {
                return begin(now);
            }
            boolean any = poll(nodes, this::node);
            any |= poll(claims, this::claim);
            any |= poll(reports, this::report);
            return any;
        } catch (GoneException | NotLeaderException e) {
            LOG.info("{} reads resource manager {} again: {}", own.id(), name, e.getMessage());
            stop();
            lostAt = now;
            return false;
        }
    }

    private boolean begin(long now) throws GoneException {
        Optional<Partition> partition = partitions.apply(manager);
        if (partition.isEmpty() || !isTold(now)) {
            if (lostAt == 0) {
                lostAt = now;
            } else if (!dropped && now - lostAt > LOST_AFTER) {
                dropped = true;
                desk.lost(name);
            }
            return false;
        }
        readAll(partition.get());
        lostAt = 0;
        dropped = false;
        return true;
    }

    PartitionId manager() {
        return manager;
    }

    /** Whether the directory says that the manager was removed: only then it is known to have nothing, and nothing waits for it. */
    boolean isRemoved(Optional<Partition> directory) {
        try {
            boolean removed = directory
                    .flatMap(d -> d.get(RemovalRecord.key(manager)))
                    .filter(e -> RemovalRecord.of(e).state() == PartitionRemoval.State.REMOVED)
                    .isPresent();
            if (removed) {
                stop();
                desk.beginRead(name);
                desk.endRead(name, Set.of(), Set.of(), 0);
            }
            return removed;
        } catch (NotLeaderException e) {
            return false;
        }
    }

    /** A tenant came: the manager is told, and read again. */
    void restart() {
        stop();
        told = false;
        tellings++;
        telling = false;
        asked = false;
    }

    /**
     * Whether the manager knows that this leader begins to read, and which tenants that were another partition's are this one's now.
     */
    private boolean isTold(long now) {
        if (told) {
            return true;
        }
        if (asked && now - toldAt < (telling ? TELL_AGAIN : AFTER_REFUSAL)) {
            return false;
        }
        Optional<ResourceManager> to = managers.apply(manager);
        if (to.isPresent()) {
            asked = true;
            telling = true;
            toldAt = now;
            long telling = ++tellings;
            CompletionStage<Void> stage = to.get().begin(own.id().value(), desk.reading(), owned.get());
            stage.whenComplete((done, failure) -> inbox.post(() -> {
                if (telling == tellings) {
                    this.telling = false;
                    told = failure == null;
                }
            }));
        }
        return false;
    }

    private void readAll(Partition p) throws GoneException {
        Set<String> present = new HashSet<>();
        Set<String> claimed = new HashSet<>();
        desk.beginRead(name);
        ListPage page = p.list(NodeKeys.NODES, PAGE);
        long revision = page.revision();
        watch(p, revision);
        each(p, NodeKeys.NODES, page, entry -> {
            Node node = node(entry);
            present.add(String.valueOf(node.metadata().name()));
            desk.nodePut(name, node, entry.revision(), inbox.nanos());
        });
        each(p, NodeKeys.CLAIMS, p.list(NodeKeys.CLAIMS, PAGE), entry -> {
            Claim claim = decoded.codec().decode(entry.value(), Claim.class);
            if (claim.partition().equals(own.id().value())) {
                claimed.add(claim.podUid());
            }
            desk.claimPut(name, claim, entry.revision());
        });
        // What the lists show beyond this revision comes once more by the watches, which changes nothing.
        desk.endRead(name, present, claimed, revision);
        String mine = NodeKeys.REPORTS + own.id() + "/";
        each(
                p,
                mine,
                p.list(mine, PAGE),
                entry -> desk.reported(name, decoded.codec().decode(entry.value(), PodReport.class)));
    }

    private void watch(Partition p, long revision) throws GoneException {
        stop();
        nodes = p.watch(NodeKeys.NODES, revision);
        claims = p.watch(NodeKeys.CLAIMS, revision);
        reports = p.watch(NodeKeys.REPORTS + own.id() + "/", revision);
        nodes.onAvailable(inbox::signal);
        claims.onAvailable(inbox::signal);
        reports.onAvailable(inbox::signal);
    }

    private static void each(Partition p, String prefix, ListPage first, Consumer<Entry> action) throws GoneException {
        ListPage page = first;
        while (true) {
            page.entries().forEach(action);
            if (page.next().isEmpty()) {
                return;
            }
            page = p.list(prefix, PAGE, page.next().get());
        }
    }

    private static boolean poll(Watch watch, Consumer<WatchEvent> action) throws GoneException {
        List<WatchEvent> events = watch.poll();
        events.forEach(action);
        return !events.isEmpty();
    }

    /** All tenant partitions of a member share it. */
    private Node node(Entry entry) {
        return (Node) decoded.decode(entry, Kind.NODE);
    }

    private void node(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            desk.nodePut(name, node(put.entry()), event.revision(), inbox.nanos());
        } else if (event instanceof WatchEvent.Deleted gone) {
            desk.nodeDeleted(name, gone.previous().key().substring(NodeKeys.NODES.length()), event.revision());
        }
    }

    private void claim(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            Entry entry = put.entry();
            Claim claim = null;
            if (put.previous().isEmpty()) {
                claim = desk.asked(uid(entry.key()), node(entry.key()));
            }
            if (claim == null) {
                claim = decoded.codec().decode(entry.value(), Claim.class);
            }
            desk.claimPut(name, claim, event.revision());
        } else if (event instanceof WatchEvent.Deleted gone) {
            String key = gone.previous().key();
            desk.claimDeleted(name, node(key), uid(key), event.revision());
        } else {
            desk.seen(name, event.revision());
        }
    }

    private static String uid(String claimKey) {
        return claimKey.substring(claimKey.lastIndexOf('/') + 1);
    }

    private static String node(String claimKey) {
        return claimKey.substring(NodeKeys.CLAIMS.length(), claimKey.lastIndexOf('/'));
    }

    private void report(WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            desk.reported(name, decoded.codec().decode(put.entry().value(), PodReport.class));
        }
    }

    void stop() {
        desk.unfollowed(name);
        for (Watch w : new Watch[] {nodes, claims, reports}) {
            if (w != null) {
                w.close();
            }
        }
        nodes = null;
        claims = null;
        reports = null;
    }
}
