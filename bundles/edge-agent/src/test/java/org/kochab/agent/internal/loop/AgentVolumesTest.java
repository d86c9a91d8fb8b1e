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
import org.junit.jupiter.api.Timeout;
import org.kochab.agent.internal.link.TestBroker;
import org.kochab.api.link.Command;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reply;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;

/** A persistent volume of real processes under a real agent: what is written stays until the platform's word, and goes with it. */
@Timeout(120)
class AgentVolumesTest {
    private static final String NODE = "edge-1";
    private static final String VOLUME = "5c1b0c9e-4f39-4b0a-9a53-1f7f5a0b9d21";

    private final Path directory =
            Path.of("target/agent-volumes", UUID.randomUUID().toString()).toAbsolutePath();
    private final String pod = "pod-" + UUID.randomUUID();
    private TestBroker broker;
    private TestManager manager;
    private Process agent;
    private int births;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(TestBroker.available(), "apt-get install mosquitto");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "processes mount only as root");
        Files.createDirectories(directory);
        broker = new TestBroker(directory.resolve("broker"));
        manager = new TestManager(broker.uris().get(0), NODE);
        startAgent();
    }

    private void startAgent() throws Exception {
        agent = AgentProcess.start(NODE, broker.uris().get(0), directory, directory);
        int wanted = ++births;
        manager.await("birth", m -> m.births().size() >= wanted);
    }

    private void killAgent() throws Exception {
        agent.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        if (manager == null) {
            return;
        }
        killAgent();
        manager.close();
        broker.close();
    }

    private void want(String uid, String script) throws Exception {
        var claim = new PodSpec.ClaimedVolume(
                "data", null, new PodSpec.ProvisionedVolume(VOLUME, "local-path", Map.of(), 1 << 20));
        PodSpec spec = PodSpec.builder()
                .runtimeClassName("process")
                .restartPolicy("Never")
                .terminationGracePeriodSeconds(1L)
                .containers(List.of(Container.builder()
                        .name("main")
                        .command(List.of("sh", "-c", script))
                        .volumeMounts(List.of(new Container.VolumeMount("data", "/mnt", null, null)))
                        .build()))
                .volumes(List.of(PodSpec.Volume.claimed("data", claim)))
                .build();
        manager.want(new PodDocument(uid, "acme", "default", uid, Map.of(), spec), 1);
    }

    private Path volume() {
        return directory.resolve("agent/volumes/local-path/acme").resolve(VOLUME);
    }

    private Reply delete(String tenant) throws Exception {
        String correlation = "delete-" + UUID.randomUUID();
        manager.command(
                correlation,
                new Command(
                        "volume-delete", 1, null, null, List.of(tenant, VOLUME, "local-path"), null, false, false, 60));
        manager.await("an answer", m -> m.ended(correlation));
        return manager.last(correlation);
    }

    @Test
    void dataStayUntilTheirVolumeIsDeleted() throws Exception {
        assertThat(manager.births().get(0).labels()).containsEntry("volume.kochab.org/local-path", "true");
        want(pod, "echo kept > /mnt/word; sleep 1000");
        manager.await("running", m -> m.phase(pod, "Running"));
        AgentTest.awaitLines(volume().resolve("word"), 1);
        assertThat(delete("acme").error()).isEqualTo("pod " + pod + " has the volume");

        killAgent();
        startAgent();
        manager.unwant(pod);
        manager.await("the pod goes", m -> m.gone(pod));
        assertThat(volume().resolve("word")).hasContent("kept");

        String reader = "reader-" + pod;
        want(reader, "grep -q kept /mnt/word");
        manager.await("another pod reads it", m -> m.phase(reader, "Succeeded"));
        manager.unwant(reader);
        manager.await("it goes", m -> m.gone(reader));

        assertThat(delete("globex").exitCode()).as("another tenant's").isZero();
        assertThat(volume()).exists();
        assertThat(delete("..").error()).contains("is not a tenant");
        assertThat(delete("acme").exitCode()).isZero();
        assertThat(volume()).doesNotExist();
        assertThat(delete("acme").exitCode())
                .as("the answer may have been lost")
                .isZero();
    }
}
