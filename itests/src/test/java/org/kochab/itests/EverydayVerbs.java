package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** What people type into kubectl every day. {@code deployment/hello} of {@code examples/hello.yaml} is there, and runs. */
final class EverydayVerbs {
    private static final String SETTINGS =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: settings, labels: {team: web%s}}
            data: {colour: %s}
            """;

    private static final String SERVER =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: server}
            spec:
              runtimeClassName: process
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                command: [busybox, httpd, -f, -p, "127.0.0.1:%1$d", -h, /etc]
                ports: [{containerPort: %1$d}]
                readinessProbe: {tcpSocket: {port: %1$d}, periodSeconds: 1}
            """;

    private EverydayVerbs() {}

    static void ofATenant(Kubectl ann, Path directory) throws Exception {
        commands(ann);
        copied(ann, directory.resolve("copied"));
        forwarded(ann, directory.resolve("server.yaml"));
        applied(ann, directory.resolve("settings.yaml"));
        changed(ann);
        assertThat(ann.run("rollout", "history", "deployment/hello")).contains("REVISION");
        assertThat(ann.run("get", "deploy", "hello", "-o", "custom-columns=N:.metadata.name,R:.spec.replicas"))
                .containsPattern("hello +3");
        assertThat(ann.run("get", "deploy", "hello", "-o", "go-template={{.spec.replicas}}"))
                .isEqualTo("3");
        assertThat(ann.run("get", "all", "-l", "app=hello"))
                .contains("deployment.apps/hello")
                .contains("pod/hello-");
        assertThat(ann.run("get", "pods", "-l", "app=hello", "--sort-by=.metadata.name"))
                .contains("hello-");
        assertThat(ann.run("wait", "deployment/hello", "--for=condition=Available", "--timeout=60s"))
                .contains("condition met");
        assertThat(ann.run("api-versions")).contains("apps/v1");
        assertThat(ann.run("version")).contains("Server Version");
    }

    private static void commands(Kubectl ann) throws Exception {
        assertThat(ann.run("exec", "deployment/hello", "--", "sh", "-c", "echo in $0 && echo err >&2", "here"))
                .contains("in here")
                .contains("err");
        assertThat(ann.run("exec", "deployment/hello", "-c", "hello", "--", "seq", "100000"))
                .endsWith("99999\n100000\n");
        Installation.Answer failed = ann.answer("exec", "deployment/hello", "--", "sh", "-c", "exit 42");
        assertThat(failed.exit()).as(failed.output()).isEqualTo(42);
        assertThat(failed.output()).contains("command terminated with exit code 42");
        assertThat(ann.fed("some words", "exec", "-i", "deployment/hello", "--", "cat"))
                .isEqualTo("some words");
        assertThat(ann.refused("exec", "deployment/hello", "--", "/no/such")).contains("/no/such");
    }

    private static void copied(Kubectl ann, Path file) throws Exception {
        String pod = ann.run("get", "pods", "-l", "app=hello", "-o", "jsonpath={.items[0].metadata.name}");
        ann.run("cp", pod + ":/etc/hostname", file.toString());
        assertThat(file).hasSameTextualContentAs(Path.of("/etc/hostname"));
        byte[] much = new byte[3_000_000];
        new Random(1).nextBytes(much);
        Path there = file.resolveSibling("there");
        ann.run("cp", Files.write(file, much).toString(), pod + ":" + there);
        assertThat(there).hasBinaryContent(much);
    }

    private static void forwarded(Kubectl ann, Path file) throws Exception {
        int port = Ports.free();
        int here = Ports.free();
        Files.writeString(file, SERVER.formatted(port));
        ann.run("apply", "-f", file.toString());
        ann.run("wait", "pod/server", "--for=condition=Ready", "--timeout=60s");
        try (Installation.Following forward = ann.follow("port-forward", "pod/server", here + ":" + port)) {
            Kubectl.await("port-forward", forward, "Forwarding from 127.0.0.1:" + here);
            for (int i = 0; i < 2; i++) {
                URL url = new URL("http://127.0.0.1:" + here + "/hostname");
                assertThat(new String(url.openStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(Files.readString(Path.of("/etc/hostname")));
            }
        }
        ann.run("delete", "pod/server", "--wait=false");
    }

    private static void applied(Kubectl ann, Path manifest) throws Exception {
        for (String[] step : new String[][] {
            {", since: march", "red", "created", "march red"},
            {", since: march", "blue", "configured", "march blue"},
            {"", "blue", "configured", " blue"},
            {"", "blue", "unchanged", " blue"}
        }) {
            Files.writeString(manifest, SETTINGS.formatted(step[0], step[1]));
            assertThat(ann.run("apply", "-f", manifest.toString())).contains("configmap/settings " + step[2]);
            assertThat(ann.run(
                            "get", "-f", manifest.toString(), "-o", "jsonpath={.metadata.labels.since} {.data.colour}"))
                    .isEqualTo(step[3]);
        }
        Files.writeString(manifest, SETTINGS.formatted("", "green"));
        Installation.Answer difference = ann.answer("diff", "-f", manifest.toString());
        assertThat(difference.exit()).as(difference.output()).isEqualTo(1);
        assertThat(difference.output()).contains("+  colour: green");
        assertThat(ann.run("apply", "--dry-run=server", "-f", manifest.toString()))
                .contains("configured (server dry run)");
        assertThat(ann.run("replace", "-f", manifest.toString())).contains("replaced");
        assertThat(ann.run("delete", "-f", manifest.toString())).contains("deleted");
        assertThat(ann.run("create", "-f", manifest.toString())).contains("created");
        assertThat(ann.refused("create", "-f", manifest.toString())).contains("AlreadyExists");
    }

    private static void changed(Kubectl ann) throws Exception {
        ann.run("patch", "configmap", "settings", "-p", "{\"data\":{\"size\":\"1\"}}");
        ann.run("patch", "configmap", "settings", "--type=merge", "-p", "{\"data\":{\"colour\":null}}");
        ann.run(
                "patch",
                "configmap",
                "settings",
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/data/shape\",\"value\":\"round\"}]");
        assertThat(ann.edit("round", "square", "edit", "configmap", "settings")).contains("edited");
        assertThat(ann.run("get", "configmap", "settings", "-o", "jsonpath={.data}"))
                .isEqualTo("{\"shape\":\"square\",\"size\":\"1\"}");
        ann.run("create", "secret", "generic", "pass", "--from-literal=word=sesame");
        assertThat(ann.run("get", "secret", "pass", "-o", "go-template={{.data.word | base64decode}}"))
                .isEqualTo("sesame");
        ann.run("delete", "configmap/settings", "secret/pass");
    }

    static void ofAnOperator(Kubectl operator, String node) throws Exception {
        assertThat(operator.run("cordon", node)).contains("cordoned");
        assertThat(operator.run("get", "nodes")).contains("SchedulingDisabled");
        assertThat(operator.run("drain", node)).contains("pods of tenant system only");
        assertThat(operator.run("--server", operator.server() + "/tenants/default", "drain", node, "--timeout=60s"))
                .contains("pod/hello-");
        assertThat(operator.run("uncordon", node)).contains("uncordoned");
        assertThat(operator.run("describe", "node", node)).contains("Unschedulable:");
    }
}
