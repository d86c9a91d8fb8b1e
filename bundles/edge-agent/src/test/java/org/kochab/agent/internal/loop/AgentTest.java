package org.kochab.agent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.agent.internal.link.TestBroker;
import org.kochab.api.link.Command;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.Node;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;

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
        agent = AgentProcess.start(NODE, broker.uris().get(0), directory, directory.resolve("no-machine"));
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
        return document(pod, restartPolicy, containers);
    }

    private static PodDocument document(String uid, String restartPolicy, Container... containers) {
        PodSpec spec = PodSpec.builder()
                .containers(List.of(containers))
                .runtimeClassName("process")
                .restartPolicy(restartPolicy)
                .terminationGracePeriodSeconds(2L)
                .build();
        return new PodDocument(uid, "acme", "default", "hello", Map.of(), spec);
    }

    private static Container shell(String name, String script) {
        return Container.builder()
                .name(name)
                .command(List.of("sh", "-c", script))
                .build();
    }

    @Test
    void aPodRuns() throws Exception {
        manager.await("birth", m -> m.births().stream()
                .anyMatch(b -> b.runtimes().stream().anyMatch(r -> r.kind().equals("process") && r.ok())));
        // It connects first, and then sees what its drivers can do.
        assertThat(manager.births().get(0).runtimes()).noneMatch(Node.Runtime::ok);
        manager.want(document("Always", shell("main", "echo hello; sleep 1000")), 1);
        manager.await("running", m -> m.phase(pod, "Running") && m.ready(pod));
        // It runs before it has said anything.
        manager.command("c1", new Command("logs", 1, pod, "main", List.of(), null, true, false, 60));
        manager.await("log", m -> m.output("c1").equals("hello\n"));
        manager.command("c1", new Command("cancel", 1, null, null, List.of(), null, false, false, 10));
        manager.await("end of the log", m -> m.ended("c1"));
        manager.command(
                "c2",
                new Command("exec", 1, pod, "main", List.of("sh", "-c", "echo in; exit 3"), null, false, false, 10));
        manager.await("exec", m -> m.ended("c2"));
        assertThat(manager.output("c2")).isEqualTo("in\n");
        assertThat(manager.last("c2").exitCode()).isEqualTo(3);
        manager.end(pod, 1);
        manager.await("gone", m -> m.gone(pod));
    }

    @Test
    void anActionIsAnsweredOnceForEachTimeItIsAskedFor() throws Exception {
        manager.want(document("Always", shell("main", "sleep 1000")), 1);
        manager.await("running", m -> m.phase(pod, "Running"));
        Command reboot = new Command("action", 1, pod, "main", List.of("Reboot"), null, false, false, 10);
        manager.command("a1", reboot);
        manager.await("answer", m -> m.ended("a1"));
        assertThat(manager.last("a1").exitCode()).isEqualTo(2);
        assertThat(manager.output("a1")).contains("kind process have no actions", "only virtual machines");
        manager.command("a1", reboot);
        manager.await("the same again", m -> m.replies("a1").size() == 2);
        assertThat(manager.last("a1").sequence()).isZero();
        assertThat(manager.last("a1").exitCode()).isEqualTo(2);

        manager.command(
                "a2", new Command("action", 1, pod, "main", List.of("Snapshot", "../x"), null, false, false, 10));
        manager.await("answer", m -> m.ended("a2"));
        assertThat(manager.last("a2").exitCode()).isEqualTo(2);
        manager.command("a3", new Command("action", 1, "nobody", "main", List.of("Reboot"), null, false, false, 10));
        manager.await("answer", m -> m.ended("a3"));
        assertThat(manager.last("a3").error()).contains("not running on this node");
    }

    @Test
    void aManagerThatMissedTheBirthAsksForIt() throws Exception {
        manager.await("birth", m -> !m.births().isEmpty());
        int before = manager.births().size();
        manager.command("c1", new Command("birth", 1, null, null, List.of(), null, false, false, 10));
        manager.await("birth again", m -> m.births().size() > before);
        assertThat(manager.births().get(before).birth())
                .isEqualTo(manager.births().get(0).birth());
    }

    @Test
    void killingTheAgentRestartsNothing() throws Exception {
        Path released = directory.resolve("released");
        String wait = "while [ ! -e " + released + " ]; do sleep 0.1; done; ";
        manager.want(
                document(
                        "OnFailure",
                        shell("stays", "echo $$; exec sleep 1000"),
                        shell("ends", wait + "exit 0"),
                        shell("fails", wait + "exit 9")),
                1);
        manager.await("running", m -> m.phase(pod, "Running") && m.ready(pod));
        String id = manager.container(pod, 0).containerID();
        killAgent();
        ProcessHandle workload = ProcessHandle.of(Long.parseLong(id.substring(id.indexOf("//") + 2)))
                .orElseThrow();
        assertThat(workload.isAlive()).isTrue();
        // What ends while no agent is there to see it.
        Files.createFile(released);
        awaitFile(exitFile("ends"));
        awaitFile(exitFile("fails"));
        // What is started anew stays.
        Files.delete(released);
        long births = manager.births().size();
        startAgent();
        manager.await("a new birth", m -> m.births().size() > births);
        manager.await(
                "exit codes",
                m -> m.phase(pod, "Running")
                        && m.container(pod, 1).state().terminated() != null
                        && m.container(pod, 2).restartCount() == 1);
        assertThat(manager.container(pod, 0).containerID()).isEqualTo(id);
        assertThat(manager.container(pod, 0).restartCount()).isZero();
        assertThat(manager.container(pod, 1).state().terminated().exitCode()).isZero();
        assertThat(manager.container(pod, 2).lastState().terminated().exitCode())
                .isEqualTo(9);
        assertThat(workload.isAlive()).isTrue();
    }

    private PodDocument limited(String memory) {
        return document(
                "Never",
                shell("main", "exec sleep 1000")
                        .withResources(new Container.Resources(Map.of(), Map.of("memory", memory))));
    }

    private boolean hasLimit(TestManager m, String memory) {
        PodStatus.ContainerStatus main = m.container(pod, 0);
        return main.resources() != null
                && memory.equals(main.resources().limits().get("memory"))
                && m.status(pod).conditions().stream().noneMatch(c -> c.type().equals("PodResizeInProgress"));
    }

    @Test
    void aPodIsGivenOtherLimitsWhileItRuns() throws Exception {
        manager.await("birth", m -> m.births().stream()
                .anyMatch(b -> b.runtimes().stream().anyMatch(r -> r.kind().equals("process") && r.ok())));
        Assumptions.assumeTrue(
                manager.births().stream().flatMap(b -> b.runtimes().stream()).anyMatch(r -> r.limits()
                        .contains("memory")),
                "this machine cannot limit memory");
        manager.want(limited("64Mi"), 1);
        manager.await("running", m -> m.phase(pod, "Running") && hasLimit(m, "64Mi"));
        String id = manager.container(pod, 0).containerID();
        Path limit = memoryLimit(id, 64L << 20);
        manager.want(limited("48Mi"), 2);
        manager.await("smaller", m -> hasLimit(m, "48Mi"));
        assertThat(limit).hasContent(Long.toString(48L << 20));
        killAgent();
        manager.want(limited("96Mi"), 3);
        startAgent();
        manager.await("larger", m -> hasLimit(m, "96Mi"));
        assertThat(limit).hasContent(Long.toString(96L << 20));
        assertThat(manager.container(pod, 0).containerID()).isEqualTo(id);
        assertThat(manager.container(pod, 0).restartCount()).isZero();
    }

    /** The task's process may still be on its way into its control group. */
    private static Path memoryLimit(String id, long bytes) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            Optional<Path> limit = memoryLimit(id);
            if (limit.isPresent() && Files.readString(limit.get()).strip().equals(Long.toString(bytes))) {
                return limit.get();
            }
            assertThat(System.nanoTime()).as("%s is not %s", limit, bytes).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static Optional<Path> memoryLimit(String id) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc", id.substring(id.indexOf("//") + 2), "cgroup"))) {
            String[] words = line.split(":", 3);
            if (words[1].equals("memory")) {
                return Optional.of(Path.of("/sys/fs/cgroup/memory" + words[2], "memory.limit_in_bytes"));
            } else if (words[0].equals("0") && Files.exists(Path.of("/sys/fs/cgroup" + words[2], "memory.max"))) {
                return Optional.of(Path.of("/sys/fs/cgroup" + words[2], "memory.max"));
            }
        }
        return Optional.empty();
    }

    private Path exitFile(String container) {
        return directory.resolve("process/exits/" + pod + "_" + container + "_0");
    }

    private static void awaitFile(Path file) throws Exception {
        try (var service = file.getFileSystem().newWatchService()) {
            file.getParent().register(service, java.nio.file.StandardWatchEventKinds.ENTRY_CREATE);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!Files.exists(file)) {
                assertThat(System.nanoTime() - end).as(file.toString()).isNegative();
                var key = service.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    @Test
    void aRebootWithoutABrokerBringsPodsBack() throws Exception {
        manager.want(document("Always", shell("main", "echo $$ >> " + directory + "/runs; exec sleep 1000")), 1);
        manager.await("running", m -> m.phase(pod, "Running"));
        awaitLines(directory.resolve("runs"), 1);
        String before = manager.container(pod, 0).containerID();
        broker.stop();
        killAgent();
        killEverythingOf(before);
        startAgent();
        awaitLines(directory.resolve("runs"), 2);
        // It runs again, and the node has told nobody: there is nobody to tell.
        broker.start();
        manager.comeBack();
        manager.await("running", m -> m.phase(pod, "Running"));
        assertThat(manager.container(pod, 0).containerID()).isNotEqualTo(before);
        assertThat(manager.container(pod, 0).restartCount()).isEqualTo(1);
        assertThat(manager.container(pod, 0).lastState().terminated().reason()).isEqualTo("Lost");
        assertThat(Files.readAllLines(directory.resolve("runs"))).hasSize(2);
    }

    /** The node goes on saying that it is there, does what it can, says what it cannot, and catches up once there is room. */
    @Test
    void aFullDiskSilencesNobody() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        killAgent();
        Path disk = directory.resolve("agent");
        Files.createDirectories(disk);
        run("mount", "-t", "tmpfs", "-o", "size=1m", "kochab-test", disk.toString());
        String second = pod + "-2";
        try {
            startAgent();
            manager.want(document("Always", shell("main", "exec sleep 1000")), 1);
            manager.await("running", m -> m.phase(pod, "Running"));
            String id = manager.container(pod, 0).containerID();
            Path filler = disk.resolve("filler");
            fill(filler);
            int beats = manager.heartbeats().size();
            manager.want(document(second, "Always", shell("main", "exec sleep 1000")), 1);
            manager.await("heartbeats go on", m -> m.heartbeats().size() > beats + 3);
            manager.await(
                    "the reason is told",
                    m -> String.valueOf(m.status(second).containerStatuses()).contains("No space left on device"));
            Files.delete(filler);
            manager.await("the second runs", m -> m.phase(second, "Running"));
            String secondId = manager.container(second, 0).containerID();
            killAgent();
            long births = manager.births().size();
            startAgent();
            manager.await("a new birth", m -> m.births().size() > births);
            manager.await("both run", m -> m.phase(pod, "Running") && m.phase(second, "Running"));
            assertThat(manager.container(pod, 0).containerID()).isEqualTo(id);
            assertThat(manager.container(second, 0).containerID()).isEqualTo(secondId);
        } finally {
            manager.unwant(second);
            manager.unwant(pod);
            manager.await(
                    "the pods go",
                    m -> m.status(pod).phase().equals("Pending")
                            && m.status(second).phase().equals("Pending"));
            killAgent();
            // What has written how a task ended may be about to end itself, in its directory.
            run("umount", "--lazy", disk.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    private static void fill(Path file) throws IOException {
        byte[] block = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left on device");
        }
    }

    /** As a power cut does: the wrapper goes first, and has no time to write an exit code. */
    private void killEverythingOf(String containerId) throws Exception {
        String[] pids = Files.readString(directory.resolve("agent/pods/" + pod + "/tasks/main-0/pids"))
                .strip()
                .split(" ");
        assertThat(containerId).endsWith("//" + pids[3]);
        for (int i : new int[] {1, 3, 5}) {
            ProcessHandle.of(Long.parseLong(pids[i])).ifPresent(p -> {
                List<ProcessHandle> below = p.descendants().toList();
                p.destroyForcibly();
                below.forEach(ProcessHandle::destroyForcibly);
            });
        }
    }

    static void awaitLines(Path file, int lines) throws Exception {
        try (var service = file.getFileSystem().newWatchService()) {
            file.getParent().register(service, java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
            while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
                assertThat(System.nanoTime() - end).as(file.toString()).isNegative();
                var key = service.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    @Test
    void staleAndMalformedMessagesChangeNothing() throws Exception {
        manager.want(document("Always", shell("main", "exec sleep 1000")), 5);
        manager.await("running", m -> m.phase(pod, "Running"));
        String id = manager.container(pod, 0).containerID();
        byte[] current = manager.codec.encode(manager.desired(1, manager.generation()));
        manager.publishInOrder(manager.topics.desired(), current);
        manager.publishInOrder(
                manager.topics.desired(),
                manager.codec.encode(
                        new org.kochab.api.link.Desired(1, 0, org.kochab.api.link.Digests.of(List.of()), List.of())));
        manager.publishInOrder(
                manager.topics.desired(),
                manager.codec.encode(
                        new org.kochab.api.link.Desired(0, 99, org.kochab.api.link.Digests.of(List.of()), List.of())));
        for (byte[] malformed : Corpus.messages(200)) {
            for (String topic : List.of(
                    manager.topics.desired(),
                    manager.topics.spec("00"),
                    manager.topics.command("x"),
                    manager.topics.announce(),
                    manager.topics.root() + "/down/other")) {
                manager.publishInOrder(topic, malformed);
            }
        }
        manager.command("after", new Command("exec", 1, pod, "main", List.of("true"), null, false, false, 10));
        manager.await("the node still answers", m -> m.ended("after"));
        assertThat(manager.last("after").exitCode()).isZero();
        assertThat(manager.container(pod, 0).containerID()).isEqualTo(id);
        assertThat(manager.container(pod, 0).restartCount()).isZero();
        assertThat(manager.status(pod).phase()).isEqualTo("Running");
    }

    @Test
    void theBrokerMayGoAndComeBack() throws Exception {
        manager.want(document("Always", shell("main", "exec sleep 1000")), 1);
        manager.await("running", m -> m.phase(pod, "Running"));
        String id = manager.container(pod, 0).containerID();
        long birth = manager.births().get(manager.births().size() - 1).birth();
        broker.stop();
        broker.start();
        manager.comeBack();
        manager.await("birth", m -> !m.births().isEmpty() && m.phase(pod, "Running"));
        assertThat(manager.births().get(0).birth()).isGreaterThan(birth);
        assertThat(manager.container(pod, 0).containerID()).isEqualTo(id);
    }

    @Test
    void crashesWaitAndOutputOfTheRunBeforeIsKept() throws Exception {
        manager.want(document("Always", shell("main", "echo run; exit 1")), 1);
        manager.await(
                "crash loop",
                m -> m.phase(pod, "Running")
                        && m.container(pod, 0).restartCount() == 2
                        && m.container(pod, 0).state().waiting() != null
                        && "CrashLoopBackOff"
                                .equals(m.container(pod, 0).state().waiting().reason()));
        manager.command("p", new Command("logs", 1, pod, "main", List.of(), null, false, true, 10));
        manager.await("log", m -> m.ended("p"));
        assertThat(manager.output("p")).isEqualTo("run\n");
    }

    @Test
    void logsAreFollowedUntilCancelled() throws Exception {
        manager.want(
                document("Always", shell("main", "i=0; while :; do echo line $i; i=$((i+1)); sleep 0.05; done")), 1);
        manager.await("running", m -> m.phase(pod, "Running"));
        manager.command("f", new Command("logs", 1, pod, "main", List.of(), 1, true, false, 60));
        manager.await("lines", m -> m.output("f").split("\n").length > 5);
        manager.command("f", new Command("cancel", 1, null, null, List.of(), null, false, false, 0));
        manager.await("end", m -> m.ended("f"));
        assertThat(manager.last("f").exitCode()).isZero();
        long sequence = 0;
        for (var reply : manager.replies("f")) {
            assertThat(reply.sequence()).isEqualTo(sequence++);
        }
    }
}
