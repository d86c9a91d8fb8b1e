package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;

/** A box with the edge distribution, started as systemd would, and the other end of its link by hand: mosquitto and its two clients. */
final class AgentBox implements AutoCloseable {
    private static final String UID = "7d1f6f0e-2c5b-4f6e-9f6a-0c4f5a1b2c3d";
    private static final String ROOT = "kochab/1/rm-1/box-1/";
    /** Much longer than anything takes on a machine that is not overloaded. */
    static final Duration LIMIT = Duration.ofSeconds(150);

    private static final int TERMINATED = 143;

    final Path work;
    final Path base;
    private final int port = Ports.free();
    private final Path heard;
    private final Path log;
    private final List<Process> clients = new ArrayList<>();
    private final String runtime;
    private final List<String> wanted;
    private int generation;
    private int commands;
    private Process launcher;

    /** @param command of the one process that the box is to run; nothing else on this machine may have it */
    AgentBox(Path work, String... command) throws Exception {
        this(work, "process", home -> {}, command);
    }

    /**
     * @param runtime that runs it
     * @param change of the distribution, before it is started
     */
    AgentBox(Path work, String runtime, AgentArchive.Change change, String... command) throws Exception {
        this.runtime = runtime;
        this.work = Files.createDirectories(work.toAbsolutePath());
        base = Files.createDirectories(this.work.resolve("base"));
        heard = this.work.resolve("heard");
        log = this.work.resolve("agent.log");
        wanted = List.of(command);
        Path etc = Files.createDirectories(base.resolve("etc"));
        Path home = AgentArchive.unpack(this.work);
        AgentArchive.removeContainers(home);
        change.make(home);
        try (Stream<Path> files = Files.list(home.resolve("etc"))) {
            for (Path file : files.toList()) {
                Files.copy(file, etc.resolve(file.getFileName()));
            }
        }
        Files.writeString(etc.resolve("org.kochab.runtime.process.cfg"), "cgroup = kit" + port + "\n");
        Path conf = Files.writeString(
                this.work.resolve("mosquitto.conf"),
                "listener " + port + " 127.0.0.1\nallow_anonymous true\nuser root\n");
        client("mosquitto.log", "mosquitto", "-c", conf.toString());
        Installation.await("broker", LIMIT, () -> publish("probe", "{}", false) == 0);
        client(
                "heard",
                "mosquitto_sub",
                "-V",
                "mqttv5",
                "-p",
                "" + port,
                "-q",
                "1",
                "-F",
                "%t %p",
                "-t",
                ROOT + "up/#");
        Installation.await("who hears what the agent says", LIMIT, () -> {
            publish("up/probe", "{}", false);
            return !heard("up/probe").isEmpty();
        });
        desire(List.of(entry(null)));
        start(LIMIT);
    }

    Path home() {
        return work.resolve(AgentArchive.NAME);
    }

