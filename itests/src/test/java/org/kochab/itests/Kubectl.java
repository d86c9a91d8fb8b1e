package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's kubectl as a user of a tenant, with the kubeconfig that the shell makes for it. */
final class Kubectl {
    private final Installation kochab;
    private final Path config;
    private final List<String> start;

    Kubectl(Installation kochab, String tenant, String user) throws IOException, InterruptedException {
        this(kochab, tenant, user, "");
    }

    /** @param options of {@code kochab:kubeconfig} */
    Kubectl(Installation kochab, String tenant, String user, String options) throws IOException, InterruptedException {
        this(kochab, kochab.run.resolve("kubeconfig-" + tenant + "-" + user), tenant + " " + user + " " + options);
    }

    private Kubectl(Installation kochab, Path config, String words) throws IOException, InterruptedException {
        this.kochab = kochab;
        Path kubectl = kochab.root.resolve("target/test-kubectl/kubectl");
        assertThat(kubectl)
                .as("itests/src/test/fetch-kubectl target/test-kubectl fetches it, as ./kochab test does")
                .isExecutable();
        this.config = config;
        Files.deleteIfExists(config);
        kochab.sh("kochab:kubeconfig " + words + " -o " + config);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        start = List.of(
                kubectl.toString(),
                "--kubeconfig",
                config.toString(),
                "--cache-dir",
                kochab.run.resolve("kubectl-cache").toString());
    }

    /** As a service account, with a token. */
    static Kubectl of(Installation kochab, String tenant, String namespace, String account)
            throws IOException, InterruptedException {
        return new Kubectl(
                kochab,
                kochab.run.resolve("kubeconfig-" + tenant + "-" + namespace + "-" + account),
                tenant + " --service-account " + namespace + "/" + account);
    }

    /** The kubeconfig. */
    Path config() {
        return config;
    }

    /** Where it finds the API. */
    String server() throws IOException {
        return Files.readString(config).replaceAll("(?s).*server: \"([^\"]+)\".*", "$1");
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(words));
        return command;
    }

    /** A command that must succeed; its output. */
    String run(String... words) throws IOException, InterruptedException {
        Installation.Answer answer = answer(words);
        assertThat(answer.exit()).as("%s: %s", List.of(words), answer.output()).isZero();
        return answer.output();
    }

    /** A command that must fail; what it said. */
    String refused(String... words) throws IOException, InterruptedException {
        Installation.Answer answer = answer(words);
        assertThat(answer.exit()).as("%s: %s", List.of(words), answer.output()).isNotZero();
        return answer.output();
    }

    /** A command that must succeed, and that reads {@code input}; its output. */
    String fed(String input, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "printf %s \"$0\" | \"$@\"", input));
        command.addAll(command(words));
        Installation.Answer answer = kochab.run(command);
        assertThat(answer.exit()).as("%s: %s", List.of(words), answer.output()).isZero();
        return answer.output();
    }

    /** {@code kubectl edit}, with an editor that puts one text in the place of another. */
    String edit(String from, String to, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("env", "KUBE_EDITOR=sed -i 's/" + from + "/" + to + "/'"));
        command.addAll(command(words));
        Installation.Answer answer = kochab.run(command);
        assertThat(answer.exit()).as("%s: %s", List.of(words), answer.output()).isZero();
        return answer.output();
    }

    /** How it ended, and what it said. */
    Installation.Answer answer(String... words) throws IOException, InterruptedException {
        return kochab.run(command(words));
    }

    /** A command that goes on until it is closed. Its output is in a file. */
    Installation.Following follow(String... words) throws IOException {
        Path output = Files.createTempFile(kochab.run, "kubectl", ".out");
        Process process = new ProcessBuilder(command(words))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Installation.Following(process, output);
    }

    static void await(String what, Installation.Following output, String text) {
        Installation.await(what, Duration.ofSeconds(30), () -> output.output().contains(text));
    }
}
