package org.kochab.partition.internal.core.kernel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionId;
import org.kochab.spi.store.PartitionStore;

/** A member: steps its leadership, on a clock that runs a little fast or slow; pauses, crashes, stops and comes back. */
final class SimulatedMember implements Leadership.Listener {
    private final World world;
    private final String name;
    private final double speed;
    /** Grows with each crash: what belongs to an earlier life does nothing. */
    private int life;

    private boolean alive;
    private long pausedUntil;
    private boolean stepPlanned;
    private long timer;
    private @Nullable Leadership leadership;
    private @Nullable LedPartition led;
    private long spent;
    /** What this member knows of the directory. */
    private long heard;

    private int place;
    private @Nullable Integer wanted;

    SimulatedMember(World world, String name, double speed) {
        this.world = world;
        this.name = name;
        this.speed = speed;
    }

    void start() {
        if (alive) {
            return;
        }
        alive = true;
        int mine = ++life;
        leadership = new Leadership(
                World.SPEC,
                name,
                way(place),
                world.limits,
                () -> (long) (world.simulation.nanos() * speed),
                () -> wake(mine),
                this,
                () -> world.simulation
                        .between(Duration.ZERO, world.limits.leaseTtl().dividedBy(4))
                        .toNanos());
        heedWish();
        stepPlanned = false;
        wake(mine);
    }

    private PartitionStore way(int number) {
        return world.mutant.beforeTheWay(world.ways.get(number));
    }

    private void heedWish() {
        Leadership l = leadership;
        if (l != null) {
            l.moveTo(wanted == null ? null : way(wanted));
        }
    }

    /** The directory was changed, and this member hears of it; not always in order. */
    void told(long number, int nowPlace, @Nullable Integer nowWanted) {
        if (number < heard) {
            return;
        }
        heard = number;
        boolean isElsewhere = place != nowPlace;
        place = nowPlace;
        wanted = nowWanted;
        Leadership l = leadership;
        if (!alive || l == null) {
            return;
        }
        heedWish();
        if (isElsewhere && !l.store().name().equals(world.ways.get(place).name())) {
            l.stop();
        }
    }

    @Override
    public void isElsewhere(PartitionId partition, String here, String other) {
        world.isElsewhere(here);
    }

    private void wake(int mine) {
        if (mine == life && alive && !stepPlanned) {
            stepPlanned = true;
            world.simulation.after(
                    world.simulation.between(Duration.ofNanos(100), Duration.ofMillis(1)), () -> step(mine));
        }
    }

    private void step(int mine) {
        Leadership l = leadership;
        if (mine != life || !alive || l == null) {
            return;
        }
        long now = world.simulation.nanos();
        if (now < pausedUntil) {
            stepPlanned = true;
            world.simulation.after(Duration.ofNanos(pausedUntil - now), () -> step(mine));
            return;
        }
        stepPlanned = false;
        long pause = Math.max(1_000, l.step());
        if (l.isStopped()) {
            crash(world.simulation.between(Duration.ofMillis(1), Duration.ofSeconds(2)));
            return;
        }
        long mineTimer = ++timer;
        if (pause < Duration.ofHours(1).toNanos()) {
            world.simulation.after(Duration.ofNanos((long) (pause / speed) + 1), () -> {
                if (mineTimer == timer) {
                    step(mine);
                }
            });
        }
    }

    void crash(Duration downFor) {
        if (alive) {
            if (leadership != null) {
                spent += leadership.spent();
            }
            leadership = null;
            alive = false;
            life++;
            led = null;
            world.simulation.after(downFor, this::start);
        }
    }

    void pause(Duration length) {
        pausedUntil = Math.max(pausedUntil, world.simulation.nanos() + length.toNanos());
    }

    void stop() {
        Leadership l = leadership;
        if (alive && l != null && !isPaused()) {
            l.stop();
        }
    }

    void heal() {
        pausedUntil = 0;
        if (alive) {
            stepPlanned = false;
            wake(life);
        }
    }

    private boolean isPaused() {
        return world.simulation.nanos() < pausedUntil;
    }

    /** The partition, if somebody who asks this member now gets it. */
    @Nullable
    LedPartition led() {
        return alive && !isPaused() ? led : null;
    }

    /** Whether this member, in the life in which it handed the partition out, is there to answer calls on it. */
    boolean answers(int lifeThen) {
        return alive && life == lifeThen && !isPaused();
    }

    long spent() {
        Leadership l = leadership;
        return spent + (l == null ? 0 : l.spent());
    }

    int life() {
        return life;
    }

    @Override
    public void leads(LedPartition partition) {
        led = partition;
    }

    @Override
    public void ended(LedPartition partition, String why) {
        World.expect(!partition.isServing(), "a partition still serves after its end");
        if (led == partition) {
            led = null;
        }
    }
}
