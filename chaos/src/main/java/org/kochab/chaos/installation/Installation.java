package org.kochab.chaos.installation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What {@code ./kochab up} makes, in a directory and on ports of its own. Any thread; commands block until they end, 15 minutes at most. */
public final class Installation {
    /** Full within minutes, so that what grows after that is something else. */
    private static final int HISTORY_EVENTS = 1_000;

    private static final int SECONDS = 900;

    private final Path kochab;
    private final Path directory;
    private final int port;
    private final Map<String, String> settings = new TreeMap<>();

    /** @param port of forty in a row */
    public Installation(Path root, Path directory, int port) {
        this.kochab = root.resolve("kochab");
        this.directory = directory;
        this.port = port;
    }

    /** How a command ended, and what it printed on both its outputs. */
    public record Answer(int exit, String text) {}

    public Path directory() {
        return directory;
    }

    public int port() {
        return port;
    }

    /**
     * Starts it, with two tenant partitions, two resource managers and two agents.
     *
     * @throws IOException if it does not start
     */
    public void up(int members) throws IOException, InterruptedException {
        must("up", "--members", Integer.toString(members), "--tps", "2", "--rms", "2", "--agents", "2");
    }

    /**
     * Runs {@code ./kochab} with these words, which must succeed.
     *
     * @throws IOException with what was printed, if it fails
     */
    public void must(String... words) throws IOException, InterruptedException {
        Answer answer = kochab(words);
        if (answer.exit() != 0) {
            throw new IOException("kochab " + String.join(" ", words) + " failed: " + answer.text());
        }
    }

    /** Makes a tenant of the first partition. @return the kubeconfig of an administrator of it */
    public Path tenant(String name) throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".kubeconfig");
        sh("kochab:tenant-create " + name + " --partition tp-1; kochab:kubeconfig " + name + " ann -o " + file);
        return file;
    }

    /** Ends its pods and all that runs of it. */
    public void down() throws IOException, InterruptedException {
        kochab("down", "--pods");
        kochab("down");
    }

    /** The process ids of its members and agents, by the names of their directories. */
    public SortedMap<String, Long> jvms() throws IOException {
        SortedMap<String, Long> found = new TreeMap<>();
        try (DirectoryStream<Path> each = Files.newDirectoryStream(directory, "{member,agent}-*")) {
            for (Path one : each) {
                String pid = Files.readString(one.resolve("pid"), UTF_8).strip();
                found.put(one.getFileName().toString(), Long.parseLong(pid));
            }
        }
        return found;
    }

    /** One more variable of the environment for all that is started from now on. */
    public void set(String variable, String value) {
        settings.put(variable, value);
    }

    /** No longer. */
    public void unset(String variable) {
        settings.remove(variable);
    }

    /** Runs {@code ./kochab} with these words. */
    public Answer kochab(String... words) throws IOException, InterruptedException {
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
        // Each service has ten ports, of which five members use five.
        builder.environment().put("KOCHAB_API_PORT", Integer.toString(port + 5));
        builder.environment().put("KOCHAB_HISTORY_EVENTS", Integer.toString(HISTORY_EVENTS));
        builder.environment().putAll(settings);
        Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end; see " + output);
        }
        String text = Files.readString(output, UTF_8);
        Files.delete(output);
        return new Answer(process.exitValue(), text);
    }

    /**
     * Shell commands that must succeed.
     *
     * @throws IOException with what was printed, if they fail
     */
    public String sh(String commands) throws IOException, InterruptedException {
        Answer answer = kochab("sh", commands);
        if (answer.exit() != 0) {
            throw new IOException(commands + " failed: " + answer.text().strip());
        }
        return answer.text();
    }

    /**
     * Applies a deployment of processes that sleep; does not wait for its pods.
     *
     * @param seconds how long they sleep, by which {@link #processes} finds them
     * @param options of {@code kochab:apply}
     * @throws IOException if that fails
     */
    public void apply(String name, int replicas, long seconds, String options)
            throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".yaml");
        Files.writeString(
                file,
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      runtimeClassName: process
                      terminationGracePeriodSeconds: 1
                      containers:
                      - {name: main, command: [sleep, "%3$d"]}
                """
                        .formatted(name, replicas, seconds));
        sh("kochab:apply " + file + " " + options);
    }

    /** Processes, each with its start, whose command line begins so. */
    public static Set<String> processes(String command) {
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
