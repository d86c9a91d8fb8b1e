package org.kochab.devices.sysfs.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceListener;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.device.DeviceWatch;

/** Offers the devices of one kind. Somebody calls {@link #poll} now and then. Any thread. */
public final class SysfsProvider implements DeviceProvider {
    private final Kind kind;
    private final String resource;
    private final Pattern names;
    private final Tree tree;
    private final List<DeviceListener> listeners = new ArrayList<>();
    private @Nullable List<Device> known;

    /** @param names of the devices that are offered */
    public SysfsProvider(Kind kind, String resource, Pattern names, Tree tree) {
        this.kind = kind;
        this.resource = resource;
        this.names = names;
        this.tree = tree;
    }

    @Override
    public String resource() {
        return resource;
    }

    private List<Kind.Found> find() {
        return kind.find(tree).stream()
                .filter(f -> names.matcher(f.device().id()).matches())
                .toList();
    }

    /** Looks for devices and tells of them if they have changed. Blocks for the files of the sysfs. */
    public void poll() {
        List<Device> now = find().stream().map(Kind.Found::device).toList();
        synchronized (this) {
            if (!now.equals(known)) {
                known = now;
                listeners.forEach(listener -> listener.devices(now));
            }
        }
    }

    @Override
    public synchronized DeviceWatch watch(DeviceListener listener) {
        listeners.add(listener);
        if (known != null) {
            listener.devices(known);
        }
        return () -> unwatch(listener);
    }

    private synchronized void unwatch(DeviceListener listener) {
        listeners.remove(listener);
    }

    @Override
    public DeviceAccess allocate(List<String> ids) {
        List<Kind.Found> there = find();
        List<Kind.Found> chosen = ids.stream().map(id -> healthy(id, there)).toList();
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put(
                kind.variable(),
                chosen.stream().map(f -> f.nodes().get(0).toString()).collect(Collectors.joining(",")));
        List<DeviceAccess.Node> nodes = chosen.stream()
                .flatMap(f -> f.nodes().stream())
                .map(node -> new DeviceAccess.Node(node, node.toString(), "rw"))
                .toList();
        return new DeviceAccess(environment, nodes, List.of());
    }

    private Kind.Found healthy(String id, List<Kind.Found> there) {
        Kind.Found found = there.stream()
                .filter(f -> f.device().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(id + " is not there any more"));
        if (!found.device().healthy()) {
            throw new IllegalStateException(id + ": " + found.device().fault());
        }
        return found;
    }
}
