package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
import org.kochab.api.model.VirtualMachine;
import org.kochab.api.node.NodeCommand;

/** Actions of a real machine under a real agent, which is killed in the middle of them. */
@Timeout(600)
class AgentActionsTest {
    private static final String NODE = "edge-1";
    /** Says {@code B} on the serial console when it boots, and a dot each second then. */
    private static final int[] GUEST = {
        0xba,
        0xf8,
        0x03,
        0xb0,
        'B',
        0xee,
        0xb0,
        '\n',
        0xee,
        0xfb, // mov dx, 0x3f8; out 'B'; out '\n'; sti
        0xb9,
        0x12,
        0x00,
        0xf4,
        0xe2,
        0xfd, // mov cx, 18; hlt; loop: the BIOS ticks 18 times a second
        0xb0,
        '.',
        0xee,
        0xb0,
        '\n',
        0xee,
        0xeb,
        0xf2 // out '.'; out '\n'; jmp to the beginning
    };

    private final Path directory =
            Path.of("target/agent-actions", UUID.randomUUID().toString()).toAbsolutePath();
    private final String pod = "pod-" + UUID.randomUUID();
    private final List<String> told = new ArrayList<>();
    private TestBroker broker;
    private TestManager manager;
    private Process agent;
    private int births;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(TestBroker.available(), "apt-get install mosquitto");
        Assumptions.assumeTrue(
                Stream.of("/usr/bin", "/usr/local/bin")
                        .anyMatch(p -> Files.isExecutable(Path.of(p, "qemu-system-x86_64"))),
                "apt-get install --no-install-recommends qemu-system-x86");
        Files.createDirectories(directory.resolve("images"));
        byte[] disk = new byte[1 << 20];
        for (int i = 0; i < GUEST.length; i++) {
            disk[i] = (byte) GUEST[i];
        }
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        Files.write(directory.resolve("images/guest"), disk);
        broker = new TestBroker(directory.resolve("broker"));
        manager = new TestManager(broker.uris().get(0), NODE);
        startAgent();
        power(null);
        manager.await("running", m -> m.phase(pod, "Running"));
        awaitBoots(1);
    }

    private void power(@Nullable String state) throws Exception {
        var machine = new VirtualMachine(
                "main",
                "guest",
                new Container.Resources(Map.of("memory", "16Mi"), Map.of()),
                List.of(),
                null,
                null,
                state,
                "terminate");
        manager.want(document(machine), 1);
    }

    private PodDocument document(VirtualMachine machine) {
        PodSpec spec = PodSpec.builder()
                .restartPolicy("Never")
                .terminationGracePeriodSeconds(1L)
                .virtualMachine(machine)
                .build();
        return new PodDocument(pod, "acme", "default", "machine", Map.of(), spec);
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
        manager.unwant(pod);
        manager.await("the pod goes", m -> m.gone(pod));
        killAgent();
        manager.close();
        broker.close();
    }

    private void send(String correlation, String... words) throws Exception {
        manager.command(correlation, new Command("action", 1, pod, "main", List.of(words), null, false, false, 60));
    }

    /** Asks until there is an end, as the control plane does. */
    private Reply ask(String correlation, String... words) throws Exception {
        for (int i = 1; ; i++) {
            int replies = i;
            send(correlation, words);
            manager.await(
                    "answer " + i + " to " + correlation,
                    m -> m.ended(correlation) && m.replies(correlation).size() >= replies);
            if (manager.last(correlation).exitCode() != null) {
                told.add(correlation + " " + manager.last(correlation).exitCode());
                return manager.last(correlation);
            }
        }
    }

    /** How often the guest has booted, by its console. */
    private int boots() throws Exception {
        return (int) console().chars().filter(c -> c == 'B').count();
    }

    private String console() throws Exception {
        String correlation = "log-" + UUID.randomUUID();
        manager.command(correlation, new Command("logs", 1, pod, "main", List.of(), null, false, false, 10));
        manager.await("log", m -> m.ended(correlation));
        return manager.output(correlation);
    }

    /** Until the guest has said that it ticks, since now: what it says when it boots came before. */
    private void awaitTick() throws Exception {
        long ticks = ticks(console());
        awaitConsole("a tick", text -> ticks(text) > ticks);
    }

    private static long ticks(String text) {
        return text.chars().filter(c -> c == '.').count();
    }

    private void awaitBoots(int number) throws Exception {
        awaitConsole(
                number + " boots", text -> text.chars().filter(c -> c == 'B').count() >= number);
    }

    private void awaitConsole(String what, Predicate<String> wanted) throws Exception {
        String correlation = "log-" + UUID.randomUUID();
        manager.command(correlation, new Command("logs", 1, pod, "main", List.of(), null, true, false, 60));
        manager.await(what, m -> wanted.test(m.output(correlation)));
        manager.command(correlation, new Command("cancel", 1, null, null, List.of(), null, false, false, 0));
    }

    /** Waits until the driver says, to whoever comes after it, that it has begun. */
    private void awaitRecord(String correlation) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        boolean there = false;
        while (!there) {
            assertThat(System.nanoTime()).as("a record of " + correlation).isLessThan(end);
            try (Stream<Path> files = Files.find(
                    directory.resolve("agent"), 10, (path, its) -> path.endsWith("actions/" + correlation))) {
                there = files.findAny().isPresent();
            } catch (UncheckedIOException e) {
                // A file went while it was looked at.
            }
        }
    }

    @Test
    void anActionWhoseAgentIsKilledComesToATrueEnd() throws Exception {
        int boots = 1;
        for (int i = 0; i < 3; i++) {
            String reboot = "reboot-" + i;
            send(reboot, "Reboot");
            if (i == 1) {
                awaitRecord(reboot);
            } else if (i == 2) {
                awaitBoots(boots + 1);
            }
            killAgent();
            startAgent();
            Reply end = ask(reboot, "Reboot");
            assertThat(end.exitCode()).isIn(NodeCommand.Act.DONE, NodeCommand.Act.INTERRUPTED);
            int least = boots + 1;
            if (end.exitCode() == NodeCommand.Act.DONE) {
                awaitBoots(least++);
            }
            // One more action, which shows that none was left under way.
            assertThat(ask("again-" + i, "Reboot").exitCode()).isEqualTo(NodeCommand.Act.DONE);
            awaitTick();
            assertThat(boots()).as(told.toString()).isBetween(least, boots + 2);
            boots = boots();
        }
        assertThat(ask("snapshot", "Snapshot", "one").exitCode()).isEqualTo(NodeCommand.Act.DONE);
        for (int i = 0; i < 3; i++) {
            String restore = "restore-" + i;
            send(restore, "Restore", "one");
            killAgent();
            startAgent();
            assertThat(ask(restore, "Restore", "one").exitCode()).isEqualTo(NodeCommand.Act.DONE);
            String save = "snapshot-" + i;
            send(save, "Snapshot", "two");
            killAgent();
            startAgent();
            assertThat(ask(save, "Snapshot", "two").exitCode()).isEqualTo(NodeCommand.Act.DONE);
            assertThat(manager.output(save)).contains("machine: one, two.");
        }
        assertThat(boots()).isEqualTo(boots);
        assertThat(ask("nothing", "Restore", "three").exitCode()).isEqualTo(NodeCommand.Act.REFUSED);
    }

    /** How far a machine is on its way to disk, its driver says by files in its directory. */
    private void awaitFile(String name) throws Exception {
        Path file = directory.resolve("agent/pods/" + pod + "/tasks/main-0").resolve(name);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as(file.toString()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aMachineIsSuspendedAndGoesOnThoughItsAgentIsKilledMeanwhile() throws Exception {
        for (String stage : List.of("suspension", "suspended", "asleep")) {
            power("Suspended");
            awaitFile(stage);
            killAgent();
            startAgent();
            manager.await("suspended after " + stage, m -> "Suspended"
                    .equals(m.status(pod).reason()));
            power("Running");
            killAgent();
            startAgent();
            manager.await("running after " + stage, m -> m.status(pod).reason() == null && m.ready(pod));
        }
        assertThat(boots()).isEqualTo(1);
        assertThat(manager.container(pod, 0).restartCount()).isZero();
    }
}
