package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta.OwnerReference;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourceRef;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.WorkQueue;
import org.kochab.spi.controller.Controller;
import org.kochab.spi.controller.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all registered controllers over the objects of one tenant partition: every change of an object calls the controllers of its kind, and those of
 * its controlling owner. Two threads call; one follows the partition.
 */
final class ControllerRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerRunner.class);
    private static final int THREADS = 2;
    private static final int CONFLICTS_AT_ONCE = 5;
    private static final long IDLE = 500_000_000L;
    private static final long SHORT = 5_000_000L;
    private static final long LONGEST_REST = 1_000_000_000L;

    /** A controller's look at one object. */
    private record Work(String controller, ResourceRef object) {}

    private final Workshop shop;
    private final Partition partition;
    private final ServiceLease<Controller> controllers;
    private final OwnerView owners;
    private final LeaderContext context;
    private final Inbox follow = new Inbox();
    private final Worker follower;
    private final List<Worker> workers = new ArrayList<>();
    private final WorkQueue<Work> queue = new WorkQueue<>();
    /** Controllers that have been called for every object since they came. */
    private final Set<String> begun = new TreeSet<>();

    private final TenantDirectory directory;

    ControllerRunner(
            Workshop shop,
            Partition partition,
            TenantDirectory directory,
            EventRecorder events,
            NodeCommands commands,
            ServiceLease<Controller> controllers) {
        this.shop = shop;
        this.partition = partition;
        this.directory = directory;
        this.controllers = controllers;
        this.owners = new OwnerView(shop, partition, this::changed, this::opened, follow::signal);
        this.context = new LeaderContext(
                shop, partition, directory, owners, events, commands, ref -> trigger(ref.kind(), ref));
        this.follower = new Worker("kochab-" + partition.id() + "-objects");
        for (int i = 1; i <= THREADS; i++) {
            workers.add(new Worker("kochab-" + partition.id() + "-controllers-" + i));
        }
    }

    void start() {
        follower.start(this::follow);
        workers.forEach(w -> w.start(() -> work(w)));
    }

    /** Controllers came or went. Any thread. */
    void wake() {
        follow.post(this::beginControllers);
    }

    private void follow() throws InterruptedException {
        try {
            beginControllers();
            while (follower.running()) {
                owners.follow();
                follow.await(IDLE).forEach(Runnable::run);
            }
        } catch (NotLeaderException e) {
            LOG.debug("{} is led elsewhere now", partition.id());
        } finally {
            owners.close();
        }
    }

    /** Calls a controller that is new for every object of its kind. */
    private void beginControllers() {
        List<ServiceLease.Listed<Controller>> present = controllers.list();
        Set<String> names = new TreeSet<>();
        for (ServiceLease.Listed<Controller> c : present) {
            // A controller that comes again under its name may know more: it too sees everything.
            String instance = c.name() + "@" + System.identityHashCode(c.service());
            names.add(instance);
            if (begun.add(instance)) {
                all(c.service().kind()).forEach(ref -> add(c.name(), ref));
            }
        }
        begun.retainAll(names);
    }

    private List<ResourceRef> all(Kind kind) {
        List<ResourceRef> refs = new ArrayList<>();
        if (kind == Kind.TENANT) {
            directory.of(partition.id()).forEach(t -> refs.add(tenant(t)));
            return refs;
        }
        if (kind.scope() != Kind.Scope.PLATFORM) {
            owners.keys(ObjectKeys.all(kind)).forEach(key -> refs.add(ObjectKeys.parse(kind, key)));
        }
        return refs;
    }

    private static ResourceRef tenant(TenantId id) {
        return new ResourceRef(TenantId.SYSTEM, Kind.TENANT, null, id.value());
    }

    /** A tenant of this partition was changed. Any thread. */
    void tenantChanged(TenantId id) {
        trigger(Kind.TENANT, tenant(id));
    }

    /** A tenant came, or stays after all: controllers look at everything it has. */
    private void opened(TenantId tenant) {
        for (ServiceLease.Listed<Controller> c : controllers.list()) {
            if (c.service().kind().scope() != Kind.Scope.PLATFORM) {
                owners.keys(ObjectKeys.prefix(tenant, c.service().kind(), null))
                        .forEach(key ->
                                add(c.name(), ObjectKeys.parse(c.service().kind(), key)));
            }
        }
        tenantChanged(tenant);
    }

    private boolean isFenced(ResourceRef object) {
        TenantId tenant = object.kind() == Kind.TENANT ? new TenantId(object.name()) : object.tenant();
        return partition.get(Fence.key(tenant)).isPresent();
    }

    private void changed(OwnerView.Change change) {
        ResourceRef ref = ObjectKeys.parse(change.kind(), change.key());
        trigger(change.kind(), ref);
        Resource object = change.object();
        for (OwnerReference o : object.metadata().ownerReferences()) {
            if (Boolean.TRUE.equals(o.controller())) {
                owner(ref, o).ifPresent(owner -> {
                    for (ServiceLease.Listed<Controller> c : controllers.list()) {
                        if (c.service().kind() == owner.kind()
                                && c.service().owns().contains(change.kind())) {
                            add(c.name(), owner);
                        }
                    }
                });
            }
        }
        String uid = object.metadata().uid();
        if (change.gone() && uid != null) {
            // Those it leaves behind are to notice.
            owners.known(uid).forEach(key -> {
                Kind kind = owners.kindOf(key);
                trigger(kind, ObjectKeys.parse(kind, key));
            });
        }
    }

    private Optional<ResourceRef> owner(ResourceRef of, OwnerReference o) {
        return shop.rules().kinds().stream()
                .filter(k -> k.name().equals(o.kind()) && k.scope() == Kind.Scope.NAMESPACE)
                .findFirst()
                .map(k -> new ResourceRef(of.tenant(), k, of.namespace(), o.name()));
    }

    private void trigger(Kind kind, ResourceRef ref) {
        for (ServiceLease.Listed<Controller> c : controllers.list()) {
            if (c.service().kind() == kind) {
                add(c.name(), ref);
            }
        }
    }

    private void add(String controller, ResourceRef ref) {
        synchronized (queue) {
            queue.add(new Work(controller, ref));
            queue.notify();
        }
    }

    private void work(Worker self) throws InterruptedException {
        while (self.running()) {
            Work work = take();
            if (work != null) {
                call(work);
            }
        }
    }

    private Work take() throws InterruptedException {
        synchronized (queue) {
            long now = System.nanoTime();
            Optional<Work> work = queue.take(now);
            if (work.isEmpty()) {
                long wait = Math.min(IDLE, queue.nextDue() - now);
                queue.wait(Math.max(1, wait / 1_000_000));
                return null;
            }
            return work.get();
        }
    }

    private void call(Work work) {
        if (isFenced(work.object)) {
            // Another partition's, or soon this one's: then everything is looked at.
            finish(work, Outcome.DONE);
            return;
        }
        Optional<ServiceLease<Controller>.Held> held = controllers.hold(work.controller);
        if (held.isEmpty()) {
            finish(work, Outcome.DONE);
            return;
        }
        long began = System.nanoTime();
        try (ServiceLease<Controller>.Held lease = held.get()) {
            Outcome outcome = reconcile(lease.service(), work.object);
            rest(work, System.nanoTime() - began);
            finish(work, outcome);
        } catch (NotLeaderException | FencedException e) {
            finish(work, Outcome.DONE);
        } catch (RuntimeException | LinkageError e) {
            int failures;
            synchronized (queue) {
                failures = queue.failed(work, System.nanoTime());
            }
            log(work, failures, e);
        }
    }

    /** An object of which much depends changes all the time, and each look goes over all of it: looks are not to take more than a fifth of the time. */
    private void rest(Work work, long took) {
        if (took > SHORT) {
            synchronized (queue) {
                queue.rest(work, System.nanoTime() + Math.min(LONGEST_REST, 4 * took));
            }
        }
    }

    private static void log(Work work, int failures, Throwable e) {
        if (e instanceof ResourceException r) {
            LOG.info("controller {} on {}: {}", work.controller, work.object, r.getMessage());
        } else if (failures <= 3 || Integer.bitCount(failures) == 1) {
            LOG.warn("controller {} failed on {}, {} times in a row", work.controller, work.object, failures, e);
        }
    }

    /** A conflict is no failure: somebody was faster, and the object is looked at again at once. */
    private Outcome reconcile(Controller controller, ResourceRef object) {
        for (int i = 1; ; i++) {
            try {
                return controller.reconcile(context, object);
            } catch (ResourceException e) {
                boolean raced = e.reason() == Reason.CONFLICT || e.reason() == Reason.ALREADY_EXISTS;
                if (!raced || i == CONFLICTS_AT_ONCE) {
                    throw e;
                }
            }
        }
    }

    private void finish(Work work, Outcome outcome) {
        synchronized (queue) {
            if (outcome instanceof Outcome.Again again) {
                Duration after = again.after().isNegative() ? Duration.ZERO : again.after();
                queue.later(work, System.nanoTime() + after.toNanos());
            } else {
                queue.done(work);
            }
        }
    }

    @Override
    public void close() {
        workers.forEach(Worker::close);
        follower.close();
    }
}
