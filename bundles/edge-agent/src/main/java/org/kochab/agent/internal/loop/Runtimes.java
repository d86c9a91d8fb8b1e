package org.kochab.agent.internal.loop;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.core.Reconciler;
import org.kochab.api.model.Node;
import org.kochab.spi.runtime.RuntimeDriver;
import org.kochab.spi.runtime.RuntimeImage;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drivers on this node: tried out when they come, and again when they or a task of theirs failed. Until {@link #admitAll} only those that a pod needs: trying out
 * others would take the processor from the first connect. Used on the loop's thread only.
 */
final class Runtimes {
    private static final Logger LOG = LoggerFactory.getLogger(Runtimes.class);
    private static final long FIRST_RETRY = 30_000;
    private static final long LAST_RETRY = 600_000;
    private static final int MOST_NAMES = 8;
    private static final int MOST_LOOKED_FOR = 1_000;
    private static final int LONGEST_REASON = 400;

    private static final class Slot {
        final RuntimeDriver driver;
        RuntimeProbe probe = new RuntimeProbe(false, "is being tried out", List.of());
        List<Node.Image> images = List.of();
        /** Names that are among those of no image, as short ones are: the images were listed since they were used. */
        final Set<String> lookedFor = new HashSet<>();

        boolean admitted;
        boolean busy;
        boolean listed;
        boolean probed;
        long retryDelay = FIRST_RETRY;
        long retryAt = Long.MAX_VALUE;

        Slot(RuntimeDriver driver) {
            this.driver = driver;
        }
    }

    private final SortedMap<String, Slot> slots = new TreeMap<>();
    private final Pools pools;
    private final EventLoop loop;
    private final Reconciler reconciler;
    private boolean news;
    private boolean all;

    Runtimes(Pools pools, EventLoop loop, Reconciler reconciler) {
        this.pools = pools;
        this.loop = loop;
        this.reconciler = reconciler;
    }

    void add(RuntimeDriver driver) {
        Slot slot = new Slot(driver);
        slots.put(driver.kind(), slot);
        reconciler.driverComes(driver.kind());
        news = true;
        if (all) {
            admit(slot);
        }
    }

    /** From now on drivers are tried out when they come. */
    void admitAll() {
        if (!all) {
            all = true;
            slots.values().forEach(this::admit);
        }
    }

    private void admit(Slot slot) {
        if (!slot.admitted) {
            slot.admitted = true;
            list(slot);
        }
    }

    void remove(RuntimeDriver driver) {
        Slot slot = slots.get(driver.kind());
        if (slot != null && slot.driver == driver) {
            slots.remove(driver.kind());
            reconciler.driverGone(driver.kind());
            news = true;
        }
    }

    Optional<RuntimeDriver> get(String kind) {
        return Optional.ofNullable(slots.get(kind)).map(s -> s.driver);
    }

    /** Whether all is known of a kind's driver that there is to know now. */
    boolean known(String kind) {
        Slot slot = slots.get(kind);
        return slot != null && slot.probed;
    }

    /** First what is there, which needs no working driver; then whether it works. */
    private void list(Slot slot) {
        slot.busy = true;
        pools.starts.execute(() -> {
            List<TaskHandle> tasks;
            try {
                tasks = slot.driver.tasks();
            } catch (RuntimeException e) {
                LOG.warn(
                        "Runtime driver {} cannot list its tasks; nothing of its kind is touched until it can",
                        name(slot),
                        e);
                loop.post(() -> failed(slot, "cannot list its tasks: " + e.getMessage()));
                return;
            }
            loop.post(() -> {
                if (current(slot)) {
                    slot.listed = true;
                    reconciler.driver(slot.driver.kind(), tasks);
                    probe(slot);
                }
            });
        });
    }

    private void probe(Slot slot) {
        slot.busy = true;
        pools.starts.execute(() -> {
            RuntimeProbe probe;
            try {
                probe = slot.driver.probe();
            } catch (RuntimeException e) {
                LOG.warn("Runtime driver {} failed its probe", name(slot), e);
                probe = new RuntimeProbe(false, "its probe failed: " + e.getMessage(), List.of());
            }
            RuntimeProbe result = probe;
            List<Node.Image> images = result.ok() ? images(slot) : List.of();
            loop.post(() -> probed(slot, result, images));
        });
    }

    private void probed(Slot slot, RuntimeProbe probe, List<Node.Image> images) {
        if (!current(slot)) {
            return;
        }
        if (!probe.ok()) {
            failed(slot, probe.reason());
            return;
        }
        slot.busy = false;
        news |= !probe.equals(slot.probe) || !images.equals(slot.images);
        slot.probe = probe;
        slot.images = images;
        slot.probed = true;
        slot.retryAt = slot.listed ? Long.MAX_VALUE : -1;
        slot.retryDelay = FIRST_RETRY;
        reconciler.probed(slot.driver.kind(), true, "");
    }

    private void failed(Slot slot, String reason) {
        if (!current(slot)) {
            return;
        }
        slot.busy = false;
        slot.probed = true;
        RuntimeProbe probe = new RuntimeProbe(false, reason, List.of());
        news |= !probe.equals(slot.probe);
        slot.probe = probe;
        slot.retryAt = -1;
        reconciler.probed(slot.driver.kind(), false, "runtimeClassName '" + slot.driver.kind() + "': " + reason);
        LOG.warn("Runtime {} is not offered: {}", slot.driver.kind(), reason);
    }

    /** Tells, on the loop's thread, how a task has ended. If its driver cannot say that, all its tasks are looked at again in a while. */
    void watch(RuntimeDriver driver, TaskHandle task, Consumer<TaskExit> ended) {
        // It may have to ask a program.
        pools.stops.execute(() -> {
            try {
                driver.exit(task).whenComplete((exit, failure) -> {
                    if (failure == null) {
                        loop.post(() -> ended.accept(exit));
                    } else {
                        cannotWatch(driver, task, failure);
                    }
                });
            } catch (RuntimeException e) {
                cannotWatch(driver, task, e);
            }
        });
    }

    private void cannotWatch(RuntimeDriver driver, TaskHandle task, Throwable why) {
        loop.post(() -> {
            Slot slot = slots.get(driver.kind());
            if (slot != null && slot.driver == driver) {
                LOG.warn("Runtime driver {} cannot say how {} ends; it is asked again", name(slot), task, why);
                slot.listed = false;
                suspect(driver.kind());
            }
        });
    }

    /** A task could not be started for a reason that may be the driver's. */
    void suspect(String kind) {
        Slot slot = slots.get(kind);
        if (slot != null && !slot.busy && slot.retryAt == Long.MAX_VALUE) {
            slot.retryAt = -1;
        }
    }

    /** @return when to look again */
    long tick(Moment now) {
        long next = Long.MAX_VALUE;
        if (!all) {
            reconciler.kindsInUse().forEach(kind -> Optional.ofNullable(slots.get(kind))
                    .ifPresent(this::admit));
        }
        for (Slot slot : slots.values()) {
            if (slot.retryAt < 0) {
                slot.retryAt = now.millis() + slot.retryDelay;
                slot.retryDelay = Math.min(LAST_RETRY, slot.retryDelay * 2);
            }
            if (!slot.busy && slot.retryAt <= now.millis()) {
                slot.retryAt = Long.MAX_VALUE;
                if (slot.listed) {
                    probe(slot);
                } else {
                    list(slot);
                }
            }
            next = Math.min(next, slot.retryAt);
        }
        return next;
    }

    /** A container of this image has started: the image is here. */
    void used(String kind, String image) {
        Slot slot = slots.get(kind);
        if (slot == null
                || slot.busy
                || slot.lookedFor.contains(image)
                || slot.images.stream().anyMatch(i -> i.names().contains(image))) {
            return;
        }
        slot.busy = true;
        pools.starts.execute(() -> {
            List<Node.Image> images = images(slot);
            loop.post(() -> {
                slot.busy = false;
                boolean others = !images.equals(slot.images);
                news |= others;
                slot.images = images;
                if (others || slot.lookedFor.size() >= MOST_LOOKED_FOR) {
                    slot.lookedFor.clear();
                }
                slot.lookedFor.add(image);
            });
        });
    }

    private static List<Node.Image> images(Slot slot) {
        try {
            List<Node.Image> images = new ArrayList<>();
            for (RuntimeImage image : slot.driver.images()) {
                images.add(
                        new Node.Image(image.names().stream().limit(MOST_NAMES).toList(), image.sizeBytes()));
            }
            return images;
        } catch (RuntimeException e) {
            LOG.warn("Runtime driver {} cannot list images", name(slot), e);
            return List.of();
        }
    }

    private boolean current(Slot slot) {
        return slots.get(slot.driver.kind()) == slot;
    }

    private static String name(Slot slot) {
        return slot.driver.kind() + " (" + slot.driver.getClass().getName() + ")";
    }

    /** @return whether what is offered has changed since this was last asked */
    boolean takeNews() {
        boolean had = news;
        news = false;
        return had;
    }

    List<Node.Runtime> offered() {
        return slots.values().stream()
                .map(s -> new Node.Runtime(
                        s.driver.kind(),
                        s.probe.ok(),
                        s.probe.reason().isEmpty()
                                ? null
                                : s.probe
                                        .reason()
                                        .substring(
                                                0,
                                                Math.min(
                                                        LONGEST_REASON,
                                                        s.probe.reason().length())),
                        s.probe.limits()))
                .toList();
    }

    List<Node.Image> images() {
        return slots.values().stream().flatMap(s -> s.images.stream()).toList();
    }
}
