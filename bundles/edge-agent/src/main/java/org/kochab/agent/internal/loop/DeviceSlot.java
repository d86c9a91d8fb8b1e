package org.kochab.agent.internal.loop;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceListener;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.device.DeviceWatch;
import org.kochab.spi.runtime.RuntimeFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One device provider, called on threads of its own: it may block, throw, talk nonsense, or talk all the time. */
final class DeviceSlot implements DeviceListener {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSlot.class);
    private static final int CALLS = 2;
    private static final long IDLE_SECONDS = 10;
    private static final int MOST_WAITING = 64;
    private static final int MOST_COMPLAINTS = 16;
    private static final int LONGEST = 400;

    private final DeviceProvider provider;
    private final int callSeconds;
    private final Runnable news;
    private final ThreadPoolExecutor calls;
    private final AtomicReference<List<Device>> told = new AtomicReference<>();
    private @Nullable DeviceWatch watch;
    private boolean closed;
    private final SortedSet<String> complaints = new TreeSet<>();

    /** Used on the loop's thread only. */
    String resource = "";

    long takeAt;
    List<Device> devices = List.of();

    /**
     * One that is asked nothing yet.
     *
     * @param callSeconds what {@link #allocate} may take
     * @param news called, on any thread, when there is a list to {@link #take} where none was
     */
    DeviceSlot(DeviceProvider provider, int callSeconds, Runnable news) {
        this.provider = provider;
        this.callSeconds = callSeconds;
        this.news = news;
        calls = new ThreadPoolExecutor(
                CALLS, CALLS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "kochab-agent-devices-" + name());
                    thread.setDaemon(true);
                    return thread;
                });
        calls.allowCoreThreadTimeOut(true);
    }

    boolean isOf(DeviceProvider other) {
        return provider == other;
    }

    String name() {
        return provider.getClass().getName();
    }

    // ---- what it says

    @Override
    public void devices(List<Device> present) {
        List<Device> all;
        try {
            all = List.copyOf(present);
            DeviceRules.check(all);
        } catch (RuntimeException e) {
            complain("its list of devices is refused: " + e.getMessage());
            return;
        }
        if (told.getAndSet(all) == null) {
            news.run();
        }
    }

    /** The list that was told last; null if none was since this was last asked. */
    @Nullable
    List<Device> take() {
        return told.getAndSet(null);
    }

    private synchronized void complain(String what) {
        String text = readable(what);
        if (complaints.size() < MOST_COMPLAINTS && complaints.add(text)) {
            LOG.error("Device provider {}: {}", name(), text);
        }
    }

    private static String readable(String text) {
        return text.substring(0, Math.min(LONGEST, text.length())).replaceAll("\\p{Cntrl}", "?");
    }

    // ---- what it is asked

    /** @param known gets the name, on another thread */
    void ask(Consumer<String> known) {
        inBackground("its resource cannot be known", () -> {
            String own = provider.resource();
            DeviceRules.checkResource(own);
            known.accept(own);
            return own;
        });
    }

    void begin() {
        inBackground("it cannot be watched", () -> {
            DeviceWatch made = provider.watch(this);
            if (!keep(made)) {
                made.close();
            }
            return made;
        });
    }

    private synchronized boolean keep(DeviceWatch made) {
        watch = made;
        return !closed;
    }

    /** It is not called any more, but for what is under way. Does not wait. */
    synchronized void close() {
        closed = true;
        DeviceWatch open = watch;
        if (open != null) {
            inBackground("its watch cannot be closed", () -> {
                open.close();
                return open;
            });
        }
        calls.shutdown();
    }

    private void inBackground(String failure, Callable<?> call) {
        try {
            calls.execute(() -> {
                try {
                    call.call();
                } catch (Exception | LinkageError e) {
                    complain(failure + ": " + e);
                }
            });
        } catch (RejectedExecutionException e) {
            complain(failure + ": it does not come back from other calls");
        }
    }

    /**
     * Blocks for as long as it may take.
     *
     * @throws RuntimeFailure if it does not answer, fails, or its answer makes no sense
     */
    DeviceAccess allocate(List<String> ids) {
        Future<DeviceAccess> call;
        try {
            call = calls.submit(() -> provider.allocate(ids));
        } catch (RejectedExecutionException e) {
            throw failure("does not come back from other calls", e);
        }
        try {
            DeviceAccess access = call.get(callSeconds, TimeUnit.SECONDS);
            DeviceRules.check(access);
            return access;
        } catch (ExecutionException e) {
            throw failure("refused " + ids + ": " + e.getCause().getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw failure("makes no sense: " + e.getMessage(), e);
        } catch (TimeoutException | CancellationException e) {
            call.cancel(true);
            calls.purge();
            throw failure("did not answer within " + callSeconds + " s", e);
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw failure("was interrupted", e);
        }
    }

    private RuntimeFailure failure(String what, Exception cause) {
        return new RuntimeFailure(
                RuntimeFailure.Code.TEMPORARY, readable("the device provider of " + resource + " " + what), cause);
    }
}
