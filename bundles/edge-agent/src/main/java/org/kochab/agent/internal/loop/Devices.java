package org.kochab.agent.internal.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kochab.agent.internal.core.DeviceBook;
import org.kochab.agent.internal.core.GivenDevices;
import org.kochab.agent.internal.core.Moment;
import org.kochab.agent.internal.node.Machine;
import org.kochab.agent.internal.node.Settings;
import org.kochab.api.model.Quantity;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The device providers of this node and what they say. Used on the loop's thread only, but for {@link Allocation}. */
final class Devices {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final int MOST_LOGGED = 16;
    /** Resource managers take no birth with more than 32 in all. */
    private static final int MOST_RESOURCES = 16;

    /**
     * How providers are dealt with.
     *
     * @param takeMillis a provider's lists are taken no more often,
     * @param tellMillis and what is offered is told no more often
     * @param callSeconds what it may take to give devices to a container
     */
    record Pace(long takeMillis, long tellMillis, int callSeconds) {
        static final Pace DEFAULT = new Pace(1_000, 5_000, 10);
    }

    private final Settings settings;
    private final Pace pace;
    private final EventLoop loop;
    private final DeviceBook book;
    private final List<DeviceSlot> slots = new ArrayList<>();
    /** By resource. */
    private final SortedMap<String, DeviceSlot> serving = new TreeMap<>();

    private SortedMap<String, Long> told = new TreeMap<>();
    private SortedMap<String, Long> toldHealthy = new TreeMap<>();
    private long tellAt;

    Devices(Settings settings, EventLoop loop, DeviceBook book) {
        this(settings, loop, book, Pace.DEFAULT);
    }

    Devices(Settings settings, EventLoop loop, DeviceBook book, Pace pace) {
        this.settings = settings;
        this.pace = pace;
        this.loop = loop;
        this.book = book;
        book.countOnly(new TreeSet<>(settings.capacity().keySet()));
    }

    void add(DeviceProvider provider) {
        // Its list is taken by the tick that follows any news.
        DeviceSlot slot = new DeviceSlot(provider, pace.callSeconds(), () -> loop.post(() -> {}));
        slots.add(slot);
        slot.ask(resource -> loop.post(() -> named(slot, resource)));
    }

    private void named(DeviceSlot slot, String resource) {
        if (!slots.contains(slot)) {
            return;
        }
        if (settings.capacity().containsKey(resource)) {
            LOG.error(
                    "Device provider {} is not used: capacity of org.kochab.agent has a number of {}; remove it there, or the provider",
                    slot.name(),
                    resource);
            return;
        }
        slot.resource = resource;
        if (serving.containsKey(resource)) {
            LOG.warn(
                    "Device provider {} waits: {} has devices of {} already",
                    slot.name(),
                    serving.get(resource).name(),
                    resource);
        } else if (serving.size() == MOST_RESOURCES) {
            LOG.error(
                    "Device provider {} of {} is not used: there are {} resources with devices already",
                    slot.name(),
                    resource,
                    MOST_RESOURCES);
        } else {
            serve(slot);
        }
    }

    private void serve(DeviceSlot slot) {
        serving.put(slot.resource, slot);
        slot.begin();
    }

    void remove(DeviceProvider provider) {
        DeviceSlot slot =
                slots.stream().filter(s -> s.isOf(provider)).findFirst().orElse(null);
        if (slot == null) {
            return;
        }
        slots.remove(slot);
        slot.close();
        if (serving.remove(slot.resource, slot)) {
            book.absent(slot.resource);
            LOG.info("The device provider of {} has gone; who runs with its devices goes on", slot.resource);
            slots.stream()
                    .filter(s -> s.resource.equals(slot.resource))
                    .findFirst()
                    .ifPresent(this::serve);
        }
    }

    /** @return when to look again */
    long tick(Moment now) {
        long next = Long.MAX_VALUE;
        for (DeviceSlot slot : serving.values()) {
            if (now.millis() < slot.takeAt) {
                next = Math.min(next, slot.takeAt);
                continue;
            }
            List<Device> present = slot.take();
            if (present != null) {
                slot.takeAt = now.millis() + pace.takeMillis();
                taken(slot, present);
            }
        }
        return next;
    }

    private void taken(DeviceSlot slot, List<Device> present) {
        book.present(slot.resource, present);
        if (!present.equals(slot.devices)) {
            slot.devices = present;
            LOG.info(
                    "{} devices of {}: {}",
                    present.size(),
                    slot.resource,
                    present.stream().limit(MOST_LOGGED).toList());
        }
    }

    // ---- what the node offers

    private boolean hasNews() {
        return !told.equals(book.numbers(false)) || !toldHealthy.equals(book.numbers(true));
    }

    /** @return when {@link #takeNews} may have some */
    long newsAt() {
        return hasNews() ? tellAt : Long.MAX_VALUE;
    }

    /** @return whether it is time to tell that what is offered has changed */
    boolean takeNews(Moment now) {
        if (now.millis() < tellAt || !hasNews()) {
            return false;
        }
        tellAt = now.millis() + pace.tellMillis();
        return true;
    }

    /** What the machine has, devices included; what is offered is told by this. */
    SortedMap<String, String> capacity(Machine machine) {
        told = book.numbers(false);
        SortedMap<String, String> all = new TreeMap<>(machine.capacity());
        told.forEach((resource, number) -> all.put(resource, Long.toString(number)));
        return all;
    }

    /** What pods may have of it: healthy devices less the reserve. */
    SortedMap<String, String> allocatable(Machine machine) {
        toldHealthy = book.numbers(true);
        SortedMap<String, String> all = new TreeMap<>(machine.allocatable());
        toldHealthy.forEach((resource, number) -> {
            String reserve = settings.reserve().getOrDefault(resource, "0");
            all.put(
                    resource,
                    Long.toString(Math.max(0, number - Quantity.parse(reserve).units())));
        });
        return all;
    }

    // ---- starts

    /** A container's devices, to be asked for where that may block. */
    interface Allocation {
        /** @throws RuntimeFailure if a provider does not give them */
        GivenDevices ask();
    }

    Allocation allocation(String uid, String container) {
        SortedMap<String, List<String>> ids = book.of(uid, container);
        SortedMap<String, Optional<DeviceSlot>> providers = new TreeMap<>();
        ids.keySet().forEach(resource -> providers.put(resource, Optional.ofNullable(serving.get(resource))));
        return () -> ask(ids, providers);
    }

    private static GivenDevices ask(
            SortedMap<String, List<String>> ids, SortedMap<String, Optional<DeviceSlot>> providers) {
        List<TaskSpec.Devices> devices = new ArrayList<>();
        SortedMap<String, String> environment = new TreeMap<>();
        List<TaskSpec.Mount> mounts = new ArrayList<>();
        ids.forEach((resource, own) -> {
            DeviceSlot slot = providers
                    .get(resource)
                    .orElseThrow(() -> new RuntimeFailure(
                            RuntimeFailure.Code.TEMPORARY, "the device provider of " + resource + " has gone"));
            DeviceAccess access = slot.allocate(own);
            devices.add(new TaskSpec.Devices(resource, own, access.nodes()));
            environment.putAll(access.environment());
            access.mounts().forEach(m -> mounts.add(new TaskSpec.Mount(m.source(), m.target(), m.readOnly())));
        });
        return new GivenDevices(devices, environment, mounts);
    }

    void close() {
        slots.forEach(DeviceSlot::close);
    }
}
