package org.kochab.chaos.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One member of several: the control-plane distribution with the clients' feature on top, in its own network namespace. */
final class ClusterMember {
    private static final int END_SECONDS = 30;
    private static final String HEAP = "256m";

    private final Path home;
    private final Path base;
    private final String namespace;
    private final Map<String, String> environment;
    private Optional<Process> process = Optional.empty();

    /**
     * @param home the distribution, shared by all members and only read
     * @param base what is this member's alone
     */
    ClusterMember(Path home, Path base, String namespace, Map<String, String> environment) {
        this.home = home;
        this.base = base;
        this.namespace = namespace;
        this.environment = environment;
    }

    /** Writes configuration files over those of the distribution; {@code FILE} to its further lines. */
    void configure(Map<String, List<String>> files) throws IOException {
        Path etc = Files.createDirectories(base.resolve("etc"));
        try (var all = Files.list(home.resolve("etc"))) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (Files.isRegularFile(file)) {
                    Files.copy(file, etc.resolve(file.getFileName()));
                }
            }
        }
        for (Map.Entry<String, List<String>> file : files.entrySet()) {
            Path path = etc.resolve(file.getKey());
            String before = Files.exists(path) ? Files.readString(path) : "";
            Files.writeString(path, before + "\n" + String.join("\n", file.getValue()) + "\n");
        }
    }

    void start() throws IOException {
        Files.createDirectories(base.resolve("data"));
        Files.createDirectories(base.resolve("log"));
        ProcessBuilder builder = new ProcessBuilder(
                "ip", "netns", "exec", namespace, home.resolve("bin/karaf").toString(), "server");
        builder.environment().keySet().removeIf(name -> name.startsWith("KARAF_") || name.startsWith("KOCHAB_"));
        builder.environment().putAll(environment);
        builder.environment()
                .putAll(Map.of(
                        // the script, and ip before it, become the JVM, so that signals reach it
                        "KARAF_EXEC",
                        "exec",
                        "KARAF_BASE",
                        base.toString(),
                        "KARAF_ETC",
                        base.resolve("etc").toString(),
                        "KARAF_DATA",
                        base.resolve("data").toString(),
                        "KARAF_LOG",
                        base.resolve("log").toString(),
                        "CHECK_ROOT_INSTANCE_RUNNING",
                        "false",
                        // several JVMs start again and again on few cores
                        "JAVA_OPTS",
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                        "JAVA_MAX_MEM",
                        HEAP));
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        base.resolve("log/console.txt").toFile()));
        process = Optional.of(builder.start());
    }

    Path store() {
        return base.resolve("store");
    }

    boolean isAlive() {
        return process.map(Process::isAlive).orElse(false);
    }

    void signal(String name) throws IOException, InterruptedException {
        Shell.run("kill", "-" + name, "" + process.orElseThrow().pid());
    }

    /** SIGKILL; does nothing if it does not run. */
    void kill() throws InterruptedException {
        end(true);
    }

    /** Ends it in order, as an operator does. */
    void stop() throws InterruptedException {
        end(false);
    }

    private void end(boolean forcibly) throws InterruptedException {
        if (process.isEmpty()) {
            return;
        }
        Process ended = process.get();
        if (forcibly) {
            ended.destroyForcibly();
        } else {
            ended.destroy();
        }
        if (!ended.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            ended.destroyForcibly();
            ended.waitFor(END_SECONDS, TimeUnit.SECONDS);
        }
        process = Optional.empty();
    }
}
