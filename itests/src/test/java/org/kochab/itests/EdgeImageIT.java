package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent with a Java runtime of its own, as a box without Java gets it: unpacked anywhere, told where its broker is, and connected. */
@Timeout(180)
class EdgeImageIT {
    private static final Path KOCHAB = Path.of("..", "kochab").toAbsolutePath().normalize();
    private static final Path WORK = Path.of("target", "edge-image").toAbsolutePath();
    private static final long LARGEST_PACKED = 40L << 20;

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void build() throws Exception {
        Files.createDirectories(WORK);
        Path image = WORK.resolve("image.tar.gz");
        run(List.of(KOCHAB.toString(), "edge-image", image.toString()));
        assertThat(Files.size(image)).isLessThan(LARGEST_PACKED);
        Files.createDirectories(WORK.resolve("box"));
        run(List.of("tar", "-xzf", image.toString(), "-C", WORK.resolve("box").toString(), "--strip-components=1"));
    }

    private static void run(List<String> command) throws Exception {
        Path output = Files.createTempFile(WORK, "command", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(command.get(0)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The JVM says nothing of classes that it cannot keep: it would only start more slowly. */
    @Test
    void hasTheClassesOfItsBundlesAsTheyAreInMemory() throws Exception {
        Path kept = WORK.resolve("kept");
        Process java = new ProcessBuilder(
                        WORK.resolve("box/jre/bin/java").toString(),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+PrintSharedArchiveAndExit",
                        "-version")
                .redirectErrorStream(true)
                .redirectOutput(kept.toFile())
                .start();
        assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(kept))
                .contains(
                        "org.kochab.agent.internal.loop.Agent ",
                        "com.fasterxml.jackson.databind.ObjectMapper ",
                        "org.eclipse.paho.mqttv5.client.MqttAsyncClient ");
    }

    @Test
    void connectsWithoutAnotherJava() throws Exception {
        int port = Ports.free();
        Path configuration = Files.writeString(
                WORK.resolve("mosquitto.conf"), "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
        started.add(
                0,
                new ProcessBuilder("mosquitto", "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(WORK.resolve("mosquitto.log").toFile())
                        .start());
        Path log = WORK.resolve("agent.log");
        ProcessBuilder builder = new ProcessBuilder(
                        WORK.resolve("box/bin/agent").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", "/there/is/no/java");
        builder.environment().put("KOCHAB_BROKERS", "tcp://127.0.0.1:" + port);
        builder.environment().put("KOCHAB_NODE", "box-1");
        Process agent = builder.start();
        started.add(0, agent);
        await(log, agent, "Connected to [tcp://127.0.0.1:" + port + "] as node box-1");
        assertThat(agent.children().flatMap(c -> c.info().command().stream()))
                .containsExactly(WORK.resolve("box/jre/bin/java").toString());
    }

    private static void await(Path log, Process writer, String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(log).contains(text)) {
            assertThat(writer.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(System.nanoTime() - end).as(Files.readString(log)).isNegative();
            writer.waitFor(50, TimeUnit.MILLISECONDS);
        }
    }
}
