package org.kochab.hosttasks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Programs of the host that the driver uses, and who it runs as. */
final class Tools {
    private static final List<String> PLACES =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final List<String> NEEDED =
            List.of("sh", "setsid", "mkfifo", "dd", "wc", "mv", "cat", "env", "sleep", "date");
    private static final List<String> USEFUL = List.of("setpriv", "unshare", "nsenter", "mount");
    private static final long SECONDS = 10;

    private final SortedSet<String> present = new TreeSet<>();
    private final int uid;
    private final String env;

    Tools() {
        for (String name : NEEDED) {
            find(name);
        }
        for (String name : USEFUL) {
            find(name);
        }
        uid = ownUid();
        // Background commands of a shell ignore interrupts; the task must not.
        boolean resets = answers(List.of("env", "--default-signal=INT", "true"), "");
        env = resets ? "env --default-signal=INT,QUIT -i" : "env -i";
    }

    private void find(String name) {
        if (PLACES.stream().anyMatch(p -> Files.isExecutable(Path.of(p, name)))) {
            present.add(name);
        }
    }

    private static int ownUid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return -1;
        }
    }

    boolean has(String name) {
        return present.contains(name);
    }

    int uid() {
        return uid;
    }

    boolean root() {
        return uid == 0;
    }

    String env() {
        return env;
    }

    /** @return what is missing and how to get it; empty if nothing is */
    String missing() {
        List<String> missing = NEEDED.stream().filter(n -> !has(n)).toList();
        if (!missing.isEmpty()) {
            return "the node lacks " + String.join(", ", missing) + ": apt-get install coreutils util-linux dash";
        }
        return "";
    }

    private static boolean answers(List<String> command, String expected) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readNBytes(1024));
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0 && output.equals(expected);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
