package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Namespace;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Precondition;
import org.kochab.api.partition.Transaction;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.QuotaAmounts;
import org.kochab.partition.internal.core.tenant.QuotaLedger;
import org.kochab.partition.internal.core.tenant.Versions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the directory for one tenant partition: sets up its new tenants, and closes those that are being deleted, so that nothing new can be
 * created in them. Only the partition's leader does this, on one thread, so a tenant is never set up and closed at the same time. Emptying a
 * closed tenant is a controller's work.
 */
final class TenantLifecycle implements AutoCloseable {
    /** What every tenant has from the beginning. */
    static final List<String> NAMESPACES = List.of("default", "kube-public", "kube-system");

    private static final Logger LOG = LoggerFactory.getLogger(TenantLifecycle.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int PAGE = 1_000;
    /** In the directory: says that the first tenants were made, so that deleting them does not bring them back. */
    private static final String FIRST_TENANTS = "first-tenants";

    private final Workshop shop;
    private final PartitionService partitions;
    private final Partition partition;
    private final Committer committer;
    private final Consumer<TenantId> changed;
    private final Clock clock;
    private final Worker worker;
    /** Tenants that are to be looked at when their move is over. */
    private final Map<String, Entry> fenced = new TreeMap<>();

    /** @param changed told of each tenant of this partition that is new, changed or gone; must return soon */
    TenantLifecycle(Workshop shop, PartitionService partitions, Partition partition, Consumer<TenantId> changed) {
        this(shop, partitions, partition, changed, Clock.REAL);
    }

    TenantLifecycle(
            Workshop shop, PartitionService partitions, Partition partition, Consumer<TenantId> changed, Clock clock) {
        this.shop = shop;
        this.partitions = partitions;
        this.partition = partition;
        this.committer = Committer.of(partition, clock);
        this.changed = changed;
        this.clock = clock;
        this.worker = new Worker("kochab-" + partition.id() + "-tenants");
    }

    void start() {
        worker.start(this::run);
    }

    private void run() throws InterruptedException {
        while (worker.running()) {
            try {
                Optional<Partition> directory = partitions.directory();
                if (directory.isPresent()) {
                    follow(directory.get());
                }
            } catch (GoneException | NotLeaderException | ResourceException e) {
                LOG.debug("{} looks at the directory again: {}", partition.id(), e.getMessage());
            }
            worker.pause(PAUSE);
        }
    }

    private void follow(Partition directory) throws GoneException, InterruptedException {
        try (Following following = begin(directory)) {
            while (worker.running()) {
                following.settleWaiting();
                following.take(following.watch.poll(PAUSE));
            }
        }
    }

    /** Looks at all tenants. */
    Following begin(Partition directory) throws GoneException {
        fenced.clear();
        makeFirst(directory);
        ListPage page = directory.list(ObjectKeys.all(Kind.TENANT), PAGE);
        while (true) {
            for (Entry entry : page.entries()) {
                settle(entry, directory);
            }
            if (page.next().isEmpty()) {
                break;
            }
            page = directory.list(ObjectKeys.all(Kind.TENANT), PAGE, page.next().get());
        }
        return new Following(directory, directory.watch(ObjectKeys.all(Kind.TENANT), page.revision()));
    }

    /** The work without its thread: what one leader of the directory says, from a list of all tenants on. */
    final class Following implements AutoCloseable {
        private final Partition directory;
        private final Watch watch;

        private Following(Partition directory, Watch watch) {
            this.directory = directory;
            this.watch = watch;
        }

        /** Does what is to be done now; waits for nothing new. */
        void round() throws GoneException {
            settleWaiting();
            take(watch.poll());
        }

        private void settleWaiting() {
            List<Entry> waiting = List.copyOf(fenced.values());
            fenced.clear();
            waiting.forEach(entry -> settle(entry, directory));
        }

        private void take(List<WatchEvent> events) {
            for (WatchEvent event : events) {
                if (event instanceof WatchEvent.Put put) {
                    fenced.remove(put.entry().key());
                    settle(put.entry(), directory);
                } else if (event instanceof WatchEvent.Deleted gone) {
                    fenced.remove(gone.previous().key());
                    changed.accept(id(gone.previous()));
                }
            }
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    private static TenantId id(Entry entry) {
        return new TenantId(entry.key().substring(ObjectKeys.all(Kind.TENANT).length()));
    }

    /** @param entry the tenant as the directory had it at some time: a word that is old is not acted on */
    void settle(Entry entry, Partition directory) {
        Tenant tenant = (Tenant) shop.decoded().decode(entry, Kind.TENANT);
        if (!TenantDirectory.partitionOf(tenant).equals(partition.id())) {
            return;
        }
        TenantId id = id(entry);
        // Before the directory is asked: the fence of a tenant that came and left meanwhile is another one.
        Optional<Entry> fence = partition.get(Fence.key(id));
        if (fence.filter(e -> Fence.read(e.value()).role() != Fence.Role.AWAY).isPresent()) {
            fenced.put(entry.key(), entry);
            return;
        }
        boolean open = partition.get(ObjectKeys.openTenant(id)).isPresent();
        boolean ending = tenant.metadata().deletionTimestamp() != null;
        boolean closing = ending
                && (open
                        || !partition
                                .list(ObjectKeys.openNamespaces(id), 1)
                                .entries()
                                .isEmpty());
        if (closing || !ending && !open) {
            if (directory.get(entry.key()).filter(entry::equals).isEmpty()) {
                // What it is now comes by the watch.
                return;
            }
            if (closing) {
                closeDown(id);
            } else {
                setUp(entry, tenant, fence, directory);
            }
        }
        if (!ending) {
            quota(id, tenant).ifPresent(o -> committer.commit(new Transaction(List.of(), List.of(o))));
        }
        changed.accept(id);
    }

    /** What tells the partition what a tenant may have: its writer cannot ask the directory. Empty if it knows. */
    private Optional<Operation> quota(TenantId id, Tenant tenant) {
        String key = QuotaLedger.TENANT_QUOTAS + id;
        Optional<byte[]> known = partition.get(key).map(e -> Versions.json(e.value()));
        Tenant.Quota quota = tenant.spec() == null ? null : tenant.spec().quota();
        if (quota == null) {
            return known.map(k -> new Operation.Delete(key));
        }
        byte[] said = QuotaAmounts.bytes(quota.hard());
        return known.filter(k -> Arrays.equals(k, said)).isPresent()
                ? Optional.empty()
                : Optional.of(new Operation.Put(key, said));
    }

    private void setUp(Entry entry, Tenant stored, Optional<Entry> fence, Partition directory) {
        TenantId tenant = id(entry);
        List<Operation> puts = new ArrayList<>();
        List<Precondition> preconditions = new ArrayList<>();
        String key = ObjectKeys.openTenant(tenant);
        preconditions.add(new Precondition.Absent(key));
        puts.add(new Operation.Put(key, new byte[0]));
        quota(tenant, stored).ifPresent(puts::add);
        long here = Home.of(partition.get(Home.key(tenant))).era();
        long era = era(entry, here, directory);
        if (fence.isPresent()) {
            Fence left = Fence.read(fence.get().value());
            era = Math.max(era, left.era() + 1);
            preconditions.add(
                    new Precondition.AtRevision(fence.get().key(), fence.get().revision()));
            puts.add(new Operation.Delete(fence.get().key()));
        }
        if (era > here) {
            puts.add(new Operation.Put(Home.key(tenant), Home.bytes(era, Long.MAX_VALUE)));
        }
        for (String name : NAMESPACES) {
            Namespace namespace =
                    shop.changes().newNamespace(tenant, name, shop.random().uid(), shop.now());
            puts.add(new Operation.Put(
                    ObjectKeys.prefix(tenant, Kind.NAMESPACE, null) + name, shop.encode(namespace, era)));
            puts.add(new Operation.Put(ObjectKeys.openNamespace(tenant, name), new byte[0]));
            puts.add(shop.defaultAccount(tenant, name, era));
        }
        committer.commit(new Transaction(preconditions, puts));
    }

    /**
     * The era of a new tenant. One of this name may have moved before: no version of the former may be its, and resource managers must take this
     * partition's word for it.
     */
    private long era(Entry entry, long here, Partition directory) {
        TenantId tenant = id(entry);
        Optional<Entry> found = directory.get(MoveRecord.key(tenant));
        if (found.isEmpty()) {
            return here;
        }
        MoveRecord last = MoveRecord.of(found.get());
        MoveRecord next = last.withEra(Math.max(here, last.era()) + 1);
        Transaction change = new Transaction(
                List.of(
                        new Precondition.AtRevision(entry.key(), entry.revision()),
                        new Precondition.AtRevision(
                                found.get().key(), found.get().revision())),
                List.of(new Operation.Put(found.get().key(), next.bytes())));
        if (!last.state().isOver()
                || !(Committer.of(directory, clock).commit(change) instanceof CommitResult.Committed)) {
            throw new ResourceException(
                    ResourceException.Reason.BUSY, "the former tenant " + tenant + " is still being moved");
        }
        return next.era();
    }

    /** After this nothing can come to be in the tenant. Done again by the next leader if this one does not finish it. */
    private void closeDown(TenantId tenant) {
        String key = ObjectKeys.openTenant(tenant);
        // First the tenant, so that no new namespace is missed by the list of namespaces.
        committer.commit(new Transaction(
                List.of(),
                List.of(new Operation.Delete(key), new Operation.Delete(QuotaLedger.TENANT_QUOTAS + tenant))));
        List<Operation> deletes = new ArrayList<>();
        partition
                .list(ObjectKeys.openNamespaces(tenant), 10_000)
                .entries()
                .forEach(e -> deletes.add(new Operation.Delete(e.key())));
        if (!deletes.isEmpty()) {
            committer.commit(new Transaction(List.of(), deletes));
        }
    }

    private void makeFirst(Partition directory) {
        if (directory.get(FIRST_TENANTS).isPresent()) {
            return;
        }
        Optional<PartitionId> first = partitions.partitions().stream()
                .filter(s -> s.spec().kind() == org.kochab.api.partition.PartitionKind.TENANT)
                .map(s -> s.spec().id())
                .min(PartitionId::compareTo);
        if (first.isEmpty() || !first.get().equals(partition.id())) {
            return;
        }
        List<Operation> puts = new ArrayList<>();
        puts.add(new Operation.Put(FIRST_TENANTS, new byte[0]));
        for (TenantId id : List.of(new TenantId("default"), TenantId.SYSTEM)) {
            ObjectMeta meta = ObjectMeta.named(id.value()).created(shop.random().uid(), shop.now());
            Tenant tenant = shop.changes().newTenant(meta, partition.id().value());
            puts.add(new Operation.Put(ObjectKeys.tenant(id), shop.encode(tenant, 0)));
        }
        new Committer("directory", partitions::directory, clock)
                .commit(new Transaction(List.of(new Precondition.Absent(FIRST_TENANTS)), puts));
    }

    @Override
    public void close() {
        worker.close();
    }
}
