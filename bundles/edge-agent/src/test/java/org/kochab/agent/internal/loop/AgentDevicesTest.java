package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import org.kochab.agent.internal.link.TestBroker;
import org.kochab.api.link.Birth;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;

/** Serial ports of a machine that is not there, for real processes of a real agent. */
class AgentDevicesTest {
    private static final String NODE = "edge-1";
    private static final String PORTS = "kochab.org/serial";

    private final Path directory =
            Path.of("target/agent-devices", UUID.randomUUID().toString()).toAbsolutePath();
    private final Path machine = directory.resolve("machine");
    private final String first = "pod-" + UUID.randomUUID();
    private final String second = "pod-" + UUID.randomUUID();
    private TestBroker broker;
    private TestManager manager;
    private Process agent;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(TestBroker.available(), "apt-get install mosquitto");
        broker = new TestBroker(directory.resolve("broker"));
        manager = new TestManager(broker.uris().get(0), NODE);
        Files.createDirectories(machine.resolve("sys/class/tty"));
        Files.createDirectories(machine.resolve("dev"));
        startAgent();
    }

    private void startAgent() throws IOException {
        agent = AgentProcess.start(NODE, broker.uris().get(0), directory, machine);
    }

    private void killAgent() throws Exception {
        agent.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        if (broker == null) {
            return;
        }
        manager.unwant(first);
        manager.unwant(second);
        manager.await(
                "the pods go",
                m -> m.status(first).phase().equals("Pending")
                        && m.status(second).phase().equals("Pending"));
        killAgent();
        manager.close();
        broker.close();
    }

    private void plugIn(String port) throws IOException {
        Files.createFile(machine.resolve("dev").resolve(port));
        Files.createDirectories(machine.resolve("sys/class/tty").resolve(port).resolve("device"));
    }

    private void unplug(String port) throws IOException {
        Files.delete(machine.resolve("sys/class/tty").resolve(port).resolve("device"));
        Files.delete(machine.resolve("dev").resolve(port));
    }

    /** A pod that says which port it has, once a start. */
    private PodDocument pod(String uid) {
        Map<String, String> amounts = Map.of(PORTS, "1");
        Container container = Container.builder()
                .name("main")
                .command(List.of(
                        "sh",
                        "-c",
                        "echo \"$0 $KOCHAB_SERIAL\" >> " + said(uid) + "; exec sleep 1000",
                        "$(KOCHAB_SERIAL)"))
                .resources(new Container.Resources(amounts, amounts))
                .build();
        PodSpec spec = PodSpec.builder()
                .containers(List.of(container))
                .runtimeClassName("process")
                .restartPolicy("Always")
                .terminationGracePeriodSeconds(2L)
                .build();
        return new PodDocument(uid, "acme", "default", "sensor", Map.of(), spec);
    }

    private Path said(String uid) {
        return directory.resolve(uid + ".said");
    }

    private void assertSaid(String uid, String... lines) throws Exception {
        AgentTest.awaitLines(said(uid), lines.length);
        assertThat(Files.readAllLines(said(uid))).containsExactly(lines);
    }

    private String twice(String port) {
        Path node = machine.resolve("dev").resolve(port);
        return node + " " + node;
    }

    private static boolean offers(TestManager m, String capacity, String allocatable) {
        if (m.births().isEmpty()) {
            return false;
        }
        Birth last = m.births().get(m.births().size() - 1);
        return capacity.equals(last.capacity().get(PORTS))
                && allocatable.equals(last.allocatable().get(PORTS));
    }

    private static boolean waits(TestManager m, String uid, String why) {
        return m.phase(uid, "Pending")
                && m.container(uid, 0).state().waiting() != null
                && String.valueOf(m.container(uid, 0).state().waiting().message())
                        .contains(why);
    }

    @Test
    void portsComeAndGoAndAreCounted() throws Exception {
        manager.await("none", m -> offers(m, "0", "0"));
        plugIn("ttyUSB0");
        plugIn("ttyUSB1");
        manager.await("two", m -> offers(m, "2", "2"));
        Files.delete(machine.resolve("dev/ttyUSB1"));
        manager.await("one is ill", m -> offers(m, "2", "1"));
        unplug("ttyUSB0");
        manager.await("one left", m -> offers(m, "1", "0"));
    }

    @Test
    void aPortIsOnePodsUntilThatIsGone() throws Exception {
        plugIn("ttyUSB0");
        manager.await("one", m -> offers(m, "1", "1"));
        manager.want(pod(first), 1);
        manager.await("running", m -> m.phase(first, "Running"));
        manager.want(pod(second), 1);
        manager.await("the second waits", m -> waits(m, second, "0 of the 1 devices"));
        assertSaid(first, twice("ttyUSB0"));

        String id = manager.container(first, 0).containerID();
        killAgent();
        int births = manager.births().size();
        startAgent();
        manager.await("a new birth", m -> m.births().size() > births && offers(m, "1", "1"));
        manager.await("the second waits", m -> waits(m, second, "0 of the 1 devices"));
        assertThat(manager.container(first, 0).containerID()).isEqualTo(id);

        manager.end(first, 1);
        manager.await("the second runs", m -> m.gone(first) && m.phase(second, "Running"));
        assertSaid(second, twice("ttyUSB0"));
    }

    @Test
    void whoseDeviceVanishesRunsOnAndWaitsForItAfterwards() throws Exception {
        plugIn("ttyUSB0");
        plugIn("ttyUSB1");
        manager.await("two", m -> offers(m, "2", "2"));
        manager.want(pod(first), 1);
        manager.await("running", m -> m.phase(first, "Running"));
        assertSaid(first, twice("ttyUSB0"));
        String id = manager.container(first, 0).containerID();
        unplug("ttyUSB0");
        manager.await("one", m -> offers(m, "1", "1"));
        assertThat(manager.container(first, 0).containerID()).isEqualTo(id);

        ProcessHandle.of(Long.parseLong(id.substring(id.indexOf("//") + 2)))
                .orElseThrow()
                .destroyForcibly();
        manager.await(
                "it waits",
                m -> m.container(first, 0).state().waiting() != null
                        && String.valueOf(
                                        m.container(first, 0).state().waiting().message())
                                .contains("device ttyUSB0 of " + PORTS + " is not there any more"));
        plugIn("ttyUSB0");
        manager.await("it runs", m -> m.container(first, 0).state().running() != null);
        assertSaid(first, twice("ttyUSB0"), twice("ttyUSB0"));
    }
}
