package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A world with its own time, in which one thing happens after another, in an order that the seed decides: same seed, same world.
 * Everything runs on the thread that calls {@link #run}. Nothing in a simulated world may use a real clock, another thread or another
 * source of chance.
 */
public final class Simulation {
    private record Task(long at, long tie, long number, Runnable action) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = Long.compare(at, other.at);
            int byChance = byTime != 0 ? byTime : Long.compare(tie, other.tie);
            return byChance != 0 ? byChance : Long.compare(number, other.number);
        }
    }

    private final long seed;
    private final Random random;
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private long number;

    public Simulation(long seed) {
        this.seed = seed;
        // Neighbouring seeds give alike first numbers otherwise.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    public long seed() {
        return seed;
    }

    /** The virtual clock, in nanoseconds from 0. */
    public long nanos() {
        return now;
    }

    /** A number that grows with each call: orders what happens at one instant. */
    public long tick() {
        return ++number;
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** True that often, from 0 to 1. */
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A time between the two, mostly nearer to the shorter. */
    public Duration between(Duration shortest, Duration longest) {
        double x = random.nextDouble();
        return shortest.plusNanos((long) ((longest.toNanos() - shortest.toNanos()) * x * x * x));
    }

    /** Lets something happen after a delay; what is due at the same instant happens in an order of chance. */
    public void after(Duration delay, Runnable action) {
        tasks.add(new Task(now + Math.max(0, delay.toNanos()), random.nextLong(), ++number, action));
    }

    /** Lets the world go on for so long. */
    public void run(Duration length) {
        long end = now + length.toNanos();
        while (next(end)) {
            // One thing after another.
        }
        // Something that waited may have let the world go on beyond this.
        now = Math.max(now, end);
    }

    /**
     * Lets the world go on until something has happened, at most for so long. What happens meanwhile may wait in turn; then this
     * returns later than it need.
     *
     * @return whether it has happened
     */
    public boolean await(BooleanSupplier happened, Duration most) {
        long end = now + most.toNanos();
        while (!happened.getAsBoolean()) {
            if (!next(end)) {
                now = Math.max(now, end);
                return happened.getAsBoolean();
            }
        }
        return true;
    }

    private boolean next(long end) {
        if (tasks.isEmpty() || tasks.peek().at > end) {
            return false;
        }
        Task next = tasks.remove();
        now = Math.max(now, next.at);
        next.action.run();
        return true;
    }
}
