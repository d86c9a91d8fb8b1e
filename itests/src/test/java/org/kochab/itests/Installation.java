package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A control-plane member and an agent as {@code ./kochab} runs them, in a directory and on ports of their own. */
final class Installation {
    private static final Duration COMMAND = Duration.ofSeconds(480);
    private static final Duration WORKLOADS = Duration.ofSeconds(30);
    private static final Duration END = Duration.ofSeconds(30);

    /**
     * Of a member that runs for a minute: the second compiler, a collector with threads of its own or that runs 30 times during the start, and checking what
     * javac wrote, take more from its neighbours than they give.
     */
    static final List<String> BRIEF = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xms256m",
            "-XX:MetaspaceSize=128m",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-BytecodeVerificationRemote");

    final Path run;
    private final int members;
    private final int sshPort;
    final int mqttPort;
    final int securePort;
    final Path root =
            Path.of(System.getProperty("kochab.root")).toAbsolutePath().normalize();
    private final List<String> environment = new ArrayList<>();

    Installation(String name) throws IOException {
        this(name, 1);
    }

    /** @param members how many ports in a row each of its services needs */
    Installation(String name, int members) throws IOException {
        run = Files.createDirectories(Path.of("target", "run", name).toAbsolutePath());
        environment.add("KOCHAB_RUN=" + run);
        environment.add("KOCHAB_NODE=edge-1");
        environment.add("EXTRA_JAVA_OPTS=" + String.join(" ", BRIEF));
        this.members = members;
        sshPort = Ports.free(members);
        environment.add("KOCHAB_SSH_PORT=" + sshPort);
        for (String port : List.of("DISCOVERY", "COMMUNICATION")) {
            environment.add("KOCHAB_" + port + "_PORT=" + Ports.free(members));
        }
        securePort = Ports.free(members);
        environment.add("KOCHAB_API_PORT=" + Ports.free(members));
        environment.add("KOCHAB_SECURE_HOST=127.0.0.1");
        environment.add("KOCHAB_SECURE_PORT=" + securePort);
        mqttPort = Ports.free(members);
        environment.add("KOCHAB_MQTT_PORT=" + mqttPort);
        alone(mqttPort);
    }

    /** Another agent on this machine has the drivers' own bridge and control group; ours are as unique as one of our ports. */
    private void alone(int number) throws IOException {
        alone("agent-1", number);
        alone("agent-2", number + 1);
    }

    private void alone(String agent, int number) throws IOException {
        Path etc = Files.createDirectories(run.resolve(agent).resolve("etc"));
        Files.writeString(
                etc.resolve("org.kochab.runtime.oci.cfg"),
                "bridge = kit%d\nsubnet = 10.%d.%d.0/24\n".formatted(number, 128 + number / 256 % 64, number % 256));
        Files.writeString(etc.resolve("org.kochab.runtime.process.cfg"), "cgroup = kit" + number + "\n");
        Files.writeString(etc.resolve("org.kochab.runtime.vm.cfg"), "cgroup = kit" + number + "-vm\n");
    }

    /** What {@code ./kochab} answered. */
    record Answer(int exit, String output) {}

    Answer kochab(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("kochab").toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** One shell command that must succeed, asked of the first member that runs; its output. */
    String sh(String command) throws IOException {
        for (int member = 1; member < members; member++) {
            if (find("member-" + member).isPresent()) {
                return shOf(member, command);
            }
        }
        return shOf(members, command);
    }

    /** One shell command, asked of a certain member. */
    Answer answerOf(int member, String command) throws IOException {
        return MemberShell.run(
                sshPort + member - 1, run.resolve("member-" + member + "/operator.key"), command, COMMAND);
    }

    /** As {@link #sh}, asked of a certain member. */
    String shOf(int member, String command) throws IOException {
        Answer answer = answerOf(member, command);
        assertThat(answer.exit()).as("%s: %s", command, answer.output()).isZero();
        return answer.output();
    }

    void up(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("up"));
        words.addAll(List.of(arguments));
        Answer answer = kochab(words.toArray(String[]::new));
        assertThat(answer.exit()).as("up: %s", answer.output()).isZero();
    }

    Answer run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment.forEach(e -> builder.environment().put(e.split("=", 2)[0], e.split("=", 2)[1]));
        // A file, not a pipe: what `up` leaves running must not keep this test waiting for the end of its output.
        Path output = Files.createTempFile(run, "command", ".out");
        builder.redirectOutput(output.toFile());
        Process process = builder.start();
        if (!process.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end; it said: " + Files.readString(output));
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        return new Answer(process.exitValue(), text);
    }

    /** A shell command that goes on until it is closed. Its output is in a file. */
    Following follow(String command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(root.resolve("kochab").toString(), "sh", command).redirectErrorStream(true);
        environment.forEach(e -> builder.environment().put(e.split("=", 2)[0], e.split("=", 2)[1]));
        Path output = Files.createTempFile(run, "follow", ".out");
        return new Following(builder.redirectOutput(output.toFile()).start(), output);
    }

    record Following(Process process, Path file) implements AutoCloseable {
        String output() throws IOException {
            return Files.readString(file);
        }

        /** As Ctrl-C does. */
        @Override
        public void close() throws IOException {
            process.destroy();
            await("end of the command", END, () -> !process.isAlive());
            Files.delete(file);
        }
    }

    /** The process of {@code member-1} or {@code agent-1}. */
    ProcessHandle process(String name) throws IOException {
        return find(name).orElseThrow(() -> new AssertionError(name + " does not run"));
    }

    private Optional<ProcessHandle> find(String name) throws IOException {
        Path pid = run.resolve(name).resolve("pid");
        return Files.exists(pid)
                ? ProcessHandle.of(Long.parseLong(Files.readString(pid).trim()))
                : Optional.empty();
    }

    void kill(String name) throws Exception {
        ProcessHandle process = process(name);
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
    }

    /** Process ids, with start times, of all processes whose command line begins with {@code text}. */
    static List<String> workloads(String text) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(p -> commandLine(p.pid()).startsWith(text))
                    .map(p -> p.pid() + "@"
                            + p.info().startInstant().map(Object::toString).orElse("?"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * As {@link #workloads(String)}, once there are so many: a pod runs a moment before its process has become its command, and one that was killed
     * is there a moment longer.
     */
    static List<String> workloads(String text, int count) {
        return Awaitility.await(count + " of " + text)
                .atMost(WORKLOADS)
                .until(() -> workloads(text), found -> found.size() == count);
    }

    private static String commandLine(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }

    static void await(String what, Duration limit, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(limit).until(condition);
    }

    /** Addresses on which a process listens, as /proc/net has them. */
    static List<String> listening(long pid) throws IOException {
        List<String> sockets = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            descriptors.forEach(d -> target(d)
                    .filter(t -> t.startsWith("socket:["))
                    .ifPresent(t -> sockets.add(t.substring(8, t.length() - 1))));
        }
        List<String> addresses = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] f = line.trim().split("\\s+");
                boolean listens = f.length > 9 && (f[3].equals("0A") || table.startsWith("udp"));
                if (listens && sockets.contains(f[9])) {
                    addresses.add(f[1].substring(0, f[1].indexOf(':')));
                }
            }
        }
        return addresses;
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }

    void close() throws IOException, InterruptedException {
        kochab("down", "--pods");
    }
}
