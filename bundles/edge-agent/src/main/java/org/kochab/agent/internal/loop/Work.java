package org.kochab.agent.internal.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kochab.agent.internal.core.Effect;
import org.kochab.agent.internal.core.GivenDevices;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.agent.internal.core.Tasks;
import org.kochab.agent.internal.node.Volumes;
import org.kochab.api.link.PodDocument;
import org.kochab.spi.runtime.FunctionDriver;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what the core wants done, on other threads, and tells it what came of it, on the loop's. */
final class Work {
    private static final Logger LOG = LoggerFactory.getLogger(Work.class);
    private static final Duration SWEEP_GRACE = Duration.ofSeconds(30);

    private final Pools pools;
    private final EventLoop loop;
    private final Reconciler core;
    private final Runtimes runtimes;
    private final Devices devices;
    private final Volumes volumes;
    private final Supplier<Moment> clock;

    Work(
            Pools pools,
            EventLoop loop,
            Reconciler core,
            Runtimes runtimes,
            Devices devices,
            Volumes volumes,
            Supplier<Moment> clock) {
        this.pools = pools;
        this.loop = loop;
        this.core = core;
        this.runtimes = runtimes;
        this.devices = devices;
        this.volumes = volumes;
        this.clock = clock;
    }

    /** On the loop's thread. */
    void execute(Effect effect) {
        if (effect instanceof Effect.Start start) {
            start(start);
        } else if (effect instanceof Effect.Recover recover) {
            recover(recover);
        } else if (effect instanceof Effect.Watch watch) {
            watch(watch);
        } else if (effect instanceof Effect.Update update) {
            update(update);
        } else if (effect instanceof Effect.Stop stop) {
            stop(stop);
        } else if (effect instanceof Effect.Remove remove) {
            remove(remove);
        } else if (effect instanceof Effect.Discard discard) {
            pools.stops.execute(() -> discard(discard.uid()));
        } else if (effect instanceof Effect.Check check) {
            check(check);
        } else if (effect instanceof Effect.Sweep sweep) {
            sweep(sweep);
        }
    }

    private Optional<RuntimeDriver> driver(String uid) {
        return core.kindOf(uid).flatMap(runtimes::get);
    }

    private void start(Effect.Start effect) {
        String kind = effect.document().spec().runtimeKind();
        Optional<RuntimeDriver> driver = runtimes.get(kind);
        String name = effect.container().name();
        if (driver.isEmpty()) {
            core.startFailed(
                    effect.uid(), name, RuntimeFailure.Code.TEMPORARY, "the runtime driver has gone", clock.get());
            return;
        }
        Devices.Allocation allocation = devices.allocation(effect.uid(), name);
        pools.starts.execute(() -> {
            try {
                start(effect, kind, driver.get(), allocation);
            } catch (RuntimeException | IOException e) {
                RuntimeFailure.Code code = e instanceof RuntimeFailure f ? f.code() : RuntimeFailure.Code.TEMPORARY;
                if (!(e instanceof RuntimeFailure)) {
                    LOG.warn(
                            "Starting {} with {} failed",
                            name,
                            driver.get().getClass().getName(),
                            e);
                }
                loop.post(() -> {
                    core.startFailed(effect.uid(), name, code, String.valueOf(e.getMessage()), clock.get());
                    if (code == RuntimeFailure.Code.TEMPORARY) {
                        runtimes.suspect(kind);
                    }
                });
            }
        });
    }

