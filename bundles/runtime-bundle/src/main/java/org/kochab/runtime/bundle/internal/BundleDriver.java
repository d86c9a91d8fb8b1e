package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kochab.agenttasks.Ledger;
import org.kochab.agenttasks.TaskLog;
import org.kochab.spi.runtime.OutputSink;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.StopSignal;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;
import org.kochab.spi.runtime.TaskUse;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks as bundles of the framework that this driver is in. The framework keeps installed bundles over a restart, so what a former process
 * left is removed at first: whether a task runs is for the agent's checkpoint to say.
 */
public final class BundleDriver implements RuntimeDriver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BundleDriver.class);
    private static final String KIND = "bundle";
    private static final Duration KILL = Duration.ofSeconds(25);
    private static final Duration LEFT_OVERS = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int MOST_HUNG = 4;
    private static final int UNKNOWN = 137;

    private final BundleContext context;
    private final Settings settings;
    private final Ledger ledger;
    private final BundleFiles files;
    private final TaskServices services;
    private final Installer installer;
    private final SynchronousBundleListener listener = this::seen;
    private final ScheduledExecutorService clock;
    private final ConcurrentMap<String, Run> runs = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @throws IOException if the directory cannot be used */
    public BundleDriver(BundleContext context, Settings settings) throws IOException {
        this.context = context;
        this.settings = settings;
        ledger = new Ledger(settings.directory().toAbsolutePath().resolve("tasks"));
        files = new BundleFiles(settings.images().toAbsolutePath(), settings.largest());
        clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "kochab-runtime-bundle-clock");
            thread.setDaemon(true);
            return thread;
        });
        installer = new Installer(context);
        services = new TaskServices(context, this::runOf);
        context.addBundleListener(listener);
        installer.removeLeftOvers(LEFT_OVERS);
    }

    private @Nullable Run runOf(Bundle bundle) {
        return runs.values().stream()
                .filter(run -> run.bundle.getBundleId() == bundle.getBundleId())
                .findFirst()
                .orElse(null);
    }

    /** On whatever thread changes a bundle. */
    private void seen(BundleEvent event) {
        if (Separation.isTask(event.getBundle())) {
            Run run = runOf(event.getBundle());
            if (run != null) {
                run.seen(event.getType(), context.getBundle(0).getState() == Bundle.STOPPING);
            }
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RuntimeProbe probe() {
        if (hung() >= MOST_HUNG) {
            return new RuntimeProbe(false, tooManyHang(), List.of());
        }
        return new Trial(this, settings.directory()).run();
    }

    private long hung() {
        return runs.values().stream().filter(Run::hangs).count();
    }

    private String tooManyHang() {
        return hung() + " bundles hang in their activators and hear no interrupt: restart the agent";
    }

    @Override
    public void prepare(TaskSpec task) {
        TaskChecks.check(task);
        files.check(task.container().image());
    }

    @Override
    public TaskHandle start(TaskSpec task) {
        return start(task, to -> files.copy(task.container().image(), to));
    }

    /** Puts the jar of a task somewhere. */
    interface Source {
        void copy(Path to) throws IOException;
    }

    TaskHandle start(TaskSpec task, Source source) {
        TaskChecks.check(task);
        Path directory = task.directory().toAbsolutePath();
        TaskHandle handle =
                new TaskHandle(task.podUid(), task.container().name(), task.attempt(), directory.toString());
        if (!(recover(handle) instanceof TaskState.Lost)) {
            return handle;
        }
        checkRoom(handle);
        try {
            Files.createDirectories(directory);
            Path jar = directory.resolve("bundle.jar");
            source.copy(jar);
            ledger.began(handle);
            Bundle bundle = installer.install(handle, jar);
            Files.delete(jar);
            launch(new Run(handle, bundle, environment(task), log(bundle, directory), watcher()));
            return handle;
        } catch (IOException | RuntimeException e) {
            ledger.remove(handle);
            throw e instanceof RuntimeFailure f
                    ? f
                    : new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "cannot start the bundle: " + e, e);
        }
    }

    private void checkRoom(TaskHandle handle) {
        for (Run run : runs.values()) {
            if (run.hangs()
                    && run.handle.podUid().equals(handle.podUid())
                    && run.handle.container().equals(handle.container())) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.TEMPORARY,
                        "attempt " + run.handle.attempt()
                                + " of this container still hangs in its activator: no second one"
                                + " is started beside it; restart the agent if it does not end");
            }
        }
        if (hung() >= MOST_HUNG) {
            throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, tooManyHang());
        }
        if (runs.size() >= settings.tasks()) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    runs.size() + " bundles run, the most this node runs at once: end some, or set tasks");
        }
    }

    private TaskLog log(Bundle bundle, Path directory) throws IOException {
        try {
            return TaskLog.create(directory, settings.logBytes());
        } catch (IOException e) {
            installer.uninstall(bundle);
            throw e;
        }
    }

    private static Properties environment(TaskSpec task) {
        Properties environment = new Properties();
        environment.putAll(task.environment());
        environment.put(TaskServices.ARGUMENTS, task.container().args().toArray(String[]::new));
        return environment;
    }

    private Run.Watcher watcher() {
        return new Run.Watcher() {
            @Override
            public boolean uninstall(Bundle bundle) {
                return installer.uninstall(bundle);
            }

            @Override
            public void ended(Run run, TaskExit exit) {
                try {
                    ledger.ended(run.handle, exit);
                } catch (IOException e) {
                    LOG.warn(
                            "How {} ended cannot be written; after a restart it will be said to be lost",
                            run.handle,
                            e);
                }
            }

            @Override
            public void gone(Run run) {
                // What a closed driver has ended stays, for those who ask it.
                if (!closed) {
                    runs.remove(Ledger.name(run.handle));
                }
            }
        };
    }

    private void launch(Run run) {
        synchronized (this) {
            if (closed) {
                installer.uninstall(run.bundle);
                throw new RuntimeFailure(RuntimeFailure.Code.TEMPORARY, "the driver is closed");
            }
            runs.put(Ledger.name(run.handle), run);
        }
        run.start();
        clock.schedule(() -> startLate(run), settings.startLimit().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void startLate(Run run) {
        if (!run.startOver(settings.startLimit())) {
            clock.schedule(run::giveUp, settings.giveUp().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public TaskState recover(TaskHandle handle) {
        Run run = runs.get(Ledger.name(handle));
        if (run != null && !run.end.isDone()) {
            return new TaskState.Running("bundle " + run.bundle.getBundleId());
        }
        return ledger.exit(handle)
                .<TaskState>map(TaskState.Ended::new)
                .orElseGet(() -> new TaskState.Lost(
                        "it ran inside the agent, as every bundle does, and ended with it: the agent or its"
                                + " bundle driver was restarted"));
    }

    @Override
    public List<TaskHandle> tasks() {
        return ledger.all();
    }

    @Override
    public CompletionStage<TaskExit> exit(TaskHandle handle) {
        Run run = runs.get(Ledger.name(handle));
        if (run != null) {
            return run.end.copy();
        }
        return CompletableFuture.completedFuture(
                ledger.exit(handle).orElseGet(() -> new TaskExit(UNKNOWN, 0, false, Instant.now())));
    }

    @Override
    public void stop(TaskHandle handle, Duration grace) {
        Run run = runs.get(Ledger.name(handle));
        if (run != null && !run.stop(grace, KILL)) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "the bundle does not end, even interrupted: nothing can end it but a restart of the agent");
        }
    }

    @Override
    public void remove(TaskHandle handle) {
        if (runs.containsKey(Ledger.name(handle))) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "the bundle runs, or hangs in its activator: stop it first");
        }
        ledger.remove(handle);
    }

    /** The threads and the heap of a bundle cannot be told from the agent's. */
    @Override
    public Optional<TaskUse> use(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public void logs(TaskHandle handle, int tailLines, boolean follow, OutputSink sink, StopSignal stop) {
        Run run = runs.get(Ledger.name(handle));
        TaskLog log = run == null ? TaskLog.ended(Path.of(handle.data())) : run.log;
        log.read(tailLines, follow, sink, stop);
    }

    @Override
    public int exec(TaskHandle handle, List<String> command, Duration timeout, OutputSink sink, StopSignal stop) {
        throw new RuntimeFailure(
                RuntimeFailure.Code.INVALID,
                "exec: there is nothing to execute in a bundle, which is a part of the agent's own process; look at"
                        + " its logs");
    }

    @Override
    public Optional<String> address(TaskHandle handle) {
        return Optional.empty();
    }

    @Override
    public List<RuntimeImage> images() {
        return files.list();
    }

    /** Ends all tasks: the next driver says that they are lost. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        Collection<Run> all = List.copyOf(runs.values());
        all.forEach(Run::abandon);
        long last = System.nanoTime() + CLOSE.toNanos();
        for (Run run : all) {
            Duration left = Duration.ofNanos(Math.max(0, last - System.nanoTime()));
            if (!run.stop(left, CLOSE)) {
                LOG.warn("{} does not end, even interrupted; it is left behind", run.handle);
            }
        }
        context.removeBundleListener(listener);
        services.close();
        installer.close();
        clock.shutdownNow();
    }
}
