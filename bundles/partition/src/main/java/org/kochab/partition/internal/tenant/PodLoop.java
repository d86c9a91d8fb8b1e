package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.Release;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.api.placement.PodPlacement;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Placements;
import org.kochab.partition.internal.core.tenant.PodDesk;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pod thread of one tenant partition's leader: places pods, claims and binds, ends them, and writes what nodes report. Everything it waits for
 * comes back through its {@link Inbox}; it blocks nowhere else.
 */
final class PodLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodLoop.class);
    private static final int MOST_A_BATCH = 2_000;
    private static final int MOST_IN_FLIGHT = 8_000;
    private static final int MOST_RELEASES = 1_000;
    private static final int MOST_SAID = 100;
    private static final long TICK = 100_000_000L;
    private static final String PODS = ObjectKeys.all(Kind.POD);

    private final Workshop shop;
    private final PartitionService partitions;
    private final Partition partition;
    private final Function<PartitionId, Optional<ResourceManager>> managers;
    private final ServiceLease<Scheduler> schedulers;
    private final EventRecorder events;
    private final Inbox inbox;
    private final Worker worker;
    private final Map<PartitionId, ManagerFeed> feeds = new TreeMap<>();
    /** Of tenants that came from other partitions, as the desk knows them. */
    private final Map<String, Long> eras = new TreeMap<>();

    private volatile PodDesk desk;
    private volatile String scheduler = "";
    private volatile boolean woken;
    private volatile Set<String> outOfSight = Set.of();
    private long seed;

    PodLoop(
            Workshop shop,
            PartitionService partitions,
            Partition partition,
            Function<PartitionId, Optional<ResourceManager>> managers,
            ServiceLease<Scheduler> schedulers,
            EventRecorder events) {
        this(shop, partitions, partition, managers, schedulers, events, new Inbox());
    }

    PodLoop(
            Workshop shop,
            PartitionService partitions,
            Partition partition,
            Function<PartitionId, Optional<ResourceManager>> managers,
            ServiceLease<Scheduler> schedulers,
            EventRecorder events,
            Inbox inbox) {
        this.inbox = inbox;
        this.events = events;
        this.shop = shop;
        this.partitions = partitions;
        this.partition = partition;
        this.managers = managers;
        this.schedulers = schedulers;
        this.worker = new Worker("kochab-" + partition.id() + "-pods");
        this.desk = new PodDesk(partition.id().value(), partition.epoch(), 0, Set.of());
    }

    void start() {
        worker.start(this::run);
    }

    /** A scheduler or a resource manager came or went. Any thread. */
    void wake() {
        woken = true;
        inbox.signal();
    }

    /** Any thread. */
    Optional<PodPlacement> explain(TenantId tenant, String namespace, String pod) {
        return desk.find(ObjectKeys.pod(tenant.value(), namespace, pod)).map(r -> r.placement(scheduler));
    }

    /** Nodes whose resource manager cannot be reached. Any thread. */
    Set<String> outOfSight() {
        return outOfSight;
    }

    /**
     * Whether this leader knows a node as its new manager's; fails if it leads no more. Any thread; may never complete if the loop has ended.
     */
    CompletionStage<Boolean> isMoved(String node, String from, String to) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        inbox.post(() -> {
            try {
                boolean moved = desk.isMoved(node, from, to);
                // A leader whose time is over might know less than the next one.
                partition.revision();
                answer.complete(moved);
            } catch (NotLeaderException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private void run() throws InterruptedException {
        try {
            lead();
        } catch (NotLeaderException e) {
            LOG.info("{} is led elsewhere now", partition.id());
        } finally {
            feeds.values().forEach(ManagerFeed::stop);
            feeds.clear();
        }
    }

    private void lead() throws InterruptedException {
        Leading leading = begin();
        try {
            while (worker.running()) {
                inbox.await(leading.round()).forEach(Runnable::run);
            }
        } finally {
            leading.close();
        }
    }

    /** Reads all pods. */
    Leading begin() {
        long takenOverAt = partition.revision();
        Set<String> all = new TreeSet<>();
        managerIds().forEach(id -> all.add(id.value()));
        return new Leading(new PodDesk(partition.id().value(), partition.epoch(), takenOverAt, all));
    }

    /** The loop's work without its thread. */
    final class Leading implements AutoCloseable {
        private final PodDesk fresh;
        private final Placements placements;
        private final PodWrites writes;
        private Watch pods;
        private long ticked;
        private boolean first = true;

        private Leading(PodDesk fresh) {
            this.fresh = fresh;
            this.placements = new Placements(fresh);
            this.writes = new PodWrites(shop, partition, fresh, inbox, events);
            desk = fresh;
            this.pods = readPods(fresh);
        }

        /** Does what is to be done now. @return nanoseconds to wait at most for something new */
        long round() {
            long now = inbox.nanos();
            if (first || now - ticked > TICK) {
                first = false;
                ticked = now;
                tick(fresh, placements, now);
            }
            boolean busy = false;
            try {
                busy = readPods(fresh, pods);
            } catch (GoneException e) {
                LOG.info("{} lists its pods again: {}", partition.id(), e.getMessage());
                pods.close();
                pods = readPods(fresh);
            }
            for (ManagerFeed feed : feeds.values()) {
                busy |= feed.read(now);
            }
            busy |= place(placements);
            claim(placements);
            release(fresh);
            writes.submit();
            long due = Math.min(placements.nextDue(), ticked + TICK);
            return busy ? 0 : Math.min(TICK, Math.max(1, due - inbox.nanos()));
        }

        @Override
        public void close() {
            pods.close();
        }
    }

    private List<PartitionId> managerIds() {
        return partitions.partitions().stream()
                .map(PartitionStatus::spec)
                .filter(s -> s.kind() == PartitionKind.RESOURCE_MANAGER)
                .map(s -> s.id())
                .toList();
    }

    private void tick(PodDesk fresh, Placements placements, long now) {
        List<PartitionId> there = managerIds();
        feeds.values().removeIf(feed -> !there.contains(feed.manager()) && feed.isRemoved(partitions.directory()));
        for (PartitionId id : there) {
            feeds.computeIfAbsent(
                    id,
                    m -> new ManagerFeed(
                            m,
                            partition,
                            fresh,
                            shop.decoded().codec(),
                            partitions::partition,
                            managers,
                            inbox,
                            this::owned));
        }
        for (PartitionStatus s : partitions.partitions()) {
            if (s.spec().id().equals(partition.id())) {
                if (!s.spec().scheduler().equals(scheduler)) {
                    scheduler = s.spec().scheduler();
                    woken = true;
                }
            }
        }
        if (woken) {
            woken = false;
            placements.wakeAll(now);
        }
        outOfSight = fresh.outOfSight();
        fresh.evict(now);
        placements.say(MOST_SAID, now);
    }

    /**
     * Tenants that came from other partitions and are here as far as the desk knows: what it is told of their claims it must be able to compare with
     * their pods.
     */
    private List<TenantOwner> owned() {
        List<TenantOwner> owned = new ArrayList<>();
        eras.forEach((tenant, era) -> {
            if (!desk.isClosed(tenant)) {
                owned.add(new TenantOwner(tenant, era, partition.id().value()));
            }
        });
        return owned;
    }

    /** All pods, and a watch from there: of everything, for whether a pod is this partition's is said by its tenant's fence. */
    private Watch readPods(PodDesk to) {
        while (true) {
            try {
                long at = partition.revision();
                readFences(to, at);
                Set<String> gone = to.keys();
                for (Entry entry : Pages.all(partition, PODS, at)) {
                    gone.remove(entry.key());
                    put(to, entry);
                }
                Watch watch = partition.watch("", at);
                watch.onAvailable(inbox::signal);
                gone.forEach(to::podDeleted);
                return watch;
            } catch (GoneException e) {
                LOG.info("{} lists its pods once more: {}", partition.id(), e.getMessage());
            }
        }
    }

    /** A tenant has come if it was closed, or if it is in another era: then it was away and is here again. */
    private void readFences(PodDesk to, long at) throws GoneException {
        Set<String> came = to.closed();
        Map<String, Long> former = new TreeMap<>(eras);
        eras.clear();
        for (Entry home : Pages.all(partition, Home.all(), at)) {
            String tenant = tenant(home.key());
            long era = Home.of(Optional.of(home)).era();
            eras.put(tenant, era);
            if (!Long.valueOf(era).equals(former.get(tenant))) {
                came.add(tenant);
            }
        }
        for (Entry fence : Pages.all(partition, Fences.PREFIX, at)) {
            String tenant = tenant(fence.key());
            came.remove(tenant);
            to.closed(tenant);
        }
        came.forEach(tenant -> arrived(to, tenant, at));
    }

    private static String tenant(String key) {
        return key.split("/", 3)[1];
    }

    private void arrived(PodDesk to, String tenant, long revision) {
        Set<String> all = new TreeSet<>();
        managerIds().forEach(id -> all.add(id.value()));
        to.opened(tenant, all, revision);
        events.arrived(new TenantId(tenant));
        feeds.values().forEach(ManagerFeed::restart);
    }

    private void fence(PodDesk to, WatchEvent event) throws GoneException {
        if (event instanceof WatchEvent.Put put) {
            to.closed(tenant(put.entry().key()));
        } else if (event instanceof WatchEvent.Deleted gone) {
            String tenant = tenant(gone.previous().key());
            arrived(to, tenant, event.revision());
            String prefix = ObjectKeys.prefix(new TenantId(tenant), Kind.POD, null);
            Pages.all(partition, prefix, event.revision()).forEach(entry -> put(to, entry));
        }
    }

    /** A tenant came, or a new one has the name of one that moved: managers must hear that it is this partition's. */
    private void home(PodDesk to, WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            eras.put(
                    tenant(put.entry().key()), Home.of(Optional.of(put.entry())).era());
            if (!to.isClosed(tenant(put.entry().key()))) {
                feeds.values().forEach(ManagerFeed::restart);
            }
        } else if (event instanceof WatchEvent.Deleted gone) {
            eras.remove(tenant(gone.previous().key()));
        }
    }

    private void put(PodDesk to, Entry entry) {
        if (to.isClosed(tenant(entry.key()))) {
            return;
        }
        to.podPut(entry.key(), entry.revision(), entry.createRevision(), (Pod)
                shop.decoded().decode(entry, Kind.POD));
    }

    private boolean readPods(PodDesk to, Watch watch) throws GoneException {
        List<WatchEvent> events = watch.poll();
        boolean any = false;
        for (WatchEvent event : events) {
            String key = event instanceof WatchEvent.Put p
                    ? p.entry().key()
                    : event instanceof WatchEvent.Deleted d ? d.previous().key() : "";
            if (key.startsWith(Fences.PREFIX)) {
                fence(to, event);
            } else if (key.startsWith(Home.all())) {
                home(to, event);
            } else if (key.startsWith(PODS)) {
                any = true;
                pod(to, event);
            }
        }
        return any;
    }

    private void pod(PodDesk to, WatchEvent event) {
        if (event instanceof WatchEvent.Put p) {
            put(to, p.entry());
        } else if (event instanceof WatchEvent.Deleted d) {
            to.podDeleted(d.previous().key());
        }
    }

    /** One batch. @return whether there may be more to do at once */
    private boolean place(Placements placements) {
        long now = inbox.nanos();
        if (placements.inFlight() >= MOST_IN_FLIGHT || !placements.hasReady(now)) {
            return false;
        }
        Placements.Batch batch = placements.take(MOST_A_BATCH, now);
        if (batch.pods().isEmpty()) {
            return false;
        }
        Optional<ServiceLease<Scheduler>.Held> held = schedulers.hold(scheduler);
        if (held.isEmpty()) {
            placements.undecided(
                    batch, "Scheduler " + scheduler + " is not installed now; see kochab:scheduler-list.", now);
            return false;
        }
        try (ServiceLease<Scheduler>.Held lease = held.get()) {
            List<Decision> decisions =
                    lease.service().place(placements.view(), batch.groups(), partition.epoch() * 1_000_003L + seed++);
            placements.decided(batch, decisions, scheduler, inbox.nanos());
            return true;
        } catch (RuntimeException | LinkageError e) {
            LOG.warn(
                    "scheduler {} failed on a batch of {} pods",
                    scheduler,
                    batch.pods().size(),
                    e);
            placements.undecided(
                    batch,
                    "Scheduler " + scheduler + " failed (" + e + "); choose another with kochab:scheduler-use.",
                    inbox.nanos());
            return false;
        }
    }

    private void claim(Placements placements) {
        Map<String, List<ClaimRequest>> all = placements.takeRequests(MOST_A_BATCH, inbox.nanos());
        all.forEach((manager, requests) -> {
            Optional<ResourceManager> to = managers.apply(new PartitionId(manager));
            if (to.isEmpty()) {
                placements.unanswered(
                        requests, "Resource manager " + manager + " cannot be reached now.", inbox.nanos());
                return;
            }
            CompletionStage<List<ClaimAnswer>> answers = to.get().claim(requests);
            answers.whenComplete((list, failure) -> inbox.post(() -> {
                if (failure == null) {
                    placements.answered(manager, requests, list, inbox.nanos());
                } else {
                    placements.unanswered(requests, "Resource manager " + manager + " gave no answer.", inbox.nanos());
                }
            }));
        });
    }

    private void release(PodDesk from) {
        for (PartitionId id : feeds.keySet()) {
            Optional<ResourceManager> to = managers.apply(id);
            if (to.isPresent()) {
                List<Release> releases = from.releases(id.value(), MOST_RELEASES, inbox.nanos());
                if (!releases.isEmpty()) {
                    // Not durable, or lost: the claim does not show it, and it is asked again.
                    to.get().release(releases).whenComplete((done, failure) -> inbox.signal());
                }
            }
        }
    }

    @Override
    public void close() {
        worker.close();
        inbox.signal();
    }
}
