package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.kochab.api.codec.Codec;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.resource.Requester;
import org.kochab.partition.internal.secret.KeySealer;
import org.kochab.spi.scheduler.Scheduler;
import org.kochab.testkit.simulation.SimulatedProcess;

/** The real pod loop of a tenant partition's leader, on a simulated process instead of its thread. */
public final class PodRounds {
    private final Inbox inbox;
    private final PodLoop loop;
    private PodLoop.Leading leading;

    public PodRounds(
            SimulatedProcess process,
            PartitionService partitions,
            Partition partition,
            Function<PartitionId, Optional<ResourceManager>> managers,
            Codec codec,
            Scheduler scheduler,
            InstantSource wall) {
        int life = process.life();
        this.inbox = new Inbox(new Inbox.Timer() {
            @Override
            public long nanos() {
                return process.nanos();
            }

            @Override
            public void after(Duration delay, Runnable task) {
                process.after(delay, life, task);
            }
        });
        Workshop shop = SimulatedShop.of(process, codec, wall);
        ServiceLease<Scheduler> schedulers = new ServiceLease<>("scheduler", Duration.ZERO, () -> {});
        schedulers.offer(scheduler.name(), scheduler, new ServiceLease.Origin("test", "1"));
        this.loop = new PodLoop(
                shop,
                partitions,
                partition,
                managers,
                schedulers,
                new EventRecorder(shop, partition, new EventSinks()),
                new Admission().gate(Requester.CONTROLLERS),
                KeySealer.fresh(),
                new BindHooks(),
                inbox,
                SchedulerCalls.inline(process::nanos));
    }

    /** One round. @return nanoseconds to wait at most for something new */
    public long round() throws InterruptedException {
        if (leading == null) {
            leading = loop.begin();
        }
        long wait = leading.round();
        inbox.await(0).forEach(Runnable::run);
        return wait;
    }
}
