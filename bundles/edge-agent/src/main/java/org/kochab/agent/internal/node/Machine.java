package org.kochab.agent.internal.node;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;
import org.kochab.api.model.Quantity;

/**
 * Facts about this machine, measured once.
 *
 * @param bootId changes with each boot
 * @param hostIp address others may reach the machine at; loopback if there is no other
 */
public record Machine(
        String bootId,
        SortedMap<String, String> capacity,
        SortedMap<String, String> allocatable,
        SortedMap<String, String> labels,
        List<Node.Address> addresses,
        Node.SystemFacts facts,
        String hostIp) {
    private static final int PODS = 110;

    /** @throws IllegalArgumentException if a configured quantity cannot be read */
    public static Machine measure(Settings settings, String agentVersion) {
        String arch = architecture(System.getProperty("os.arch", ""));
        String os = System.getProperty("os.name", "linux").toLowerCase(java.util.Locale.ROOT);
        String boot = line(Path.of("/proc/sys/kernel/random/boot_id")).orElse("unknown");
        SortedMap<String, String> capacity = new TreeMap<>();
        capacity.put("cpu", Integer.toString(Runtime.getRuntime().availableProcessors()));
        memoryKib().ifPresent(kib -> capacity.put("memory", kib + "Ki"));
        capacity.put("pods", Integer.toString(PODS));
        disk(settings.directory()).ifPresent(bytes -> capacity.put("ephemeral-storage", bytes / 1024 + "Ki"));
        capacity.putAll(settings.capacity());
        capacity.forEach((name, value) -> quantity("capacity." + name, value));
        SortedMap<String, String> labels = new TreeMap<>(settings.labels());
        labels.put("kubernetes.io/hostname", settings.node());
        labels.put("kubernetes.io/os", os);
        labels.put("kubernetes.io/arch", arch);
        String ip = ownAddress();
        return new Machine(
                boot,
                capacity,
                allocatable(capacity, settings.reserve()),
                labels,
                List.of(new Node.Address("InternalIP", ip), new Node.Address("Hostname", settings.node())),
                new Node.SystemFacts(boot, os, arch, System.getProperty("os.version"), osImage(), agentVersion),
                ip);
    }

    private static SortedMap<String, String> allocatable(
            SortedMap<String, String> capacity, SortedMap<String, String> reserve) {
        SortedMap<String, String> left = new TreeMap<>(capacity);
        reserve.forEach((name, value) -> {
            long kept = quantity("reserve." + name, value).milli();
            left.computeIfPresent(name, (n, all) -> {
                long rest = Math.max(0, quantity("capacity." + n, all).milli() - kept);
                return n.equals("cpu") ? rest + "m" : whole(rest / 1000);
            });
        });
        return left;
    }

    private static String whole(long units) {
        return units >= 1024 && units % 1024 == 0 ? units / 1024 + "Ki" : Long.toString(units);
    }

    private static Quantity quantity(String field, String value) {
        try {
            return Quantity.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Long> memoryKib() {
        return lines(Path.of("/proc/meminfo")).stream()
                .filter(l -> l.startsWith("MemTotal:"))
                .map(l -> Long.parseLong(l.replaceAll("[^0-9]", "")))
                .findFirst();
    }

    private static Optional<Long> disk(Path directory) {
        try {
            return Optional.of(Files.getFileStore(directory).getTotalSpace());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static @Nullable String osImage() {
        return lines(Path.of("/etc/os-release")).stream()
                .filter(l -> l.startsWith("PRETTY_NAME="))
                .map(l -> l.substring("PRETTY_NAME=".length()).replace("\"", ""))
                .findFirst()
                .orElse(null);
    }

    private static String architecture(String java) {
        return switch (java) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }

    private static String ownAddress() {
        List<InetAddress> all = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress() && !a.isLinkLocalAddress())
                    .forEach(all::add);
        } catch (SocketException e) {
            return "127.0.0.1";
        }
        return all.isEmpty() ? "127.0.0.1" : all.get(0).getHostAddress();
    }

    private static Optional<String> line(Path file) {
        return lines(file).stream().findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
