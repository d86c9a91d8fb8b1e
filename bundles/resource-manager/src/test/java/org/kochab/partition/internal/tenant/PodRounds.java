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
import org.kochab.partition.internal.core.tenant.Changes;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectRules;
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
        ObjectRules rules = new ObjectRules();
        Workshop shop = new Workshop(rules, new Changes(rules), new Decoded(codec, 256), wall, new Workshop.Random() {
            @Override
            public String uid() {
                return "00000000-0000-0000-0000-" + process.simulation().tick();
            }

            @Override
            public String suffix() {
                return Long.toString(process.simulation().tick());
            }
        });
        ServiceLease<Scheduler> schedulers = new ServiceLease<>("scheduler", Duration.ZERO, () -> {});
        schedulers.offer(scheduler.name(), scheduler, new ServiceLease.Origin("test", "1"));
        this.loop = new PodLoop(
                shop, partitions, partition, managers, schedulers, new EventRecorder(shop, partition), inbox);
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
