package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes of which one has a serial port, as far as its sysfs says. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DevicesIT {
    private static final List<String> NODES = List.of("agent-1", "agent-2");

    private static Installation kochab;

    @BeforeAll
    static void start() throws Exception {
        kochab = new Installation("devices");
        kochab.up("--agents", "2");
        Path edge = kochab.run.resolve("dist/edge");
        try (Stream<Path> bundles = Files.list(edge.resolve("optional"))) {
            Path devices = bundles.filter(b -> b.getFileName().toString().startsWith("kochab-devices-sysfs-"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(devices, edge.resolve("bundle").resolve(devices.getFileName()));
        }
        for (String agent : NODES) {
            Files.createDirectories(machine(agent).resolve("sys/class/tty"));
            Files.createDirectories(machine(agent).resolve("dev"));
            Files.writeString(
                    kochab.run.resolve(agent).resolve("etc/org.kochab.devices.sysfs.cfg"),
                    "sys = %1$s/sys\ndev = %1$s/dev\npoll.seconds = 1\n".formatted(machine(agent)));
            kochab.kill(agent);
        }
        assertThat(kochab.kochab("up-agent").exit()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        if (kochab != null) {
            kochab.close();
        }
    }

    private static Path machine(String agent) {
        return kochab.run.resolve(agent).resolve("machine");
    }

    private static void plugIn(String agent, String port) throws IOException {
        Files.writeString(machine(agent).resolve("dev").resolve(port), "measured\n");
        Files.createDirectories(
                machine(agent).resolve("sys/class/tty").resolve(port).resolve("device"));
    }

    private static void apply(String pod) throws Exception {
        Path manifest = Files.writeString(
                kochab.run.resolve(pod + ".yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  runtimeClassName: process
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: read
                    command: [sh, -c, 'cat "$KOCHAB_SERIAL"; exec sleep 86398']
                    resources:
                      limits: {kochab.org/serial: 1}
                """
                        .formatted(pod));
        kochab.sh("kochab:apply " + manifest);
    }

    private static void awaitRunning(String pod) {
        Installation.await(pod + " runs", Duration.ofSeconds(60), () -> kochab.sh("kochab:get pod " + pod + " -o wide")
                .contains("Running"));
    }

    @Test
    void aPortIsOnePodsOnTheNodeThatHasIt() throws Exception {
        apply("first");
        Installation.await("no node has one", Duration.ofSeconds(60), () -> kochab.sh("kochab:pod-explain first")
                .contains("kochab.org/serial"));

        plugIn("agent-2", "ttyUSB0");
        awaitRunning("first");
        assertThat(kochab.sh("kochab:get pod first -o wide")).contains("edge-2");
        assertThat(kochab.sh("kochab:logs first")).isEqualTo("measured\n");

        apply("second");
        Installation.await("it is taken", Duration.ofSeconds(60), () -> kochab.sh("kochab:pod-explain second")
                .contains("kochab.org/serial"));
        kochab.kill("agent-2");
        assertThat(kochab.kochab("up-agent").exit()).isZero();
        assertThat(kochab.sh("kochab:get pod second")).contains("Pending");
        assertThat(kochab.sh("kochab:get pod first")).contains("Running");

        kochab.sh("kochab:delete pod first --wait");
        awaitRunning("second");
        assertThat(kochab.sh("kochab:get pod second -o wide")).contains("edge-2");

        plugIn("agent-1", "ttyUSB7");
        apply("third");
        awaitRunning("third");
        assertThat(kochab.sh("kochab:get pod third -o wide")).contains("edge-1");
    }
}