    private void start(Effect.Start effect, String kind, RuntimeDriver driver, Devices.Allocation allocation)
            throws IOException {
        PodDocument pod = effect.document();
        List<TaskSpec.Mount> mounts = volumes.mounts(pod, effect.container());
        Path directory = Files.createDirectories(
                volumes.taskDirectory(pod.uid(), effect.container().name(), effect.attempt()));
        TaskSpec task = Tasks.of(pod, effect.container(), effect.attempt(), mounts, directory, allocation.ask());
        if (task.function() != null && !(driver instanceof FunctionDriver)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "spec.function: runtime driver " + kind + " runs no functions");
        }
        driver.prepare(task);
        TaskHandle handle = driver.start(task);
        String id = driver.recover(handle) instanceof TaskState.Running running ? running.id() : null;
        String address = driver.address(handle).orElse(null);
        String image = effect.container().image();
        loop.post(() -> {
            core.started(effect.uid(), handle, id, address, clock.get());
            if (image != null) {
                runtimes.used(kind, image);
            }
        });
    }

    private void recover(Effect.Recover effect) {
        Optional<RuntimeDriver> driver = driver(effect.uid());
        if (driver.isEmpty()) {
            core.recoverFailed(effect.uid(), effect.container(), clock.get());
            return;
        }
        pools.starts.execute(() -> {
            try {
                TaskState state = driver.get().recover(effect.handle());
                String address = state instanceof TaskState.Running ? address(driver.get(), effect.handle()) : null;
                loop.post(() -> core.recovered(effect.uid(), effect.handle(), state, address, clock.get()));
            } catch (RuntimeException e) {
                LOG.warn(
                        "{} cannot say what became of {}",
                        driver.get().getClass().getName(),
                        effect.handle(),
                        e);
                loop.post(() -> core.recoverFailed(effect.uid(), effect.container(), clock.get()));
            }
        });
    }

    private static @Nullable String address(RuntimeDriver driver, TaskHandle handle) {
        return driver.address(handle).orElse(null);
    }

    private void watch(Effect.Watch effect) {
        driver(effect.uid())
                .ifPresent(driver -> runtimes.watch(
                        driver,
                        effect.handle(),
                        exit -> core.exited(effect.uid(), effect.handle(), exit, clock.get())));
    }

    private void update(Effect.Update effect) {
        Optional<RuntimeDriver> driver = driver(effect.uid());
        if (driver.isEmpty()) {
            core.updateFailed(effect.uid(), effect.handle(), "the runtime driver has gone", clock.get());
            return;
        }
        // Not among starts, which may wait for an image for minutes.
        pools.stops.execute(() -> {
            try {
                boolean possible = driver.get()
                        .update(
                                effect.handle(),
                                Tasks.of(
                                        effect.document(),
                                        effect.container(),
                                        effect.handle().attempt(),
                                        List.of(),
                                        directory(effect),
                                        GivenDevices.NONE));
                loop.post(() -> core.updated(effect.uid(), effect.handle(), possible, clock.get()));
            } catch (RuntimeException e) {
                LOG.warn(
                        "{} cannot change {}; it is tried again",
                        driver.get().getClass().getName(),
                        effect.handle(),
                        e);
                loop.post(() ->
                        core.updateFailed(effect.uid(), effect.handle(), String.valueOf(e.getMessage()), clock.get()));
            }
        });
    }

    private Path directory(Effect.Update effect) {
        TaskHandle task = effect.handle();
        return volumes.taskDirectory(task.podUid(), task.container(), task.attempt());
    }

    private void stop(Effect.Stop effect) {
        Optional<RuntimeDriver> driver = driver(effect.uid());
        if (driver.isEmpty()) {
            core.stopped(effect.uid(), effect.handle(), false, clock.get());
            return;
        }
        pools.stops.execute(() -> {
            boolean ok = attempt("stop", driver.get(), effect.handle(), d -> d.stop(effect.handle(), effect.grace()));
            loop.post(() -> core.stopped(effect.uid(), effect.handle(), ok, clock.get()));
        });
    }

    private void remove(Effect.Remove effect) {
        Optional<RuntimeDriver> driver = driver(effect.uid());
        if (driver.isEmpty()) {
            core.removed(effect.uid(), effect.handle(), false, clock.get());
            return;
        }
        pools.stops.execute(() -> {
            TaskHandle task = effect.handle();
            boolean ok = attempt("remove", driver.get(), task, d -> {
                d.remove(task);
                volumes.discard(task.podUid(), task.container(), task.attempt());
            });
            loop.post(() -> core.removed(effect.uid(), effect.handle(), ok, clock.get()));
        });
    }

    private void discard(String uid) {
        boolean ok = true;
        try {
            volumes.discard(uid);
        } catch (IOException e) {
            LOG.warn("The directory of pod {} cannot be deleted; it is tried again", uid, e);
            ok = false;
        }
        boolean done = ok;
        loop.post(() -> core.discarded(uid, done, clock.get()));
    }

    private void check(Effect.Check effect) {
        Optional<RuntimeDriver> driver = driver(effect.uid());
        if (driver.isEmpty()) {
            // A driver that is away says nothing about the container.
            core.checked(effect.uid(), effect.handle(), effect.kind(), true, "", clock.get());
            return;
        }
        pools.checks.execute(() -> {
            Checks.Result result = Checks.check(effect, driver.get());
            loop.post(() -> core.checked(
                    effect.uid(), effect.handle(), effect.kind(), result.ok(), result.detail(), clock.get()));
        });
    }

    private void sweep(Effect.Sweep effect) {
        LOG.info("Ending {} task {}, which no pod of this node has", effect.kind(), effect.handle());
        runtimes.get(effect.kind())
                .ifPresent(driver -> pools.stops.execute(() -> {
                    if (attempt("stop", driver, effect.handle(), d -> d.stop(effect.handle(), SWEEP_GRACE))) {
                        attempt("remove", driver, effect.handle(), d -> d.remove(effect.handle()));
                    }
                }));
    }

    private interface Call {
        void on(RuntimeDriver driver);
    }

    private static boolean attempt(String what, RuntimeDriver driver, TaskHandle handle, Call call) {
        try {
            call.on(driver);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("{} cannot {} {}; it is tried again", driver.getClass().getName(), what, handle, e);
            return false;
        }
    }
}
