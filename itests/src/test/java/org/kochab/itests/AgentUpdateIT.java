package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Updates of a real agent over the air: whatever comes, the box has an agent that works, and its workload never notices. One box serves all tests, in order:
 * from the first on it runs version 2.0.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class AgentUpdateIT {
    private static final Path WORK = Path.of("target", "agent-update", Long.toString(System.nanoTime()));

    /** What a version that does not work is given. */
    private static final Duration SHORT = Duration.ofSeconds(8);

    private static AgentBox box;
    private static String workload;

    @BeforeAll
    static void start() throws Exception {
        box = new AgentBox(WORK, "sleep", "86391");
        workload = box.workload();
        box.awaitBirth("\"agentVersion\":\"" + AgentArchive.VERSION + "\"");
    }

    @AfterAll
    static void stop() throws Exception {
        if (box != null) {
            box.close();
        }
    }

    @AfterEach
    void theWorkloadIsTheSame() {
        assertThat(box.workload()).isEqualTo(workload);
    }

    private static String update(String id, String version, Path archive) throws Exception {
        return box.update(id, version, archive.toUri().toString(), AgentArchive.digest(archive));
    }

    @Test
    @Order(1)
    void aGoodVersionTakesOver() throws Exception {
        Path archive = box.pack("2.0", home -> {});
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/latest", exchange -> {
            exchange.getResponseHeaders().add("Location", "/files/2.0.tar.gz");
            exchange.sendResponseHeaders(302, -1);
        });
        server.createContext("/files/", exchange -> {
            exchange.sendResponseHeaders(200, Files.size(archive));
            Files.copy(archive, exchange.getResponseBody());
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/latest";
            String command = box.update("good", "2.0", url, AgentArchive.digest(archive));
            assertThat(box.answer(command)).contains("\"exitCode\":0");
            box.awaitBirth("\"agentVersion\":\"2.0\"", "\"id\":\"good\"", "Succeeded");
        } finally {
            server.stop(0);
        }
        assertThat(box.launcher().isAlive()).isTrue();
        assertThat(box.versions()).containsExactly("2.0");
    }

    @Test
    @Order(2)
    void whatRunsAlreadyIsNotUpdated() throws Exception {
        long before = box.agent().pid();
        String command = update("again", "2.0", box.pack("2.0", home -> {}));
        assertThat(box.answer(command)).contains("\"exitCode\":0");
        assertThat(box.agent().pid()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void aVersionWithoutItsAgentIsRolledBackInTime() throws Exception {
        box.restart(SHORT);
        update("no-agent", "3.0", box.pack("3.0", AgentArchive::removeAgent));
        box.awaitBirth("\"agentVersion\":\"2.0\"", "\"id\":\"no-agent\"", "RolledBack", "not healthy within 8 s");
    }

    @Test
    @Order(4)
    void aVersionThatEndsIsRolledBackAtOnce() throws Exception {
        update("ends", "3.1", box.pack("3.1", home -> AgentArchive.first(home, "exit 3")));
        box.awaitBirth("\"agentVersion\":\"2.0\"", "\"id\":\"ends\"", "RolledBack", "ended with status 3");
        assertThat(box.versions()).contains("2.0");
    }

    @Test
    @Order(5)
    void aVersionThatNeverConnectsIsRolledBackThoughTheLauncherIsKilledMeanwhile() throws Exception {
        update(
                "deaf",
                "3.2",
                box.pack("3.2", home -> AgentArchive.first(home, "export KOCHAB_BROKERS=tcp://127.0.0.1:1")));
        Installation.await("it is tried", AgentBox.LIMIT, () -> box.log().contains("trying version 3.2"));
        ProcessHandle tried = box.agent();
        box.launcher().destroyForcibly().waitFor();
        // Alone it ends, whether or not somebody starts another launcher; that one tries once more.
        tried.onExit().get(AgentBox.LIMIT.toSeconds(), TimeUnit.SECONDS);
        box.start(SHORT);
        box.awaitBirth("\"agentVersion\":\"2.0\"", "\"id\":\"deaf\"", "RolledBack", "not healthy within 8 s");
        assertThat(box.log().split("trying version 3.2", -1)).hasSize(3);
    }

    @Test
    @Order(6)
    void aVersionThatIsKilledWhileItIsTriedIsRolledBack() throws Exception {
        long before = box.agent().pid();
        update(
                "killed",
                "3.3",
                box.pack("3.3", home -> AgentArchive.first(home, "export KOCHAB_BROKERS=tcp://127.0.0.1:1")));
        Installation.await("it is tried", AgentBox.LIMIT, () -> box.agent().pid() != before);
        box.agent().destroyForcibly();
        box.awaitBirth("\"agentVersion\":\"2.0\"", "\"id\":\"killed\"", "RolledBack", "ended with status 137");
    }

    @Test
    @Order(7)
    void whatIsCutOffOrNotWhatWasMeantIsNotStarted() throws Exception {
        long before = box.agent().pid();
        Path whole = box.pack("4.0", home -> {});
        byte[] bytes = Files.readAllBytes(whole);
        Path half = Files.write(WORK.resolve("half.tar.gz"), Arrays.copyOf(bytes, bytes.length / 2));
        Path link = box.pack("4.1", home -> Files.createSymbolicLink(home.resolve("bundle/x"), Path.of("/etc")));

        assertThat(box.answer(update("half", "4.0", half))).contains("the archive is cut off");
        box.awaitBirth("\"id\":\"half\"", "Refused");
        assertThat(box.answer(box.update("other", "4.0", whole.toUri().toString(), "0".repeat(64))))
                .contains("has the digest " + AgentArchive.digest(whole) + ", not 000");
        assertThat(box.answer(update("link", "4.1", link))).contains("is a link");
        assertThat(box.answer(update("name", "4.2", whole))).contains("VERSION is 4.0, not 4.2");
        assertThat(box.answer(box.update("plain", "4.0", "http://192.0.2.1/x", "0".repeat(64))))
                .contains("use https:");
        assertThat(box.agent().pid()).isEqualTo(before);
        assertThat(box.versions()).doesNotContain("4.0", "4.1", "4.2");
    }

    @Test
    @Order(8)
    void aKilledLauncherTakesItsAgentAlongAndTheNextOneStartsTheCurrentVersion() throws Exception {
        ProcessHandle before = box.agent();
        box.launcher().destroyForcibly().waitFor();
        // As systemd would, at once: the new launcher ends what the former one left.
        box.start(SHORT);
        before.onExit().get(AgentBox.LIMIT.toSeconds(), TimeUnit.SECONDS);
        box.awaitBirth("\"agentVersion\":\"2.0\"");
        Installation.await(
                "another agent",
                AgentBox.LIMIT,
                () -> box.agent().pid() != before.pid() && box.agent().isAlive());
    }

    @Test
    @Order(9)
    void toTheFormerVersionNothingIsFetched() throws Exception {
        box.restart(AgentBox.LIMIT);
        Path next = box.pack("5.0", home -> {});
        update("next", "5.0", next);
        box.awaitBirth("\"agentVersion\":\"5.0\"", "\"id\":\"next\"", "Succeeded");
        assertThat(box.versions()).containsExactlyInAnyOrderElementsOf(List.of("2.0", "5.0"));
        String digest =
                Files.readString(box.base.resolve("versions/2.0/ARCHIVE")).strip();

        box.update("back", "2.0", "file:///there/is/nothing", digest);

        box.awaitBirth("\"agentVersion\":\"2.0\"", "\"id\":\"back\"", "Succeeded");
    }
}
