package org.kochab.identity.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.kochab.identity.internal.service.SecurePlatform.SOON;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.api.identity.JoinToken;
import org.kochab.api.node.ClaimAnswer;

/** A device that is mosquitto's clients, openssl and a shell script. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class DeviceTest {
    private static final String NAME = "shell-1";

    @TempDir
    Path directory;

    private SecurePlatform platform;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        platform = new SecurePlatform(Duration.ofDays(7));
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        platform.close();
    }

    private Process device(@Nullable JoinToken token) throws Exception {
        Path script = Path.of(System.getProperty("basedir", "."))
                .toAbsolutePath()
                .resolve("../../examples/shell-node/node.sh")
                .normalize();
        ProcessBuilder builder =
                new ProcessBuilder(script.toString(), "127.0.0.1", Integer.toString(platform.port()), "rm-1", NAME);
        builder.environment()
                .put("KOCHAB_IDENTITY", directory.resolve("identity").toString());
        if (token != null) {
            builder.environment().put("KOCHAB_JOIN_TOKEN", token.text());
        }
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("device.log").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String log() throws Exception {
        return Files.readString(directory.resolve("device.log"));
    }

    private boolean ready() {
        return platform.ready(NAME).equals("True");
    }

    @Test
    void joinsRunsWorkAndIsCutWhenItIsRevoked() throws Exception {
        Process first = device(platform.token(null));
        await().atMost(SOON).until(this::ready);
        Path mark = directory.resolve("mark");
        assertThat(platform.claim(NAME, "u1", List.of("sh", "-c", "echo done >" + mark)))
                .isInstanceOf(ClaimAnswer.Granted.class);
        await().atMost(SOON).until(() -> Files.exists(mark) && Files.size(mark) > 0);

        first.destroy();
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Process again = device(null);
        await().atMost(SOON).until(() -> log().contains("registered"));
        assertThat(log()).contains("known already");

        platform.identities.revoke("rm-1", NAME);
        assertThat(again.waitFor(40, TimeUnit.SECONDS)).isTrue();

        Process revoked = device(null);
        assertThat(revoked.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(log()).contains("set KOCHAB_JOIN_TOKEN to join");

        device(platform.token(NAME));
        await().atMost(SOON).until(() -> log().contains("registered"));
    }

    @Test
    void tellsTheRightPlatformFromAnother() throws Exception {
        JoinToken ours = platform.token(null);
        Process process = device(new JoinToken(ours.id(), ours.secret(), "x".repeat(43)));
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(log()).contains("no broker of the platform that the token is for");
        assertThat(platform.identities.nodes()).isEmpty();
    }
}
