package org.kochab.runtime.vm.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.VirtualMachine;
import org.kochab.hosttasks.HostTasks;
import org.kochab.spi.runtime.ActionEnd;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskAction;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks as virtual machines. A task is one run of a machine, from power on to power off: a guest that powers itself off ends with 0, one
 * that panics (where it tells so) with 1.
 */
public final class VmDriver implements RuntimeDriver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VmDriver.class);
    private static final String KIND = "vm";
    private static final String TERMINATE = "terminate";
    private static final long PROBE_SECONDS = 30;
    private static final long KVM_SECONDS = 15;
    private static final long PRESS_EVERY_MILLIS = 5_000;
    private static final List<String> PLACES = List.of("/usr/local/bin", "/usr/bin", "/bin");

    /** A call may take 30 seconds, and has the monitor to ask twice after that. */
    private static final Duration SUSPENSION = Duration.ofSeconds(20);

    private static final List<String> POWER = List.of(VirtualMachine.RUNNING, VirtualMachine.PAUSED);

    private final Settings settings;
    private final HostTasks tasks;
    private final Monitors monitors;
    private final Machines machines;
    private final MachineImages images;
    private final Trial trial;
    private final Accelerator accelerator;
    private final MachineActions actions;
    private final Suspension suspension;

    /** @throws IOException if the directory cannot be used */
    public VmDriver(Settings settings) throws IOException {
        this.settings = settings;
        Path directory = settings.directory().toAbsolutePath();
        tasks = new HostTasks(
                new HostTasks.Settings(KIND, directory, settings.cgroup(), settings.pids(), settings.logBytes()));
        monitors = new Monitors(directory);
        machines = new Machines(tasks, monitors, settings.overheadBytes(), tasks.root() ? settings.user() : 0);
        Predicate<TaskHandle> runs = handle -> tasks.recover(handle) instanceof TaskState.Running;
        Set<String> busy = ConcurrentHashMap.newKeySet();
        actions = new MachineActions(monitors, runs, busy);
        suspension = new Suspension(monitors, runs, busy, SUSPENSION);
        images = new MachineImages(settings.images().toAbsolutePath());
        trial = new Trial(machines, tasks, directory);
        accelerator = new Accelerator(
                settings.accelerator(), Path.of("/dev/kvm"), directory.resolve("accelerator"), a -> trial.run(
                                a, KVM_SECONDS)
                        .isEmpty());
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** @return what is missing on this machine and how to get it; empty if nothing is */
    static String missing() {
        return PLACES.stream().anyMatch(p -> Files.isExecutable(Path.of(p, Machine.PROGRAM)))
                ? ""
                : "the node lacks " + Machine.PROGRAM + ": apt-get install --no-install-recommends qemu-system-x86";
    }

    @Override
    public RuntimeProbe probe() {
        String why = missing().isEmpty() ? tasks.missing() : missing();
        try {
            why = why.isEmpty() ? trial.run(accelerator.choose(), PROBE_SECONDS) : why;
        } catch (IOException e) {
            why = "a trial machine could not be run: " + e;
        }
        if (!why.isEmpty()) {
            return new RuntimeProbe(false, why, List.of());
        }
        List<String> limits = new ArrayList<>(tasks.limits());
        if (!limits.contains("memory")) {
            limits.add("memory");
        }
        return new RuntimeProbe(true, "", limits);
    }

    @Override
    public void prepare(TaskSpec task) {
        plan(task);
        try {
            accelerator.choose();
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot try out KVM: " + e, e);
        }
    }

    private Machine plan(TaskSpec task) {
        VirtualMachine machine = power(task);
        if (!task.devices().isEmpty()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "resources.limits." + task.devices().get(0).resource()
                            + ": devices of the node cannot be given to a virtual machine: use runtimeClassName oci or process");
        }
        Path seed = CloudInit.wanted(machine)
                ? monitors.place(HostTasks.handle(task)).resolve("seed")
                : null;
        return Machine.of(task, images.get(task.container().image()), settings.publishAddress(), seed);
    }

    private static @Nullable VirtualMachine power(TaskSpec task) {
        VirtualMachine machine = task.virtualMachine();
        if (machine != null && !POWER.contains(machine.power())) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID,
                    "virtualMachine.powerSpec of a machine that is there can be " + String.join(" or ", POWER)
                            + ", not " + machine.power());
        }
        return machine;
    }

    @Override
    public TaskHandle start(TaskSpec task) {
        Machine machine = plan(task);
        TaskHandle handle = HostTasks.handle(task);
        if (!(tasks.recover(handle) instanceof TaskState.Lost)) {
            return handle;
        }
        try {
            Path directory = Files.createDirectories(task.directory().toAbsolutePath());
            Files.deleteIfExists(directory.resolve(TERMINATE));
            VirtualMachine wanted = task.virtualMachine();
            if (wanted != null && TERMINATE.equals(wanted.shutdownBehavior())) {
                Files.createFile(directory.resolve(TERMINATE));
            }
            return machines.launch(task, machine, accelerator.choose());
        } catch (IOException e) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot start the machine: " + e, e);
        }
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        TaskState state = tasks.recover(handle);
        if (!(state instanceof TaskState.Running)) {
            return state;
        }
        UUID own = Monitors.uuid(handle);
        // One that does not answer is busy, or stopped by hand; its process is there.
        return monitors.ask(handle)
                .filter(u -> !u.equals(own))
                .<TaskState>map(u -> new TaskState.Lost("the machine at its socket is another: " + u))
                .orElseGet(() -> new TaskState.Running(own.toString()));
    }

    @Override
    public List<TaskHandle> tasks() {
        return tasks.tasks();
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        return tasks.exit(handle);
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        CompletableFuture<TaskExit> end = exit(handle).toCompletableFuture();
        boolean asks = !Files.exists(Path.of(handle.data()).resolve(TERMINATE)) && !Suspension.isSuspended(handle);
        long last = System.nanoTime() + grace.toNanos();
        long left = grace.toMillis();
        while (asks && left > 0 && !end.isDone()) {
            press(handle);
            // Pressed again: a guest that is just booting does not hear it.
            if (HostTasks.ends(end, Math.min(left, PRESS_EVERY_MILLIS))) {
                return;
            }
            left = TimeUnit.NANOSECONDS.toMillis(last - System.nanoTime());
        }
        tasks.kill(handle);
    }

    /** A machine has the processors and the memory that it was made with: only how much of the processors it gets can change. */
    @Override
    public boolean update(TaskHandle handle, TaskSpec task) {
        VirtualMachine wanted = task.virtualMachine();
        if (wanted != null && VirtualMachine.SUSPENDED.equals(wanted.power())) {
            // Another size is given to it when it is to go on.
            suspension.suspend(handle);
            return true;
        }
        power(task);
        suspension.resume(handle);
        Machine.Size size = Machine.size(task);
        try {
            if (!size.equals(monitors.size(handle))) {
                return false;
            }
            machines.update(handle, task);
            monitors.pause(handle, Machine.isPaused(task));
            return true;
        } catch (IOException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "the machine's monitor does not do it: " + e.getMessage(), e);
        }
    }

    private void press(TaskHandle handle) {
        try {
            monitors.powerButton(handle);
        } catch (IOException e) {
            LOG.debug("Machine {} cannot be asked to power off: {}", handle, e.toString());
        }
    }

    @Override
    public void remove(TaskHandle handle) {
        machines.remove(handle);
    }

    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return tasks.use(handle);
    }

    /** The serial console. */
    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        tasks.logs(handle, tailLines, follow, sink, stop);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        throw new RuntimeFailure(
                RuntimeFailure.Code.INVALID,
                "exec: no command can be run in a virtual machine from outside: log in over its network, by a hostPort");
    }

    @Override
    public Optional<String> address(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public List<RuntimeImage> images() {
        return images.list();
    }

    @Override
    public ActionEnd act(TaskHandle handle, String id, TaskAction action, Duration limit) {
        return actions.act(handle, id, action, limit);
    }

    @Override
    public void close() {
        tasks.close();
    }
}
