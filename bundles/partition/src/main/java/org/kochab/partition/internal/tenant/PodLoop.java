package org.kochab.partition.internal.tenant;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.ClaimAnswer;
import org.kochab.api.node.ClaimRequest;
import org.kochab.api.node.Release;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.api.placement.PodPlacement;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Placements;
import org.kochab.partition.internal.core.tenant.PodDesk;
import org.kochab.partition.internal.core.tenant.Preemptions;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.spi.secret.Sealer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pod thread of one tenant partition's leader: places pods, claims and binds, ends them, and writes what nodes report. Everything it waits for
 * comes back through its {@link Inbox}; it blocks nowhere else but in a call of its scheduler, which is bounded.
 */
final class PodLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodLoop.class);
    private static final int MOST_A_BATCH = 2_000;
    private static final int MOST_IN_FLIGHT = 8_000;
    private static final int MOST_RELEASES = 1_000;
    private static final int MOST_SAID = 100;
    private static final long TICK = 100_000_000L;

    private final Workshop shop;
    private final PartitionService partitions;
    private final Partition partition;
    private final Function<PartitionId, Optional<ResourceManager>> managers;
    private final ServiceLease<Scheduler> schedulers;
    private final EventRecorder events;
    private final Inbox inbox;
    private final ClaimValues values;
    private final Worker worker;
    private final SchedulerCalls calls;
    private final VolumeBinder binder;
    private final BindHooks hooks;
    private final Runnable hooksChanged = this::wake;
    private final Map<PartitionId, ManagerFeed> feeds = new TreeMap<>();

    private final SeenNodes seen = new SeenNodes();
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
            EventRecorder events,
            Gate gate,
            Sealer sealer,
            Vendors vendors) {
        this(
                shop,
                partitions,
                partition,
                managers,
                schedulers,
                events,
                gate,
                sealer,
                vendors.hooks(),
                new Inbox(),
                new SchedulerCalls("kochab-" + partition.id() + "-scheduler", vendors.batchLimit(), System::nanoTime));
    }

    PodLoop(
            Workshop shop,
            PartitionService partitions,
            Partition partition,
            Function<PartitionId, Optional<ResourceManager>> managers,
            ServiceLease<Scheduler> schedulers,
            EventRecorder events,
            Gate gate,
            Sealer sealer,
            BindHooks hooks,
            Inbox inbox,
            SchedulerCalls calls) {
        this.hooks = hooks;
        this.inbox = inbox;
        this.values = new ClaimValues(shop, partition, sealer);
        this.calls = calls;
        this.events = events;
        this.shop = shop;
        this.partitions = partitions;
        this.partition = partition;
        this.managers = managers;
        this.schedulers = schedulers;
        this.worker = new Worker("kochab-" + partition.id() + "-pods");
        this.desk = new PodDesk(partition.id().value(), partition.epoch(), 0, Set.of());
        this.binder = new VolumeBinder(shop, partition, gate, () -> desk.volumes(), inbox);
    }

    void start() {
        hooks.listen(hooksChanged);
        worker.start(this::run);
    }

    /** A scheduler, a hook or a resource manager came or went. Any thread. */
    void wake() {
        woken = true;
        inbox.signal();
    }

    /** The nodes, for controllers. */
    SeenNodes seen() {
        return seen;
    }

    /** What is wrong with the scheduler of this name here. Any thread. */
    Optional<Trouble> trouble(String of) {
        return of.equals(scheduler) ? calls.trouble() : Optional.empty();
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

    /**
     * Finds the resource manager of a node, as far as this leader knows it. Any thread.
     *
     * @param found told on the loop's thread; never if the loop has ended
     */
    void manager(String node, Consumer<Optional<ResourceManager>> found) {
        inbox.post(() -> found.accept(desk.manager(node).map(PartitionId::new).flatMap(managers)));
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
        return new Leading(new PodDesk(partition.id().value(), partition.epoch(), takenOverAt, managerNames()));
    }

    /** The loop's work without its thread. */
    final class Leading implements AutoCloseable, PodFeed.Tenants {
        private final PodDesk fresh;
        private final Placements placements;
        private final PodWrites writes;
        private final PodFeed pods;
        private long ticked;
        private boolean first = true;

        private Leading(PodDesk fresh) {
            this.fresh = fresh;
            this.placements = new Placements(fresh, values);
            this.writes = new PodWrites(shop, partition, fresh, inbox, events);
            desk = fresh;
            this.pods = new PodFeed(shop, partition, fresh, inbox, this);
        }

        /** Does what is to be done now. @return nanoseconds to wait at most for something new */
        long round() throws InterruptedException {
            long now = inbox.nanos();
            if (first || woken || now - ticked > TICK) {
                first = false;
                ticked = now;
                tick(fresh, placements, pods, now);
            }
            boolean busy = pods.read();
            for (ManagerFeed feed : feeds.values()) {
                busy |= feed.read(now);
            }
            busy |= place(placements);
            preempt(placements.preemptions());
            hooks.work(fresh.permits(), inbox);
            claim(placements);
            fresh.volumes().takeChoices().forEach(binder::bind);
            release(fresh);
            writes.submit();
            long due = Math.min(placements.nextDue(), ticked + TICK);
            return busy ? 0 : Math.min(TICK, Math.max(1, due - inbox.nanos()));
        }

        @Override
        public void arrived(String tenant, long revision) {
            fresh.opened(tenant, managerNames(), revision);
            events.arrived(new TenantId(tenant));
            changed();
        }

        @Override
        public void changed() {
            feeds.values().forEach(ManagerFeed::restart);
        }

        @Override
        public void valuesChanged(String tenant, String namespace) {
            placements.valuesChanged(tenant, namespace, inbox.nanos());
        }

        @Override
        public void close() {
            pods.close();
        }
    }

    private Set<String> managerNames() {
        return managerIds().stream().map(PartitionId::value).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<PartitionId> managerIds() {
        return partitions.partitions().stream()
                .map(PartitionStatus::spec)
                .filter(s -> s.kind() == PartitionKind.RESOURCE_MANAGER)
                .map(s -> s.id())
                .toList();
    }

    private void tick(PodDesk fresh, Placements placements, PodFeed pods, long now) {
        List<PartitionId> there = managerIds();
        fresh.managers(managerNames());
        feeds.values().removeIf(feed -> !there.contains(feed.manager()) && feed.isRemoved(partitions.directory()));
        for (PartitionId id : there) {
            feeds.computeIfAbsent(
                    id,
                    m -> new ManagerFeed(
                            m, partition, fresh, shop.decoded(), partitions::partition, managers, inbox, pods::owned));
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
        if (fresh.takeNodesChanged()) {
            seen.show(fresh.nodesInSight(), fresh.seesAllNodes());
        }
        fresh.evict(now);
        placements.say(MOST_SAID, now);
    }

    /** One batch. @return whether there may be more to do at once */
    private boolean place(Placements placements) throws InterruptedException {
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
            SchedulerCalls.Answer answer = calls.place(lease, placements.view(), batch.groups(), seed());
            if (answer instanceof SchedulerCalls.Answer.None none) {
                placements.stopped(batch, none.why(), inbox.nanos());
                return false;
            }
            List<Decision> decisions = ((SchedulerCalls.Answer.Decided) answer).decisions();
            calls.decided(batch.pods().size(), placements.decided(batch, decisions, scheduler, inbox.nanos()));
            return true;
        }
    }

    /** Pods that were refused, one at a time. */
    private void preempt(Preemptions preemptions) throws InterruptedException {
        if (!preemptions.isDue(inbox.nanos())) {
            return;
        }
        Optional<ServiceLease<Scheduler>.Held> held = schedulers.hold(scheduler);
        if (held.isPresent()) {
            try (ServiceLease<Scheduler>.Held lease = held.get()) {
                preemptions.round((view, group) -> calls.placeOne(lease, view, group, seed()), inbox::nanos);
            }
        }
    }

    private long seed() {
        return partition.epoch() * 1_000_003L + seed++;
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
        hooks.unlisten(hooksChanged);
        worker.close();
        binder.close();
        calls.close();
        inbox.signal();
    }
}
