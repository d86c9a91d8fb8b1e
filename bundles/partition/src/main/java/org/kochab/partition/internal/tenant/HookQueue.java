package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.tenant.Permits;
import org.kochab.partition.internal.core.tenant.Trouble;
import org.kochab.spi.scheduler.BindHook;
import org.kochab.spi.scheduler.Permit;
import org.kochab.spi.scheduler.Reservation;

/** What one hook is to be asked and told, and the thread that does it. Thread-safe; asking and telling never block. */
final class HookQueue implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MOST = 64;

    /** Takes what came of a question, on the hook's thread. Must return at once. */
    interface Answers {
        void permits(List<Permit> permits);

        /** @param why the hook failed, or is left alone */
        void failed(String why);

        /** The member is too busy, or the hook is being taken away. */
        void none();
    }

    /** @param answers null if something is told, and nothing asked */
    private record Job(Callable<List<Permit>> work, @Nullable Answers answers) {}

    private final BindHook hook;
    private final Permits.Hook as;
    private final ServiceLease.Origin origin;
    private final Duration limit;
    private final RuleCalls calls;
    private final Worker worker;
    private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(MOST);

    HookQueue(BindHook hook, Permits.Hook as, ServiceLease.Origin origin, LongSupplier clock, Duration limit) {
        this.hook = hook;
        this.as = as;
        this.origin = origin;
        this.limit = limit;
        String thread = "kochab-partition-hook-" + as.name();
        this.calls = new RuleCalls(as.who(), thread + "-call", clock);
        this.worker = new Worker(thread);
    }

    Permits.Hook hook() {
        return as;
    }

    void start() {
        worker.start(this::run);
    }

    void ask(List<Reservation> about, Answers answers) {
        if (!jobs.offer(new Job(() -> permits(about), answers))) {
            answers.none();
        }
    }

    private List<Permit> permits(List<Reservation> about) throws Exception {
        List<Permit> permits = new ArrayList<>(hook.permit(about));
        if (permits.size() != about.size() || permits.contains(null)) {
            throw new IllegalStateException("it was asked about " + about.size() + " pods and gave " + permits.size()
                    + " answers" + (permits.contains(null) ? ", among them null" : ""));
        }
        return permits;
    }

    /** Both may be empty. It is lost if there is too much to do. */
    void tell(Permits.Told told) {
        jobs.offer(new Job(
                () -> {
                    if (!told.bound().isEmpty()) {
                        hook.bound(List.copyOf(told.bound()));
                    }
                    if (!told.released().isEmpty()) {
                        hook.released(List.copyOf(told.released()));
                    }
                    return List.of();
                },
                null));
    }

    private void run() throws InterruptedException {
        while (worker.running()) {
            Job job = jobs.take();
            Answers answers = job.answers == null ? NOBODY : job.answers;
            try {
                answers.permits(calls.call(job.work, limit));
            } catch (RuleCalls.FailedException e) {
                answers.failed(String.valueOf(e.getMessage()));
            } catch (ResourceException e) {
                answers.none();
            }
        }
    }

    private static final Answers NOBODY = new Answers() {
        @Override
        public void permits(List<Permit> permits) {}

        @Override
        public void failed(String why) {}

        @Override
        public void none() {}
    };

    Plugin plugin() {
        Trouble trouble = calls.trouble().orElse(new Trouble("Active", ""));
        return new Plugin(
                Plugin.BIND_HOOK,
                as.name(),
                origin.bundle(),
                origin.version(),
                List.of(),
                trouble.state(),
                trouble.message());
    }

    @Override
    public void close() {
        worker.close();
        calls.close();
    }
}
