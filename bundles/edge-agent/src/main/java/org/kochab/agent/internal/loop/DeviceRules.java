package org.kochab.agent.internal.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;

/** What a device provider may say. Each check fails with {@link IllegalArgumentException}, in one sentence. */
final class DeviceRules {
    private static final int MOST_DEVICES = 1024;
    private static final int LONGEST_FAULT = 300;
    private static final int MOST_EDITS = 64;
    private static final int LONGEST_PATH = 4096;
    private static final int LONGEST_VALUE = 32_768;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}");
    private static final Pattern RESOURCE = Pattern.compile(
            "(?=[^/]{1,253}/)[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern OF_KUBERNETES = Pattern.compile("([^/]*\\.)?kubernetes\\.io/.*");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern PERMISSIONS = Pattern.compile("(?=.)r?w?m?");

    private DeviceRules() {}

    static void checkResource(@Nullable String resource) {
        require(
                resource != null
                        && RESOURCE.matcher(resource).matches()
                        && !OF_KUBERNETES.matcher(resource).matches(),
                "'" + resource + "' is not the name of an extended resource; use one such as vendor.com/gpu");
    }

    static void check(List<Device> devices) {
        require(devices.size() <= MOST_DEVICES, devices.size() + " devices are more than " + MOST_DEVICES);
        SortedSet<String> ids = new TreeSet<>();
        for (Device device : devices) {
            require(
                    device.id() != null && ID.matcher(device.id()).matches(),
                    "'" + device.id() + "' is not an id of a device");
            require(ids.add(device.id()), "device " + device.id() + " is there twice");
            require(
                    device.fault() == null || device.fault().length() <= LONGEST_FAULT,
                    "the fault of device " + device.id() + " is longer than " + LONGEST_FAULT + " characters");
        }
    }

    static void check(@Nullable DeviceAccess access) {
        require(access != null, "it gives nothing");
        require(
                access.environment().size() <= MOST_EDITS
                        && access.nodes().size() <= MOST_EDITS
                        && access.mounts().size() <= MOST_EDITS,
                "it gives more than " + MOST_EDITS + " variables, device nodes or mounts");
        access.environment().forEach((name, value) -> {
            require(VARIABLE.matcher(name).matches(), "'" + name + "' is not a name of a variable");
            require(
                    value != null && value.indexOf('\0') < 0 && value.length() <= LONGEST_VALUE,
                    "variable " + name + " has no value, or one that is too long or has a NUL");
        });
        for (DeviceAccess.Node node : access.nodes()) {
            path(node.source());
            path(node.target());
            require(
                    node.permissions() != null
                            && PERMISSIONS.matcher(node.permissions()).matches(),
                    "permissions '" + node.permissions() + "' of " + node.source() + " are not of r, w and m");
        }
        for (DeviceAccess.Mount mount : access.mounts()) {
            path(mount.source());
            path(mount.target());
        }
    }

    private static void path(@Nullable Object path) {
        String text = String.valueOf(path);
        require(
                text.startsWith("/")
                        && text.length() <= LONGEST_PATH
                        && text.chars().noneMatch(Character::isISOControl)
                        && Path.of(text).normalize().toString().equals(text),
                "'" + text + "' is not an absolute path without '..'");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
