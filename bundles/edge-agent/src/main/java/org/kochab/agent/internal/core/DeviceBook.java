package org.kochab.agent.internal.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kochab.agent.internal.core.Checkpoint.HeldDevices;
import org.kochab.api.model.Container;
import org.kochab.api.model.Quantity;
import org.kochab.spi.device.Device;

/** Which devices this node has, and which containers have them. A container keeps its devices until its pod has ended or is gone. */
public final class DeviceBook {
    private final SortedMap<String, SortedMap<String, Device>> present = new TreeMap<>();
    private final SortedSet<String> counted = new TreeSet<>();
    private final List<HeldDevices> held;
    private boolean freed;

    DeviceBook(List<HeldDevices> saved) {
        held = new ArrayList<>(saved);
    }

    // ---- what there is

    /** Of these resources there are numbers only, no devices. */
    public void countOnly(SortedSet<String> resources) {
        counted.addAll(resources);
    }

    /** All devices of a resource that are present now. */
    public void present(String resource, List<Device> devices) {
        SortedMap<String, Device> byId = new TreeMap<>();
        devices.forEach(d -> byId.put(d.id(), d));
        present.put(resource, byId);
    }

    /** Nobody knows the devices of a resource any more. */
    public void absent(String resource) {
        present.remove(resource);
    }

    /** @return how many devices there are, by resource */
    public SortedMap<String, Long> numbers(boolean healthyOnly) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        present.forEach((resource, devices) -> numbers.put(
                resource,
                devices.values().stream()
                        .filter(d -> d.healthy() || !healthyOnly)
                        .count()));
        return numbers;
    }

    // ---- who has what

    /**
     * Gives a container all devices it asks for, or none.
     *
     * @return why it cannot be started with them now; empty if it has them, or needs none
     */
    Optional<String> take(String uid, Container container, boolean init) {
        List<HeldDevices> fresh = new ArrayList<>();
        for (var need : needs(container).entrySet()) {
            String resource = need.getKey();
            SortedMap<String, Device> all = present.get(resource);
            if (all == null) {
                return Optional.of("this node has no device provider for " + resource
                        + " now: the container starts when it is back, or delete the pod");
            }
            Optional<HeldDevices> own = ofContainer(uid, container.name())
                    .filter(h -> h.resource().equals(resource) && h.ids().size() == need.getValue())
                    .findFirst();
            Optional<String> why = own.isPresent()
                    ? fault(resource, own.get().ids(), all)
                    : choose(uid, container.name(), init, resource, need.getValue(), all, fresh);
            if (why.isPresent()) {
                return why;
            }
        }
        for (HeldDevices devices : fresh) {
            held.removeIf(h -> h.isOf(uid, container.name()) && h.resource().equals(devices.resource()));
            held.add(devices);
        }
        return Optional.empty();
    }

    private static Optional<String> fault(String resource, List<String> ids, SortedMap<String, Device> all) {
        for (String id : ids) {
            Device device = all.get(id);
            if (device == null || !device.healthy()) {
                return Optional.of("device " + id + " of " + resource
                        + (device == null ? " is not there any more" : " is not healthy: " + device.fault())
                        + "; the container starts when it is back, or delete the pod");
            }
        }
        return Optional.empty();
    }

    private Optional<String> choose(
            String uid,
            String container,
            boolean init,
            String resource,
            long wanted,
            SortedMap<String, Device> all,
            List<HeldDevices> fresh) {
        SortedSet<String> taken = new TreeSet<>();
        SortedSet<String> ofInits = new TreeSet<>();
        for (HeldDevices other : held) {
            if (!other.resource().equals(resource) || other.isOf(uid, container)) {
                continue;
            }
            if (other.ids().isEmpty()) {
                return Optional.of(
                        "container " + other.container() + " of pod " + other.uid() + " runs with devices of "
                                + resource
                                + " that are not known any more since the checkpoint was lost: none is given away until that pod is gone");
            }
            // Init containers run one after the other and before the others: their pod uses their devices again.
            (other.init() && other.uid().equals(uid) ? ofInits : taken).addAll(other.ids());
        }
        ofInits.removeAll(taken);
        List<Device> free = all.values().stream()
                .filter(d -> d.healthy() && !taken.contains(d.id()))
                .toList();
        if (free.size() < wanted) {
            return Optional.of("needs " + wanted + " of " + resource + ", and " + free.size() + " of the " + all.size()
                    + " devices that this node has are healthy and free");
        }
        fresh.add(new HeldDevices(uid, container, init, resource, nearest(free, ofInits, (int) wanted)));
        return Optional.empty();
    }

    /** The pod's own first; then, if one memory node has enough, all of that one. */
    private static List<String> nearest(List<Device> free, SortedSet<String> own, int wanted) {
        Map<Integer, Long> near = new TreeMap<>();
        free.stream().filter(d -> d.numaNode() != null).forEach(d -> near.merge(d.numaNode(), 1L, Long::sum));
        int node = near.entrySet().stream()
                .filter(e -> e.getValue() >= wanted)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(-1);
        return free.stream()
                .sorted(Comparator.comparing((Device d) -> !own.contains(d.id()))
                        .thenComparing(d -> d.numaNode() == null || d.numaNode() != node)
                        .thenComparing(Device::id))
                .limit(wanted)
                .map(Device::id)
                .toList();
    }

    /** A container that was found running without a word of its devices: none of their resources are given away while it is here. */
    void adopted(String uid, Container container, boolean init) {
        needs(container).keySet().stream()
                .filter(r -> ofContainer(uid, container.name())
                        .noneMatch(h -> h.resource().equals(r)))
                .forEach(r -> held.add(new HeldDevices(uid, container.name(), init, r, List.of())));
    }

    /** The ids of a container's devices, by resource. */
    public SortedMap<String, List<String>> of(String uid, String container) {
        SortedMap<String, List<String>> devices = new TreeMap<>();
        ofContainer(uid, container).forEach(h -> devices.put(h.resource(), h.ids()));
        return devices;
    }

    private Stream<HeldDevices> ofContainer(String uid, String container) {
        return held.stream().filter(h -> h.isOf(uid, container));
    }

    /** Nothing of a pod runs any more that could use its devices. */
    void release(String uid) {
        freed |= held.removeIf(h -> h.uid().equals(uid));
    }

    /** @return whether devices were released since this was last asked: somebody may wait for them */
    boolean takeFreed() {
        boolean had = freed;
        freed = false;
        return had;
    }

    List<HeldDevices> saved() {
        return List.copyOf(held);
    }

    /** How many devices a container asks for, by resource; without resources of which this node has numbers only. */
    private SortedMap<String, Long> needs(Container container) {
        SortedMap<String, Long> needs = new TreeMap<>();
        if (container.resources() == null) {
            return needs;
        }
        Map<String, String> asked = new TreeMap<>(container.resources().requests());
        asked.putAll(container.resources().limits());
        asked.forEach((resource, text) -> {
            if (isExtended(resource) && !counted.contains(resource)) {
                long number = pieces(text).orElse(0);
                if (number > 0) {
                    needs.put(resource, number);
                }
            }
        });
        return needs;
    }

    /** Whether it is a resource that vendors count: only these can be devices. */
    static boolean isExtended(String resource) {
        return resource.indexOf('/') >= 0;
    }

    /** @return empty for what is not a whole number */
    static OptionalLong pieces(String text) {
        try {
            Quantity quantity = Quantity.parse(text);
            return quantity.milli() % 1000 == 0 ? OptionalLong.of(quantity.units()) : OptionalLong.empty();
        } catch (IllegalArgumentException e) {
            return OptionalLong.empty();
        }
    }
}
