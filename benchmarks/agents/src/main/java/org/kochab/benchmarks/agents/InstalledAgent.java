package org.kochab.benchmarks.agents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.benchmarks.bind.Plane;

/** The edge distribution as it is installed, which the system property {@code kochab.edge} names, with a base directory of its own. */
final class InstalledAgent {
    static final Pattern CONNECTED = Pattern.compile("Connected to (\\S+)");
    static final int HEARTBEAT_SECONDS = 5;

    private final Path base;

    private InstalledAgent(Path base) {
        this.base = base;
    }

    /** Writes its configuration: the broker of this port on loopback, and room for so many pods. */
    static InstalledAgent configure(Path base, int port, int pods) throws IOException {
        Path etc = Files.createDirectories(base.resolve("etc"));
        Files.writeString(
                etc.resolve("org.kochab.agent.cfg"),
                """
                node = real-1
                resource.manager = %s
                brokers = tcp://127.0.0.1:%d
                directory = ${kochab.base}/data/agent
                heartbeat.seconds = %d
                capacity = pods=%d
                """
                        .formatted(Plane.MANAGER, port, HEARTBEAT_SECONDS, pods));
        Files.writeString(etc.resolve("org.kochab.runtime.process.cfg"), "cgroup = kochab-bench\n");
        return new InstalledAgent(base);
    }

    /** Starts it, with a log that is empty. */
    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(System.getProperty("kochab.edge") + "/bin/run")
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().put("KOCHAB_AGENT_BASE", base.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    /** What the pattern's group stands for in the log of the last start. */
    Optional<String> logged(Pattern pattern) {
        try {
            Matcher found = pattern.matcher(Files.readString(log()));
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return base.resolve("agent.log");
    }
}
