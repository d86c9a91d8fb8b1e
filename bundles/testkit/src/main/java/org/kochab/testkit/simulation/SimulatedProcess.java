package org.kochab.testkit.simulation;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A process of a simulated world: it starts, is paused, ends at once, and starts again. What it was to do waits while it is paused and
 * never happens once it has ended. Its clock runs at its own speed and may jump.
 */
public final class SimulatedProcess {
    /** Thrown in the middle of whatever a process was doing when it ended. */
    public static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Ended(String name) {
            super(name + " has ended");
        }
    }

    private final Simulation simulation;
    private final String name;
    private final double speed;
    private long shift;
    private long shown;
    private boolean alive;
    /** Grows with each start and each end: what belongs to an earlier life does nothing. */
    private int life;

    private long pausedUntil;

    /** @param speed of its clock; 1 is that of the world */
    public SimulatedProcess(Simulation simulation, String name, double speed) {
        this.simulation = simulation;
        this.name = name;
        this.speed = speed;
    }

    public String name() {
        return name;
    }

    public Simulation simulation() {
        return simulation;
    }

    public void start() {
        if (!alive) {
            alive = true;
            life++;
        }
    }

    /** Ends as by a kill: from one instant to the next. */
    public void end() {
        if (alive) {
            alive = false;
            life++;
            pausedUntil = 0;
        }
    }

    /** Does nothing for so long from now; all that happens to it meanwhile happens afterwards. */
    public void pause(Duration length) {
        pausedUntil = Math.max(pausedUntil, simulation.nanos() + length.toNanos());
    }

    public void resume() {
        pausedUntil = 0;
    }

    public boolean isAlive() {
        return alive;
    }

    public boolean isPaused() {
        return simulation.nanos() < pausedUntil;
    }

    /** The number of its present life. */
    public int life() {
        return life;
    }

    /** Whether it is still in this life. */
    public boolean lives(int itsLife) {
        return alive && life == itsLife;
    }

    /** Its monotonic clock. */
    public long nanos() {
        shown = Math.max(shown, (long) (simulation.nanos() * speed) + shift);
        return shown;
    }

    /** Its clock skips so much, or if that is negative stands still for so long. */
    public void jump(Duration skip) {
        shift += skip.toNanos();
    }

    /** Does something after a delay by the world's clock, if this life lasts so long. */
    public void after(Duration delay, Runnable action) {
        after(delay, life, action);
    }

    /** As {@link #after(Duration, Runnable)}, for what belongs to a certain life. */
    public void after(Duration delay, int itsLife, Runnable action) {
        simulation.after(delay, () -> {
            if (!lives(itsLife)) {
                return;
            }
            if (isPaused()) {
                after(Duration.ofNanos(pausedUntil - simulation.nanos()), itsLife, action);
                return;
            }
            action.run();
        });
    }

    /** Does something soon, as another of its threads would. */
    public void soon(Runnable action) {
        after(simulation.between(Duration.ofNanos(100), Duration.ofMillis(1)), action);
    }

    /**
     * Waits as a thread of this process would: everything else goes on.
     *
     * @return whether it has happened
     * @throws Ended if the process ended meanwhile
     */
    public boolean await(BooleanSupplier happened, Duration most) {
        int mine = life;
        boolean done = simulation.await(() -> !lives(mine) || happened.getAsBoolean() && !isPaused(), most);
        if (lives(mine) && isPaused()) {
            simulation.await(() -> !lives(mine) || !isPaused(), Duration.ofHours(1));
        }
        if (!lives(mine)) {
            throw new Ended(name);
        }
        return done || happened.getAsBoolean();
    }
}