    private void client(String output, String... command) throws IOException {
        clients.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve(output).toFile())
                .start());
    }

    // ---- the box

    /**
     * As systemd does.
     *
     * @param trial how long a new version has to prove healthy
     */
    void start(Duration trial) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(home().resolve("bin/agent").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("KOCHAB_AGENT_BASE", base.toString());
        builder.environment().put("KOCHAB_BROKERS", "tcp://127.0.0.1:" + port);
        builder.environment().put("KOCHAB_NODE", "box-1");
        builder.environment().put("KOCHAB_UPDATE_SECONDS", "" + trial.toSeconds());
        launcher = builder.start();
    }

    void restart(Duration trial) throws IOException, InterruptedException {
        String ended = life();
        launcher.destroy();
        assertThat(launcher.waitFor()).isEqualTo(TERMINATED);
        start(trial);
        Installation.await("a birth", LIMIT, () -> !life().equals(ended));
    }

    Process launcher() {
        return launcher;
    }

    /** The agent's own process, once there is one. */
    ProcessHandle agent() {
        Installation.await("an agent", LIMIT, () -> process().isPresent());
        return process().orElseThrow();
    }

    private Optional<ProcessHandle> process() {
        try {
            String pid = Files.readString(base.resolve("data/agent.pid")).strip();
            return pid.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    List<String> versions() throws IOException {
        try (Stream<Path> all = Files.list(base.resolve("versions"))) {
            return all.filter(Files::isDirectory)
                    .map(v -> v.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** An archive of another version, which runs processes only. */
    Path pack(String version, AgentArchive.Change change) throws Exception {
        return AgentArchive.pack(work, version, home -> {
            AgentArchive.removeContainers(home);
            change.make(home);
        });
    }

    // ---- the manager

    /** Sends the command to update. */
    String update(String id, String version, String url, String sha256) {
        String correlation = "c-" + ++commands;
        publish(
                "down/cmd/" + correlation,
                """
                {"type": "update", "epoch": 1, "timeoutSeconds": 60,
                 "update": {"id": "%s", "version": "%s", "url": "%s", "sha256": "%s"}}"""
                        .formatted(id, version, url, sha256),
                false);
        return correlation;
    }

    /** The last answer to a command. */
    String answer(String correlation) {
        Installation.await("answer " + correlation, LIMIT, () -> !heard("up/reply/" + correlation)
                .isEmpty());
        List<String> answers = heard("up/reply/" + correlation);
        return answers.get(answers.size() - 1);
    }

    /** Waits for a birth that has all these words. */
    void awaitBirth(String... words) {
        Installation.await("birth with " + List.of(words), LIMIT, () -> {
            List<String> births = heard("up/birth");
            return !births.isEmpty() && Stream.of(words).allMatch(births.get(births.size() - 1)::contains);
        });
    }

    /** The number of the agent's life, as the last birth has it. */
    String life() {
        List<String> births = heard("up/birth");
        return births.isEmpty() ? "" : life(births.get(births.size() - 1));
    }

    private static String life(String birth) {
        return birth.replaceFirst(".*\"birth\":(\\d+).*", "$1");
    }

    /** All that the agent said of itself in one of its lives. */
    List<String> births(String life) {
        return heard("up/birth").stream().filter(b -> life(b).equals(life)).toList();
    }

    List<String> heard(String topic) {
        String start = ROOT + topic + " ";
        try {
            return Files.readAllLines(heard).stream()
                    .filter(l -> l.startsWith(start))
                    .map(l -> l.substring(start.length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String spec() {
        return """
                {"uid":"%s","tenant":"acme","namespace":"default","name":"hello","labels":{},"spec":{"containers":[{"name":"main","command":["%s"]}],"runtimeClassName":"%s"}}"""
                .formatted(UID, String.join("\",\"", wanted), runtime);
    }

    private Desired.Entry entry(Long grace) {
        return new Desired.Entry(UID, Digests.of(spec().getBytes(StandardCharsets.UTF_8)), 1, grace);
    }

    private void desire(List<Desired.Entry> pods) {
        String entries = pods.stream()
                .map(e -> "{\"uid\":\"%s\",\"specDigest\":\"%s\",\"token\":%d,\"stopGraceSeconds\":%s}"
                        .formatted(e.uid(), e.specDigest(), e.token(), e.stopGraceSeconds()))
                .reduce("", (a, b) -> b);
        publish(
                "down/desired",
                "{\"epoch\":1,\"generation\":%d,\"digest\":\"%s\",\"pods\":[%s]}"
                        .formatted(++generation, Digests.of(pods), entries),
                true);
    }

    /** The workload's process, once there is exactly one. */
    String workload() {
        String command = String.join(" ", wanted);
        Installation.await("the workload runs", LIMIT, () -> {
            if (!heard("up/request").isEmpty()) {
                publish("down/spec/" + entry(null).specDigest(), spec(), false);
            }
            return Installation.workloads(command).size() == 1;
        });
        return Installation.workloads(command).get(0);
    }

    private int publish(String topic, String text, boolean retained) {
        List<String> command = new ArrayList<>(
                List.of("mosquitto_pub", "-V", "mqttv5", "-p", "" + port, "-q", "1", "-t", ROOT + topic, "-m", text));
        if (retained) {
            command.add("-r");
        }
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (launcher != null && launcher.isAlive()) {
            desire(List.of(entry(1L)));
            Installation.await("the workload ends", LIMIT, () -> Installation.workloads(String.join(" ", wanted))
                    .isEmpty());
            launcher.destroy();
            assertThat(launcher.onExit()).succeedsWithin(30, TimeUnit.SECONDS);
        }
        clients.forEach(Process::destroy);
    }
}
