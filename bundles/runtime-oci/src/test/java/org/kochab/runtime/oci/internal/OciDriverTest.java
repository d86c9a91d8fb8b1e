package org.kochab.runtime.oci.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.api.model.Container;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** What containers have beyond the contract of drivers: images, a network a pod, a root of their own. */
class OciDriverTest {
    private final Path base = Path.of("target/oci-driver").toAbsolutePath();
    private final String uid = "oci-" + UUID.randomUUID();
    private final List<TaskHandle> started = new ArrayList<>();
    private OciDriver driver;
    private Podman podman;

    @BeforeEach
    void begin() throws Exception {
        Assumptions.assumeTrue(Sandboxes.missing().isEmpty(), Sandboxes.missing());
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "apt-get install busybox-static");
        Settings settings = new Settings(
                base.resolve("state"),
                base.resolve("images"),
                "10.80.0.0/24",
                "kochabt1",
                "127.0.0.1",
                List.of(),
                256,
                1 << 20,
                false);
        podman = new Podman(settings);
        driver = new OciDriver(settings);
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
        assertThat(podman.call(Duration.ofSeconds(20), "ps", "-a", "--format", "{{.Names}}")
                        .out())
                .doesNotContain(uid);
        driver.close();
    }

    private void image() throws Exception {
        if (!new Images(podman, base.resolve("none")).has(OciDriverContractTest.IMAGE)) {
            OciDriverContractTest.build(podman, base.resolve("image"));
        }
    }

    private static Container container(
            String name, String image, Container.SecurityContext security, List<Container.Port> ports, String script) {
        return Container.builder()
                .name(name)
                .image(image)
                .command(List.of("sh", "-c", script))
                .ports(ports)
                .securityContext(security)
                .build();
    }

    private TaskHandle start(Container container, List<Container.Port> podPorts, List<TaskSpec.Mount> mounts) {
        TaskSpec task = new TaskSpec(
                uid, "acme", "default", "pod", 0, container, Map.of(), mounts, base, null, null, false, "my-pod",
                podPorts, null);
        driver.prepare(task);
        TaskHandle handle = driver.start(task);
        started.add(handle);
        return handle;
    }

    private TaskExit exit(TaskHandle handle) throws Exception {
        return driver.exit(handle).toCompletableFuture().get(40, TimeUnit.SECONDS);
    }

    private String log(TaskHandle handle) {
        StringBuffer text = new StringBuffer();
        driver.logs(
                handle,
                -1,
                false,
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> false);
        return text.toString();
    }

    @Test
    void aDeviceIsSeenWhereItIsGivenAndNoMoreIsPossibleThanThat() throws Exception {
        image();
        Container reads = container(
                "main",
                OciDriverContractTest.IMAGE,
                null,
                List.of(),
                "exec 3</dev/mine && echo reads; (exec 4>/dev/mine) || echo may not write; test -e /dev/fuse || echo no other");
        DeviceAccess.Node node = new DeviceAccess.Node(Path.of("/dev/loop-control"), "/dev/mine", "r");
        TaskSpec task = new TaskSpec(
                uid,
                "acme",
                "default",
                "pod",
                0,
                reads,
                Map.of(),
                List.of(),
                base,
                null,
                null,
                false,
                "my-pod",
                List.of(),
                null,
                null,
                List.of(new TaskSpec.Devices("vendor.com/thing", List.of("mine"), List.of(node))));
        TaskHandle handle = driver.start(task);
        started.add(handle);
        exit(handle);
        assertThat(log(handle)).contains("reads\n", "may not write\n", "no other\n");
    }

    @Test
    void containersOfAPodShareANetworkAndPublishPorts() throws Exception {
        image();
        int port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            port = socket.getLocalPort();
        }
        List<Container.Port> ports = List.of(new Container.Port(null, 8080, port, null, null));
        TaskHandle server = start(
                container(
                        "server",
                        OciDriverContractTest.IMAGE,
                        null,
                        ports,
                        "mkdir -p /www; echo pong > /www/index.html; exec httpd -f -p 8080 -h /www"),
                ports,
                List.of());
        TaskHandle client = start(
                container(
                        "client",
                        OciDriverContractTest.IMAGE,
                        null,
                        List.of(),
                        "until wget -q -O - http://127.0.0.1:8080/ 2>/dev/null; do sleep 0.2; done; hostname"),
                ports,
                List.of());
        assertThat(exit(client).exitCode()).isZero();
        assertThat(log(client)).isEqualTo("pong\nmy-pod\n");
        assertThat(driver.address(server)).hasValueSatisfying(a -> assertThat(a).startsWith("10.80.0."));
        assertThat(read("127.0.0.1", port)).isEqualTo("pong\n");

        driver.remove(client);
        assertThat(driver.recover(server)).isInstanceOf(TaskState.Running.class);
        assertThat(read("127.0.0.1", port)).as("the network is still there").isEqualTo("pong\n");
        driver.stop(server, Duration.ZERO);
        driver.remove(server);
        assertThat(podman.call(Duration.ofSeconds(20), "container", "exists", RunWords.sandbox(uid))
                        .ok())
                .as("the network goes with the last container")
                .isFalse();
    }

    @Test
    void theImageOfSandboxesIsMadeAgainWhenSomebodyHasRemovedIt() {
        assertThat(driver.probe().reason()).isEmpty();
        Podman.Result removed = podman.call(Duration.ofSeconds(20), "untag", "localhost/kochab-sandbox:1");
        assertThat(removed.ok()).as(removed.error()).isTrue();
        assertThat(driver.probe().reason()).isEmpty();
    }

    @Test
    void anImageThatSomebodyHasRemovedIsLookedForAgain() throws Exception {
        image();
        Container ends = container("main", OciDriverContractTest.IMAGE, null, List.of(), "exit 3");
        assertThat(exit(start(ends, List.of(), List.of())).exitCode()).isEqualTo(3);
        Podman.Result removed = podman.call(Duration.ofSeconds(20), "untag", OciDriverContractTest.IMAGE);
        assertThat(removed.ok()).as(removed.error()).isTrue();

        Container next = container("next", OciDriverContractTest.IMAGE, null, List.of(), "exit 4");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> start(next, List.of(), List.of()))
                    .isInstanceOfSatisfying(
                            RuntimeFailure.class, e -> assertThat(e.code()).isEqualTo(RuntimeFailure.Code.IMAGE));
        }
        image();
        assertThat(exit(start(next, List.of(), List.of())).exitCode()).isEqualTo(4);
    }

    @Test
    void aPortThatIsTakenIsNamedAndLeavesNothing() throws Exception {
        image();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            List<Container.Port> ports = List.of(new Container.Port(null, 8080, taken.getLocalPort(), null, null));
            Container container = container("main", OciDriverContractTest.IMAGE, null, ports, "exec sleep 1000");
            assertThatThrownBy(() -> start(container, ports, List.of()))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageContaining(":" + taken.getLocalPort() + ": bind: address already in use");
        }
    }

    @Test
    void anAddressIsForgottenWithTheNetworkThatHadIt() throws Exception {
        image();
        Container asleep = container("main", OciDriverContractTest.IMAGE, null, List.of(), "exec sleep 1000");
        TaskHandle first = start(asleep, List.of(), List.of());
        String former = driver.address(first).orElseThrow();
        Podman.Result removed =
                podman.call(Duration.ofSeconds(20), "rm", "--force", "--time", "0", "--depend", RunWords.sandbox(uid));
        assertThat(removed.ok()).as(removed.error()).isTrue();
        assertThat(driver.recover(first)).isInstanceOf(TaskState.Lost.class);
        driver.remove(first);
        assertThat(driver.address(first)).isEmpty();

        TaskHandle next = start(asleep, List.of(), List.of());

        // podman gives the next address, not the former one again.
        assertThat(driver.address(next)).hasValueSatisfying(a -> assertThat(a).isNotEqualTo(former));
        driver.remove(first);
        assertThat(driver.recover(next)).as("the former one had the same name").isInstanceOf(TaskState.Running.class);
    }

    private static String read(String host, int port) throws Exception {
        try (var in = URI.create("http://" + host + ":" + port + "/").toURL().openStream()) {
            return new String(in.readNBytes(100), StandardCharsets.UTF_8);
        }
    }

    @Test
    void rootsAreReadOnlyAndUsersAreSetWhenAsked() throws Exception {
        image();
        Path shared = Files.createDirectories(base.resolve("shared"));
        Container.SecurityContext security = new Container.SecurityContext(1234L, 1234L, true, true, false, null);
        TaskHandle handle = start(
                container(
                        "main",
                        OciDriverContractTest.IMAGE,
                        security,
                        List.of(),
                        "id -u; touch /x 2>/dev/null || echo read-only; ls /in"),
                List.of(),
                List.of(new TaskSpec.Mount(shared, "/in", true)));
        Files.writeString(shared.resolve("file"), "");
        assertThat(exit(handle).exitCode()).isZero();
        assertThat(log(handle)).startsWith("1234\nread-only\n");
    }

    @Test
    void moreProcessesThanTheLimitCannotBeHad() throws Exception {
        image();
        String forks = "i=0; while [ $i -lt 300 ]; do sleep 1000 & i=$((i + 1)); echo $i; done";
        TaskHandle handle =
                start(container("main", OciDriverContractTest.IMAGE, null, List.of(), forks), List.of(), List.of());
        assertThat(exit(handle).exitCode()).isNotZero();
        assertThat(log(handle)).containsIgnoringCase("fork").contains("\n200\n").doesNotContain("\n260\n");
    }

    @Test
    void whatIsNotAllowedIsRefused() throws Exception {
        image();
        Container.SecurityContext privileged = new Container.SecurityContext(null, null, null, null, null, true);
        assertThatThrownBy(() -> start(
                        container("main", OciDriverContractTest.IMAGE, privileged, List.of(), "true"),
                        List.of(),
                        List.of()))
                .hasMessageContaining("privileged");
        Container.SecurityContext nonRoot = new Container.SecurityContext(null, null, true, null, null, null);
        assertThatThrownBy(() -> start(
                        container("main", OciDriverContractTest.IMAGE, nonRoot, List.of(), "true"),
                        List.of(),
                        List.of()))
                .hasMessageContaining("runAsNonRoot");
        assertThatThrownBy(() ->
                        start(container("main", "127.0.0.1:1/none:1", null, List.of(), "true"), List.of(), List.of()))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.IMAGE));
    }

    @Test
    void imagesAreLoadedFromADirectoryWithoutARegistry() throws Exception {
        image();
        Path images = Files.createDirectories(base.resolve("images"));
        String directory = "Layout-" + uid.substring(4, 12);
        String name = directory.toLowerCase(Locale.ROOT);
        Podman.Result pushed = podman.call(
                Duration.ofSeconds(50),
                "push",
                "--quiet",
                OciDriverContractTest.IMAGE,
                "oci:" + images.resolve(directory) + ":v1");
        assertThat(pushed.ok()).as(pushed.error()).isTrue();
        TaskHandle handle = start(
                container("main", "localhost/" + name + ":v1", null, List.of(), "echo loaded"), List.of(), List.of());
        assertThat(exit(handle).exitCode()).isZero();
        assertThat(log(handle)).isEqualTo("loaded\n");
        assertThat(driver.images())
                .anyMatch(i -> i.names().contains("localhost/" + name + ":v1") && i.sizeBytes() > 0)
                .noneMatch(i -> i.names().toString().contains("kochab-layout"));
    }

    @Test
    void whatWasKilledWithTheMachineIsLostAndCanBeStartedAgain() throws Exception {
        image();
        Container container = container("main", OciDriverContractTest.IMAGE, null, List.of(), "sleep 1000");
        TaskHandle handle = start(container, List.of(), List.of());
        String[] pids = podman.call(
                        Duration.ofSeconds(20),
                        "inspect",
                        "--format",
                        "{{.State.ConmonPid}} {{.State.Pid}}",
                        handle.data())
                .out()
                .strip()
                .split(" ");
        // The keeper first: it must not write an exit code.
        for (String pid : pids) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(exit(handle).exitCode()).isEqualTo(137);
        assertThat(driver.recover(handle)).isInstanceOf(TaskState.Lost.class);
        TaskSpec again = new TaskSpec(
                uid, "acme", "default", "pod", 1, container, Map.of(), List.of(), base, null, null, false, "my-pod",
                List.of(), null);
        TaskHandle second = driver.start(again);
        started.add(second);
        assertThat(driver.recover(second)).isInstanceOf(TaskState.Running.class);
    }

    @Test
    void sizesAreRead() {
        assertThat(Images.bytes("2.05 MB")).isEqualTo(2_050_000);
        assertThat(Images.bytes("512 B")).isEqualTo(512);
        assertThat(RunWords.json(List.of("a\"b", "\\", "\n"))).isEqualTo("[\"a\\\"b\",\"\\\\\",\"\\u000a\"]");
    }
}
