package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Somebody else's Karaf: our features repository is added to it as the documentation says, the control plane is installed, and then the agent beside it. What
 * is Karaf's own (Declarative Services) it gets as it always does, from its repositories.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class StockKarafIT {
    private static final Path HOME = Path.of("target", "stock-karaf").toAbsolutePath();
    private static final Path REPOSITORY = Path.of("target", "stock-repository").toAbsolutePath();
    private static final String VERSION = System.getProperty("kochab.version");
    private static final Path ROOT =
            Path.of(System.getProperty("kochab.root")).toAbsolutePath().normalize();

    private static int ssh;
    private static Process karaf;

    @BeforeAll
    static void start() throws Exception {
        delete(HOME);
        Files.createDirectories(HOME);
        String archive = System.getProperty("kochab.stock-karaf");
        assertThat(run(List.of("tar", "-xzf", archive, "-C", HOME.toString(), "--strip-components=1"), ""))
                .isEmpty();
        publish();
        configure();
        karaf = builder(List.of(HOME.resolve("bin/karaf").toString(), "server"))
                .redirectOutput(HOME.resolve("console.log").toFile())
                .start();
        Installation.await(
                "a shell", Duration.ofSeconds(90), () -> client("shell:info").contains("Karaf"));
    }

    /** What {@code mvn deploy} would put into a repository. */
    private static void publish() throws IOException {
        delete(REPOSITORY);
        try (Stream<Path> bundles = Files.list(ROOT.resolve("bundles"))) {
            for (Path bundle : bundles.toList()) {
                String name = "kochab-" + bundle.getFileName();
                Path jar = bundle.resolve("target").resolve(name + "-" + VERSION + ".jar");
                if (Files.exists(jar)) {
                    copy(jar, name, name + "-" + VERSION + ".jar");
                }
            }
        }
        copy(
                ROOT.resolve("features/target/feature/features.xml"),
                "kochab-features",
                "kochab-features-" + VERSION + "-features.xml");
    }

    private static void copy(Path file, String artifact, String name) throws IOException {
        Path directory = Files.createDirectories(
                REPOSITORY.resolve("org/kochab").resolve(artifact).resolve(VERSION));
        Files.copy(file, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private static void configure() throws IOException {
        ssh = Ports.free();
        int mqtt = Ports.free();
        Path etc = HOME.resolve("etc");
        edit(etc.resolve("org.apache.karaf.shell.cfg"), "(?m)^sshPort.*$", "sshPort = " + ssh);
        edit(etc.resolve("org.apache.karaf.shell.cfg"), "(?m)^sshHost.*$", "sshHost = 127.0.0.1");
        // The user that Karaf's own documentation tells to enable.
        edit(etc.resolve("users.properties"), "(?m)^#(karaf = |_g_)", "$1");
        edit(
                etc.resolve("org.ops4j.pax.url.mvn.cfg"),
                "(org.ops4j.pax.url.mvn.repositories=)",
                "$1 file:" + REPOSITORY + "@id=kochab@snapshots, ");
        Files.writeString(etc.resolve("org.kochab.mqtt.broker.cfg"), "port = " + mqtt + "\n");
        Files.writeString(etc.resolve("org.kochab.gateway.cfg"), "port = " + Ports.free() + "\n");
        Files.writeString(etc.resolve("org.kochab.rm.cfg"), "broker.uris = tcp://127.0.0.1:" + mqtt + "\n");
        Files.writeString(
                etc.resolve("org.kochab.store.ignite.cfg"),
                "discoveryPort = " + Ports.free() + "\ncommunicationPort = " + Ports.free() + "\n");
        Files.writeString(
                etc.resolve("org.kochab.agent.cfg"), "node = stock-1\nbrokers = tcp://127.0.0.1:" + mqtt + "\n");
        Files.writeString(etc.resolve("org.kochab.runtime.process.cfg"), "cgroup = kit" + mqtt + "\n");
        // Ignite reads of the JDK what is not open to it by default: as in our own distribution.
        Files.copy(
                ROOT.resolve("assembly/control-plane/src/main/resources/bin/setenv"),
                HOME.resolve("bin/setenv"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void edit(Path file, String pattern, String replacement) throws IOException {
        String before = Files.readString(file);
        String after = before.replaceAll(pattern, replacement);
        assertThat(after).as(file.toString()).isNotEqualTo(before);
        Files.writeString(file, after);
    }

    @AfterAll
    static void stop() throws Exception {
        if (karaf != null) {
            karaf.descendants().forEach(ProcessHandle::destroy);
            karaf.destroy();
            assertThat(karaf.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Of the clients, too.
        builder.environment().put("EXTRA_JAVA_OPTS", String.join(" ", Installation.BRIEF));
        return builder;
    }

    private static String run(List<String> command, String input) throws IOException, InterruptedException {
        Path in = Files.writeString(Files.createTempFile("stock", ".in"), input);
        Path out = Files.createTempFile("stock", ".out");
        Process process = builder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(200, TimeUnit.SECONDS)).as(command.get(0)).isTrue();
        String text = Files.readString(out);
        Files.delete(in);
        Files.delete(out);
        return text;
    }

    private static String client(String command) throws IOException, InterruptedException {
        List<String> call = new ArrayList<>(List.of(HOME.resolve("bin/client").toString()));
        call.addAll(List.of("-h", "127.0.0.1", "-a", Integer.toString(ssh), "-u", "karaf", "-p", "karaf", "-b"));
        return run(call, command + "\n");
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(p -> {
                try {
                    Files.delete(p);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    @Order(1)
    void theControlPlaneIsInstalled() throws Exception {
        client("feature:repo-add mvn:org.kochab/kochab-features/" + VERSION + "/xml/features");
        client("feature:install kochab-control-plane");

        // The services of tenants and of nodes come after the partitions that they need.
        Pattern well = Pattern.compile("3 of 3 serving(?s:.*)ignite READY(?s:.*)Problems: +none");
        Installation.await("all is well", Duration.ofSeconds(90), () -> well.matcher(client("kochab:cluster-status"))
                .find());
    }

    @Test
    @Order(2)
    void theAgentIsInstalledBesideIt() throws Exception {
        client("feature:install kochab-agent; kochab:wait node stock-1 --timeout 60");

        // A node is ready before its runtimes have been proven.
        Pattern proven = Pattern.compile("stock-1 +Ready +process");
        Installation.await("a proven runtime", Duration.ofSeconds(90), () -> proven.matcher(client("kochab:get nodes"))
                .find());
    }
}
