package org.kochab.chaos.loss;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What {@code ./kochab up} makes, in a directory and on ports of its own. Any thread. */
final class Installation {
    private static final int SECONDS = 900;

    private final Path kochab;
    private final Path directory;
    private final int port;

    /** @param port of forty in a row */
    Installation(Path root, Path directory, int port) {
        this.kochab = root.resolve("kochab");
        this.directory = directory;
        this.port = port;
    }

    record Answer(int exit, String text) {}

    Path directory() {
        return directory;
    }

    Answer kochab(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(kochab.toString()));
        command.addAll(List.of(words));
        // A file, not a pipe: what goes on running must not hold its end.
        Path output = Files.createTempFile(directory, "command", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("KOCHAB_RUN", directory.toString());
        List<String> services = List.of("SSH", "MQTT", "DISCOVERY", "COMMUNICATION");
        for (int i = 0; i < services.size(); i++) {
            builder.environment().put("KOCHAB_" + services.get(i) + "_PORT", Integer.toString(port + 10 * i));
        }
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end; see " + output);
        }
        String text = Files.readString(output, UTF_8);
        Files.delete(output);
        return new Answer(process.exitValue(), text);
    }

    /** Shell commands that must succeed. */
    String sh(String commands) throws IOException, InterruptedException {
        Answer answer = kochab("sh", commands);
        if (answer.exit() != 0) {
            throw new IOException(commands + " failed: " + answer.text().strip());
        }
        return answer.text();
    }

    /** Processes, each with its start, whose command line begins so. */
    static Set<String> processes(String command) {
        Set<String> found = new TreeSet<>();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            all.filter(p -> commandLine(p.pid()).startsWith(command))
                    .forEach(p -> found.add(p.pid() + "@" + p.info().startInstant()));
        }
        return found;
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), UTF_8).replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }
}
