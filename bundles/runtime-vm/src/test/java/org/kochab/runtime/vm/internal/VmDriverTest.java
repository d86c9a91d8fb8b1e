package org.kochab.runtime.vm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** What machines have beyond the contract of drivers. All are real. */
class VmDriverTest {
    private final Path base = Path.of("target/vm-driver").toAbsolutePath();
    private final Path images = base.resolve("images");
    private final String uid = "vm-" + UUID.randomUUID();
    private final List<TaskHandle> started = new ArrayList<>();
    private VmDriver driver;

    @BeforeEach
    void begin() throws IOException {
        Assumptions.assumeTrue(VmDriver.missing().isEmpty(), VmDriver.missing());
        Files.createDirectories(images);
        driver = open("tcg");
    }

    private VmDriver open(String accelerator) throws IOException {
        return new VmDriver(VmDriverContractTest.settings(base.resolve("state"), accelerator));
    }

    @AfterEach
    void end() {
        if (driver == null) {
            return;
        }
        for (TaskHandle handle : started) {
            driver.stop(handle, Duration.ZERO);
            driver.remove(handle);
        }
        assertThat(driver.tasks()).noneMatch(h -> h.podUid().equals(uid));
        driver.close();
    }

    private TaskSpec task(Container container, @Nullable VirtualMachine machine) {
        return new TaskSpec(
                uid,
                "acme",
                "default",
                "pod",
                0,
                container,
                Map.of(),
                List.of(),
                base.resolve("tasks").resolve(uid),
                null,
                container.name().equals("two") ? 2000L : null,
                false,
                "my-machine",
                List.of(),
                machine);
    }

    private TaskHandle start(TaskSpec task) {
        driver.prepare(task);
        TaskHandle handle = driver.start(task);
        started.add(handle);
        return handle;
    }

    private TaskHandle start(String script) {
        return start(task(VmDriverContractTest.guest(images, script), null));
    }

    private int exit(TaskHandle handle) throws Exception {
        return driver.exit(handle)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .exitCode();
    }

    private String log(TaskHandle handle, String until) {
        StringBuffer text = new StringBuffer();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        driver.logs(
                handle,
                -1,
                !until.isEmpty(),
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> System.nanoTime() > end || !until.isEmpty() && text.indexOf(until) >= 0);
        return text.toString();
    }

