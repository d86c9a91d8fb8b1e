package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel says of processes. */
final class Proc {
    private static final Path ROOT = Path.of("/proc");
    /** USER_HZ is 100 on every Linux that a JDK runs on; the page size is read from the kernel's own figures. */
    private static final long MICROS_PER_TICK = 10_000;

    private Proc() {}

    /**
     * One process.
     *
     * @param startTicks when it was started: with the pid and the boot, what tells it from all others
     * @param cpuMicros used by it and by its children that have ended
     */
    record Stat(int pid, char state, int parent, int session, long startTicks, long cpuMicros) {
        boolean alive() {
            return state != 'Z' && state != 'X';
        }
    }

    static String bootId() {
        try {
            return Files.readString(ROOT.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    static Optional<Stat> stat(int pid) {
        try {
            String text = Files.readString(ROOT.resolve(pid + "/stat"));
            String[] f = text.substring(text.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(f[11]) + Long.parseLong(f[12]) + Long.parseLong(f[13]) + Long.parseLong(f[14]);
            return Optional.of(new Stat(
                    pid,
                    f[0].charAt(0),
                    Integer.parseInt(f[1]),
                    Integer.parseInt(f[3]),
                    Long.parseLong(f[19]),
                    ticks * MICROS_PER_TICK));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    static long residentBytes(int pid) {
        try {
            for (String line : Files.readAllLines(ROOT.resolve(pid + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | RuntimeException e) {
            return 0;
        }
        return 0;
    }

    static List<Stat> all() {
        List<Stat> all = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(ROOT, "[0-9]*")) {
            for (Path process : processes) {
                stat(Integer.parseInt(process.getFileName().toString())).ifPresent(all::add);
            }
        } catch (IOException | RuntimeException e) {
            return all;
        }
        return all;
    }

    static void kill(int pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void terminate(int pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    }
}
