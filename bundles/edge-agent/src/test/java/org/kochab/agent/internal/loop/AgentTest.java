package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Command;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;

/** The real agent, as a process of its own, with a real broker and real workloads. */
class AgentTest {
    private static final String NODE = "edge-1";

    private final Path directory =
            Path.of("target/agent-test", UUID.randomUUID().toString()).toAbsolutePath();
    private final String pod = "pod-" + UUID.randomUUID();
    private TestBroker broker;
    private TestManager manager;
    private Process agent;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(TestBroker.available(), "apt-get install mosquitto");
        broker = new TestBroker(directory.resolve("broker"));
        manager = new TestManager(broker.uris().get(0), NODE);
        startAgent();
    }

    private void startAgent() throws Exception {
        Files.createDirectories(directory);
        agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.showDateTime=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentProcess.class.getName(),
                        NODE,
                        broker.uris().get(0).toString(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()))
                .start();
    }

    private void killAgent() throws Exception {
        agent.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        if (broker == null) {
            return;
        }
        manager.unwant(pod);
        manager.await("the pod goes", m -> m.status(pod).phase().equals("Pending"));
        killAgent();
        manager.close();
        broker.close();
    }

    private PodDocument document(String restartPolicy, Container... containers) {
        PodSpec spec = new PodSpec(
                List.of(containers),
                List.of(),
                "process",
                restartPolicy,
                2L,
                null,
                null,
                Map.of(),
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null);
        return new PodDocument(pod, "acme", "default", "hello", Map.of(), spec);
    }

    private static Container shell(String name, String script) {
        return new Container(
                name,
                null,
                null,
                List.of("sh", "-c", script),
                List.of(),
                null,
                List.of(),
                List.of(),
                null,
                List.of(),
                null,
                null,
                null,
                null);
    }

    @Test
    void aPodRuns() throws Exception {
        manager.await("birth", m -> m.births().stream()
                .anyMatch(b -> b.runtimes().stream().anyMatch(r -> r.kind().equals("process") && r.ok())));
        manager.want(document("Always", shell("main", "echo hello; sleep 1000")), 1);
        manager.await("running", m -> m.phase(pod, "Running") && m.ready(pod));
        manager.command("c1", new Command("logs", 1, pod, "main", List.of(), null, false, false, 10));
        manager.await("log", m -> m.ended("c1"));
        assertThat(manager.output("c1")).isEqualTo("hello\n");
        manager.command(
                "c2",
                new Command("exec", 1, pod, "main", List.of("sh", "-c", "echo in; exit 3"), null, false, false, 10));
        manager.await("exec", m -> m.ended("c2"));
        assertThat(manager.output("c2")).isEqualTo("in\n");
        assertThat(manager.last("c2").exitCode()).isEqualTo(3);
        manager.end(pod, 1);
        manager.await("gone", m -> m.gone(pod));
    }
}