    @Test
    void aLinuxGuestIsGivenItsSizeItsDataAndItsPortAndPowersOffWhenAsked() throws Exception {
        Assumptions.assumeTrue(LinuxGuest.missing().isEmpty(), LinuxGuest.missing());
        try (ServerSocket node = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LinuxGuest.make(images.resolve("linux"), node.getLocalPort());
            int port = freePort();
            VirtualMachine machine = new VirtualMachine(
                    "two",
                    "linux",
                    new Container.Resources(Map.of("memory", "96Mi"), Map.of("cpu", "2")),
                    List.of(new Container.Port(null, LinuxGuest.PORT, port, null, null)),
                    Base64.getEncoder().encodeToString("from user data\n".getBytes(StandardCharsets.UTF_8)),
                    "ssh-ed25519 AAAA me",
                    "Running",
                    "stop");
            TaskHandle handle = start(task(machine.asContainer(), machine));
            assertThat(log(handle, "the guest is up"))
                    .containsPattern("processors 2, megabytes [5-9][0-9]\r?\n")
                    .contains("from user data")
                    .contains("\"local-hostname\":\"my-machine\"")
                    .contains("ssh-ed25519 AAAA me")
                    .doesNotContain("the node can be reached");
            assertThat(read(port)).isEqualTo("pong\n");

            TaskState before = driver.recover(handle);
            driver.close();
            driver = open("tcg");
            assertThat(driver.tasks()).contains(handle);
            assertThat(driver.recover(handle))
                    .isEqualTo(before)
                    .isEqualTo(new TaskState.Running(Monitors.uuid(handle).toString()));
            assertThat(driver.use(handle))
                    .hasValueSatisfying(u -> assertThat(u.memoryBytes()).isBetween(32L << 20, 352L << 20));

            driver.stop(handle, Duration.ofSeconds(60));
            assertThat(exit(handle)).isZero();
            assertThat(log(handle, "")).contains("the guest says goodbye");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String read(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
            return new String(in.readNBytes(100), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aQemuThatIsKilledIsAFailure() throws Exception {
        TaskHandle handle = start("echo ready; sleep 1000");
        log(handle, "ready\n");
        qemu(handle).destroyForcibly();
        assertThat(exit(handle)).isEqualTo(137);
        assertThat(driver.recover(handle)).isInstanceOfSatisfying(TaskState.Ended.class, e -> assertThat(
                        e.exit().signal())
                .isEqualTo(9));
    }

    private static ProcessHandle qemu(TaskHandle handle) {
        String uuid = Monitors.uuid(handle).toString();
        return ProcessHandle.allProcesses()
                .filter(p -> commandLine(p.pid()).startsWith(Machine.PROGRAM))
                .filter(p -> commandLine(p.pid()).contains(uuid))
                .findFirst()
                .orElseThrow();
    }

    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }

    @Test
    void aMachineHasNoneOfTheAgentsRights() throws Exception {
        Assumptions.assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root has rights to give up");
        TaskHandle handle = start("echo ready; sleep 1000");
        log(handle, "ready\n");
        String user = Integer.toString(VmDriverContractTest.USER);
        assertThat(Files.readString(Path.of("/proc/" + qemu(handle).pid() + "/status")))
                .contains("Uid:\t" + String.join("\t", user, user, user, user) + "\n")
                .contains("Gid:\t" + String.join("\t", user, user, user, user) + "\n")
                .contains("CapEff:\t0000000000000000\n")
                .contains("NoNewPrivs:\t1\n")
                .contains("Seccomp:\t2\n");
    }

    @Test
    void whatIsToBeTerminatedIsNotAskedFirst() throws Exception {
        Container guest = VmDriverContractTest.guest(
                images, "trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.1; done");
        VirtualMachine machine =
                new VirtualMachine("main", guest.image(), guest.resources(), List.of(), null, null, null, "terminate");
        TaskHandle handle = start(task(guest, machine));
        log(handle, "ready\n");
        driver.stop(handle, Duration.ofSeconds(60));
        assertThat(exit(handle)).isEqualTo(137);
        assertThat(log(handle, "")).isEqualTo("ready\n");
    }

    @Test
    void whatAGuestWritesDoesNotReachTheImage() throws Exception {
        byte[] sector = ScriptGuest.disk("echo from qcow2; write; echo written; exit 0");
        Path image = images.resolve("disk.qcow2");
        Files.write(image, Qcow2.of(sector));
        TaskHandle handle = start(task(VmDriverContractTest.container("disk.qcow2", "16Mi", List.of()), null));
        assertThat(exit(handle)).isZero();
        assertThat(log(handle, "")).isEqualTo("from qcow2\nwritten\n");
        assertThat(Files.readAllBytes(image)).isEqualTo(Qcow2.of(sector));
        assertThat(driver.images()).anyMatch(i -> i.names().equals(List.of("disk.qcow2")) && i.sizeBytes() > 0);
    }

    @Test
    void imagesThatCannotBeUsedAreRefused() throws Exception {
        Files.write(images.resolve("half"), new byte[700]);
        byte[] backed = Qcow2.of(new byte[512]);
        ByteBuffer.wrap(backed).putLong(8, 512);
        Files.write(images.resolve("backed.qcow2"), backed);
        refused("nowhere", RuntimeFailure.Code.IMAGE, "put it into " + images);
        refused("half", RuntimeFailure.Code.IMAGE, "whole sectors");
        refused("backed.qcow2", RuntimeFailure.Code.IMAGE, "qemu-img convert");
        refused("../half", RuntimeFailure.Code.INVALID, "image '../half'");
    }

    private void refused(String image, RuntimeFailure.Code code, String words) {
        TaskSpec task = task(VmDriverContractTest.container(image, "16Mi", List.of()), null);
        assertThatThrownBy(() -> driver.start(task))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(code));
    }

    @Test
    void whatQemuCannotMakeIsToldAndLeavesNothing() throws Exception {
        String image =
                VmDriverContractTest.guest(images, "echo ready; sleep 1000").image();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Container.Port> ports = List.of(new Container.Port(null, 80, taken.getLocalPort(), null, null));
            TaskSpec task = task(VmDriverContractTest.container(image, "16Mi", ports), null);
            assertThatThrownBy(() -> driver.start(task))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageContaining("cannot be made")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        assertThat(driver.tasks()).noneMatch(h -> h.podUid().equals(uid));
    }

    private TaskSpec powered(String script, String power, Long cpuMillis, String memory) {
        Container guest = VmDriverContractTest.guest(images, script);
        Container.Resources resources = new Container.Resources(Map.of("memory", memory), Map.of());
        VirtualMachine machine =
                new VirtualMachine("main", guest.image(), resources, List.of(), null, null, power, null);
        return new TaskSpec(
                uid,
                "acme",
                "default",
                "pod",
                0,
                machine.asContainer(),
                Map.of(),
                List.of(),
                base.resolve("tasks").resolve(uid),
                null,
                cpuMillis,
                false,
                "my-machine",
                List.of(),
                machine);
    }

    private void staysFor(TaskHandle handle, long seconds) {
        assertThatThrownBy(() -> driver.exit(handle).toCompletableFuture().get(seconds, TimeUnit.SECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    private boolean isPaused(TaskHandle handle) throws IOException {
        try (Qmp qmp = new Monitors(base.resolve("state")).open(handle)) {
            return Monitors.isPaused(qmp);
        }
    }

    @Test
    void aPausedMachineStandsStillAndGoesOnEvenUnderAnotherDriver() throws Exception {
        String script = "echo ready; sleep 8; echo done; exit 0";
        TaskHandle handle = start(powered(script, "Running", null, "16Mi"));
        log(handle, "ready\n");
        TaskSpec paused = powered(script, "Paused", null, "16Mi");
        assertThat(driver.update(handle, paused)).isTrue();
        assertThat(driver.update(handle, paused)).isTrue();
        TaskState before = driver.recover(handle);
        driver.close();
        driver = open("tcg");
        assertThat(isPaused(handle)).isTrue();
        assertThat(log(handle, "")).isEqualTo("ready\n");
        assertThat(driver.recover(handle)).isEqualTo(before).isInstanceOf(TaskState.Running.class);
        assertThat(driver.update(handle, powered(script, "Running", null, "16Mi")))
                .isTrue();
        assertThat(exit(handle)).isZero();
        assertThat(log(handle, "")).isEqualTo("ready\ndone\n");
    }

    @Test
    void aMachineCanBeMadePaused() throws Exception {
        String script = "echo ready; exit 0";
        TaskHandle handle = start(powered(script, "Paused", null, "16Mi"));
        staysFor(handle, 3);
        assertThat(log(handle, "")).isEmpty();
        assertThat(driver.update(handle, powered(script, null, null, "16Mi"))).isTrue();
        assertThat(exit(handle)).isZero();
    }

    @Test
    void aPausedMachineIsAskedToPowerOffAllTheSame() throws Exception {
        String script = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done";
        TaskHandle handle = start(powered(script, "Running", null, "16Mi"));
        log(handle, "ready\n");
        driver.update(handle, powered(script, "Paused", null, "16Mi"));
        driver.stop(handle, Duration.ofSeconds(60));
        assertThat(exit(handle)).isZero();
        assertThat(log(handle, "")).endsWith("bye\n");
    }

    @Test
    void aMachineKeepsItsSizeButNotItsShareOfTheProcessors() throws Exception {
        Assumptions.assumeTrue(driver.probe().limits().contains("cpu"), "this machine cannot limit processors");
        String script = "echo ready; while :; do :; done";
        TaskHandle handle = start(powered(script, "Running", 900L, "16Mi"));
        log(handle, "ready\n");
        assertThat(driver.update(handle, powered(script, "Running", 100L, "16Mi")))
                .isTrue();
        long began = System.nanoTime();
        long before = driver.use(handle).orElseThrow().cpuMicros();
        staysFor(handle, 3);
        long used = driver.use(handle).orElseThrow().cpuMicros() - before;
        assertThat(used).isLessThan(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began) / 4);
        assertThat(driver.update(handle, powered(script, "Running", 1100L, "16Mi")))
                .as("it would have two processors")
                .isFalse();
        assertThat(driver.update(handle, powered(script, "Running", 100L, "32Mi")))
                .isFalse();
        assertThat(driver.recover(handle)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void otherPowerStatesAreNotTheDriversToMake() {
        assertThatThrownBy(() -> driver.start(powered("exit 0", "Suspended", null, "16Mi")))
                .isInstanceOf(RuntimeFailure.class)
                .hasMessageContaining("powerSpec");
    }

    @Test
    void commandsAreRefused() throws Exception {
        TaskHandle handle = start("sleep 1000");
        assertThatThrownBy(() ->
                        driver.exec(handle, List.of("true"), Duration.ofSeconds(1), (e, b, o, l) -> {}, () -> false))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.INVALID));
    }
}
