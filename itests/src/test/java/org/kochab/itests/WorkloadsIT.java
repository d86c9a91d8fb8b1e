package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Workloads through the whole product: a Deployment as the Kubernetes documentation has it, seen by podman, through rollout, rollback and the
 * agent's death; what people ask of containers and of processes by the shell; a node that is a shell script. One installation serves all
 * tests, in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WorkloadsIT {
    private static final String NAME = "nginx-deployment";
    private static final String MARK = "kochab-workloads-it";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String RUNNING =
            "jsonpath={range .items[?(@.status.phase==\"Running\")]}{.metadata.uid}{\"\\n\"}{end}";

    private static Installation kochab;
    private static Path manifest;

    @BeforeAll
    static void start() throws Exception {
        kochab = new Installation("workloads");
        try (ImageDirectory images = new ImageDirectory(kochab.run.resolve("agent-1/images"))) {
            images.add("docker.io/library/nginx:1.27", "one");
            images.add("docker.io/library/nginx:1.28", "two");
            images.add("docker.io/library/busybox:1.36", "three");
        }
        manifest = Path.of(System.getProperty("kochab.root"), "examples", "web.yaml")
                .toAbsolutePath()
                .normalize();
        kochab.up();
    }

    @AfterAll
    static void stop() throws Exception {
        if (kochab != null) {
            kochab.close();
        }
    }

    private static List<String> podman(String... words) throws Exception {
        List<String> call = new java.util.ArrayList<>(
                List.of(kochab.run.resolve("agent-1/data/runtime-oci/podman").toString()));
        call.addAll(List.of(words));
        Installation.Answer answer = kochab.run(call);
        assertThat(answer.exit()).as(answer.output()).isZero();
        return answer.output().lines().sorted().toList();
    }

    /** Containers of the deployment that run, with their starts. */
    private static List<String> running() throws Exception {
        return podman("ps", "--no-trunc", "--filter", "name=-nginx-", "--format", "{{.ID}} {{.StartedAt}}");
    }

    private static Installation.Answer exec(String target, String script) throws Exception {
        return kochab.kochab("sh", "kochab:exec " + target + " -- sh -c \"" + script + "\"");
    }

    @Test
    @Order(1)
    void aManifestBecomesContainers() throws Exception {
        String pods = kochab.sh("kochab:apply " + manifest + "; kochab:wait deployment " + NAME
                + " --timeout 90; kochab:get pods -o wide");

        assertThat(podman("ps", "--filter", "name=-nginx-", "--format", "{{.Image}} {{.Status}}"))
                .hasSize(3)
                .allMatch(l -> l.startsWith("docker.io/library/nginx:1.27 Up"));
        assertThat(pods.lines().filter(l -> l.contains("nginx:1.27")))
                .hasSize(3)
                .allMatch(l -> l.contains("1/1") && l.contains("Running") && l.contains("oci"));
    }

    @Test
    @Order(2)
    void aProcessPodIsVisibleInPs() throws Exception {
        Path file = Files.writeString(
                kochab.run.resolve("ticker.yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: ticker
                spec:
                  runtimeClassName: process
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    command: [sh, -c, "i=0; while true; do i=$((i+1)); echo tick $i; sleep 0.5; done # %s"]
                """
                        .formatted(MARK));
        kochab.sh("kochab:apply " + file + "; kochab:wait pod ticker --timeout 60");

        // Twice a second it is there twice: what it has forked is called as it is until it becomes its sleep.
        Installation.await(
                "one such process",
                LIMIT,
                () -> kochab.run(List.of("ps", "-e", "-o", "args"))
                                .output()
                                .lines()
                                .filter(l -> l.startsWith("sh -c") && l.endsWith("# " + MARK))
                                .count()
                        == 1);
    }

    @Test
    @Order(3)
    void aShellScriptIsANodeWithACertificateUntilItIsRevoked() throws Exception {
        Path file = Files.writeString(
                kochab.run.resolve("scripted.yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: scripted
                spec:
                  runtimeClassName: process
                  nodeSelector:
                    example.org/shell: "true"
                  containers:
                  - name: main
                    command: [sleep, "86397"]
                """);
        ProcessBuilder script = new ProcessBuilder(
                        kochab.root.resolve("examples/shell-node/node.sh").toString(),
                        "127.0.0.1",
                        Integer.toString(kochab.securePort),
                        "rm-1",
                        "shell-1")
                .redirectErrorStream(true)
                .redirectOutput(kochab.run.resolve("shell-node.log").toFile());
        script.environment()
                .put("KOCHAB_IDENTITY", kochab.run.resolve("shell-1").toString());
        String token = kochab.sh("kochab:node-token-create rm-1 --node shell-1")
                .lines()
                .findFirst()
                .orElseThrow();
        script.environment().put("KOCHAB_JOIN_TOKEN", token);
        Process node = script.start();
        try {
            kochab.sh("kochab:wait node shell-1 --timeout 60; kochab:apply " + file);
            Installation.await("the script's pod runs", LIMIT, () -> kochab.sh("kochab:get pod scripted")
                    .matches("(?s).*Running.*shell-1.*"));
            Installation.workloads("sleep 86397", 1);
            assertThat(kochab.sh("kochab:node-list --certs; kochab:node-revoke shell-1"))
                    .matches("(?s).*shell-1 +rm-1 +Valid.*revoked.*");
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("it is cut").isTrue();
        } finally {
            // Later it is seen to be lost: meanwhile the other tests go on.
            node.destroy();
            assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        Installation.workloads("sleep 86397", 0);
    }

    @Test
    @Order(4)
    void logsComeFromContainersAndFromProcesses() throws Exception {
        assertThat(kochab.sh("kochab:logs deployment/" + NAME)).startsWith("serving one\n");
        assertThat(kochab.sh("kochab:logs ticker").lines().limit(2)).containsExactly("tick 1", "tick 2");
        assertThat(kochab.sh("kochab:logs ticker --tail 1").lines())
                .singleElement()
                .asString()
                .startsWith("tick ");
    }

    @Test
    @Order(5)
    void followedLogsArriveAsTheyAreWritten() throws Exception {
        try (Installation.Following logs = kochab.follow("kochab:logs --follow --tail 1 ticker")) {
            Installation.await("two lines", LIMIT, () -> logs.output().lines().count() >= 2);
            long first = logs.output().lines().count();
            Installation.await("more lines", LIMIT, () -> logs.output().lines().count() > first);
            assertThat(logs.process().isAlive()).isTrue();
        }
    }

    @Test
    @Order(6)
    void whoeverEndsFollowingLeavesNothingBehindOnTheNode() throws Exception {
        try (Installation.Following logs = kochab.follow("kochab:logs --follow deployment/" + NAME)) {
            Installation.await("a line", LIMIT, () -> !logs.output().isEmpty());
            assertThat(podmanLogs()).isPositive();
        }

        Installation.await("no reader of logs", LIMIT, () -> podmanLogs() == 0);
    }

    private static long podmanLogs() {
        return ProcessHandle.allProcesses()
                .map(p -> p.info().arguments().map(List::of).orElse(List.of()))
                .filter(a -> a.contains("logs") && a.stream().anyMatch(w -> w.startsWith(kochab.run.toString())))
                .count();
    }

    @Test
    @Order(7)
    void commandsRunInContainersAndInProcesses() throws Exception {
        for (String target : List.of("deployment/" + NAME, "ticker")) {
            Installation.Answer answer = exec(target, "echo out; echo err >&2; exit 7");
            assertThat(answer.exit()).as(target).isEqualTo(7);
            assertThat(answer.output().lines()).as(target).containsExactlyInAnyOrder("out", "err");
        }
        Installation.Answer much = exec("deployment/" + NAME, "cat /www/index.html; seq 1 30000");
        assertThat(much.exit()).isZero();
        assertThat(much.output()).startsWith("one\n1\n2\n");
        assertThat(much.output().lines()).hasSize(30_001);
        Installation.Answer unknown = kochab.kochab("sh", "kochab:exec ticker -c other -- true");
        assertThat(unknown.exit()).isNotZero();
        assertThat(unknown.output()).contains("no container other, but main");
    }

    @Test
    @Order(7)
    void jobsRunToTheirEnd() throws Exception {
        Path pieces = manifest.resolveSibling("job.yaml");
        String said = kochab.sh("kochab:apply " + pieces + "; kochab:wait job pieces --timeout 60; kochab:get jobs;"
                + " kochab:logs job/pieces");
        assertThat(said).contains("Complete", "4/4").containsPattern("piece [0-3] is done");
        assertThat(kochab.sh("kochab:get pods -l job-name=pieces").lines().filter(l -> l.contains("Completed")))
                .hasSize(4);

        Path bad = Files.writeString(
                kochab.run.resolve("bad-job.yaml"),
                Files.readString(pieces)
                        .replace("name: pieces", "name: bad")
                        .replace("backoffLimit: 3", "backoffLimit: 0")
                        .replace("sleep 1;", "exit 3;"));
        Installation.Answer failed = kochab.kochab("sh", "kochab:apply " + bad + "; kochab:wait job bad --timeout 60");
        assertThat(failed.exit()).isNotZero();
        assertThat(failed.output()).contains("has reached the specified backoff limit");

        kochab.sh("kochab:delete job pieces bad --wait");
        assertThat(kochab.sh("kochab:get pods")).doesNotContain("pieces", "bad-");
    }

    @Test
    @Order(7)
    void aPodTakesConfigMapsAndSecretsThatNobodyElseSees() throws Exception {
        String hidden = "swordfish-90210";
        Path mounted = Files.createDirectories(kochab.run.resolve("mounted"));
        Path keys = Files.createDirectories(kochab.run.resolve("keys"));
        Path pod = Files.writeString(
                kochab.run.resolve("reader.yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: reader}
                spec:
                  runtimeClassName: process
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    command: [sh, -c, 'echo $COLOUR on $NODE; cat %1$s/app.conf; printf %%s "$PASSWORD" | sha256sum; sha256sum < %2$s/password; sleep 86394']
                    envFrom: [{configMapRef: {name: settings}}]
                    env:
                    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: login, key: password}}}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    volumeMounts:
                    - {name: conf, mountPath: %1$s}
                    - {name: keys, mountPath: %2$s}
                  volumes:
                  - {name: conf, configMap: {name: settings, items: [{key: app.conf, path: app.conf}]}}
                  - {name: keys, secret: {secretName: login}}
                """
                        .formatted(mounted, keys));
        Path values = Files.writeString(
                kochab.run.resolve("values.yaml"),
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {COLOUR: blue, app.conf: "level = 3\\n"}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: login}
                stringData: {password: %s}
                """
                        .formatted(hidden));
        kochab.sh("kochab:apply " + pod);
        Installation.await("the pod to say what it lacks", LIMIT, () -> kochab.sh("kochab:get pod reader")
                .contains("CreateContainerConfigError"));
        assertThat(kochab.sh("kochab:describe pod reader")).contains("There is no config map settings");

        kochab.sh("kochab:apply " + values + "; kochab:wait pod reader --timeout 60");
        String digest = java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(hidden.getBytes()));
        Installation.await(
                "both digests",
                LIMIT,
                () -> kochab.sh("kochab:logs reader")
                                .lines()
                                .filter(l -> l.startsWith(digest))
                                .count()
                        == 2);
        assertThat(kochab.sh("kochab:logs reader")).contains("blue on ", "level = 3");

        String base64 = java.util.Base64.getEncoder().encodeToString(hidden.getBytes());
        assertThat(kochab.sh("kochab:get secret login -o yaml")).contains(base64);
        assertThat(kochab.sh("kochab:describe secret login; kochab:get secrets; kochab:get events"))
                .doesNotContain(hidden, base64);
        for (String word : List.of(hidden, base64)) {
            // Not its exit status: files of a member that runs go while they are read, which is no fault.
            assertThat(kochab.run(List.of(
                                    "grep",
                                    "-rlasF",
                                    word,
                                    kochab.run.resolve("member-1").toString()))
                            .output())
                    .as("what in the member's directory shows %s", word)
                    .isEmpty();
        }
        kochab.sh("kochab:delete pod reader --wait; kochab:delete secret login; kochab:delete configmap settings");
    }

    @Test
    @Order(7)
    void aStatefulSetKeepsItsNames() throws Exception {
        Path file = manifest.resolveSibling("stateful.yaml");
        String done = kochab.sh("kochab:apply " + file + "; kochab:rollout-status statefulset/db --timeout 90s;"
                + " kochab:get pods -l app=db");
        assertThat(done).contains("stateful set db is rolled out", "db-0", "db-1", "db-2");
        Installation.await(
                "its first line", LIMIT, () -> !kochab.sh("kochab:logs db-1").isEmpty());
        String first = kochab.sh("kochab:logs db-1");
        assertThat(first.lines()).as("a volume of its own").hasSize(1);

        kochab.sh("kochab:delete pod db-1 --wait; kochab:scale statefulset db 2;"
                + " kochab:rollout-status statefulset/db --timeout 90s");
        // The one that is too many may end after the others are rolled out.
        Installation.await("the first two only", LIMIT, () -> kochab.sh("kochab:get pods -l app=db -o name")
                .lines()
                .toList()
                .equals(List.of("pod/db-0", "pod/db-1")));
        Installation.await("its data are back", LIMIT, () -> {
            String second = kochab.sh("kochab:logs db-1");
            return second.startsWith(first) && second.lines().count() == 2;
        });
        kochab.sh("kochab:delete statefulset db --wait");
        assertThat(kochab.sh("kochab:get pvc")).contains("data-db-0", "data-db-1", "data-db-2");
        kochab.sh("kochab:delete pvc data-db-0 data-db-1 data-db-2 --wait");
        Installation.await("no pods of the set", LIMIT, () -> kochab.sh("kochab:get pods -l app=db")
                .contains("No pods found"));
    }

    @Test
    @Order(8)
    void killedAgentFindsItsContainersAgain() throws Exception {
        List<String> before = running();
        assertThat(before).hasSize(3);

        kochab.kill("agent-1");
        kochab.up();

        kochab.sh("kochab:wait deployment " + NAME + " --timeout 60");
        assertThat(running()).isEqualTo(before);
    }

    @Test
    @Order(9)
    void anUpdateIsRolledOutAndBack() throws Exception {
        Path next = Files.writeString(
                kochab.run.resolve("next.yaml"), Files.readString(manifest).replace("nginx:1.27", "nginx:1.28"));
        String look =
                "; kochab:rollout-status %1$s --timeout 90s; kochab:exec deployment/%1$s -- busybox cat /www/index.html"
                        .formatted(NAME);
        assertThat(kochab.sh("kochab:apply " + next + look)).endsWith("\ntwo\n");

        assertThat(kochab.sh("kochab:rollback " + NAME + look)).endsWith("\none\n");
        Installation.await(
                "three containers", LIMIT, () -> podman("ps", "--filter", "name=-nginx-", "--format", "{{.Image}}")
                        .equals(java.util.Collections.nCopies(3, "docker.io/library/nginx:1.27")));
    }

    @Test
    @Order(10)
    void tooMuchMemoryIsSaidToBeTheReason() throws Exception {
        Path file = Files.writeString(
                kochab.run.resolve("hungry.yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: hungry
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: nginx:1.27
                    command: [sh, -c, "x=a; while true; do x=$x$x; done"]
                    resources:
                      limits:
                        memory: 24Mi
                """);
        kochab.sh("kochab:apply " + file);

        Installation.await("hungry pod killed", Duration.ofSeconds(60), () -> kochab.sh("kochab:get pod hungry")
                .contains("OOMKilled"));
        assertThat(kochab.sh("kochab:describe pod hungry")).contains("exit code 137");
    }

    @Test
    @Order(11)
    void theScriptThatStoppedIsALostNode() throws Exception {
        Installation.await("node lost", Duration.ofSeconds(60), () -> kochab.sh("kochab:get node shell-1")
                .contains("Lost"));
        kochab.sh("kochab:delete pod scripted --force --grace-period 0 --wait");
    }

    private static String volumePod(String name, String script) throws Exception {
        return Files.writeString(
                        kochab.run.resolve(name + ".yaml"),
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata:
                          name: %s
                        spec:
                          runtimeClassName: process
                          restartPolicy: Never
                          terminationGracePeriodSeconds: 1
                          containers:
                          - name: main
                            command: [sh, -c, "%s"]
                            volumeMounts:
                            - {name: data, mountPath: /mnt}
                            - {name: sized, mountPath: /srv}
                          volumes:
                          - name: data
                            persistentVolumeClaim: {claimName: data}
                          - name: sized
                            persistentVolumeClaim: {claimName: sized}
                        """
                                .formatted(name, script))
                .toString();
    }

    /** What of the tenant's volumes is on the node. */
    private static long volumes() {
        return java.util.stream.Stream.of("local-path", "local-loop")
                .map(p -> kochab.run
                        .resolve("agent-1/data/agent/volumes/" + p + "/default")
                        .toFile()
                        .list())
                .mapToLong(names -> names == null ? 0 : names.length)
                .sum();
    }

    @Test
    @Order(12)
    void aClaimKeepsItsDataUntilItIsDeleted() throws Exception {
        Path claims = manifest.resolveSibling("volume.yaml");
        String writer = volumePod(
                "writer", "echo kept > /mnt/word; dd if=/dev/zero of=/srv/much bs=64k count=1000; echo written");
        kochab.sh("kochab:apply " + claims + "; kochab:apply " + writer);
        Installation.await("it has written", Duration.ofSeconds(60), () -> kochab.sh("kochab:get pod writer")
                .contains("Completed"));
        assertThat(kochab.sh("kochab:logs writer")).contains("No space left on device", "written");
        assertThat(kochab.sh("kochab:get pvc; kochab:delete pod writer --wait"))
                .containsPattern("data +Bound")
                .containsPattern("sized +Bound");

        kochab.sh("kochab:apply " + volumePod("heir", "cat /mnt/word; ls /srv; sleep 1000")
                + "; kochab:wait pod heir --timeout 60");
        Installation.await("another pod reads it", Duration.ofSeconds(60), () -> kochab.sh("kochab:logs heir")
                .contains("kept\nmuch\n"));
        assertThat(volumes()).as("a directory, and a mounted image").isEqualTo(3);
        kochab.sh("kochab:delete pvc data sized");
        assertThat(kochab.sh("kochab:get pvc")).as("a pod has them").contains("data", "sized");

        kochab.sh("kochab:delete pod heir --wait");
        Installation.await("the data are deleted", Duration.ofSeconds(60), () -> volumes() == 0);
        Installation.await("nothing is left of the claims", LIMIT, () -> kochab.sh("kochab:get pvc; kochab:get pv")
                .matches("(?s).*No .*No .*"));
    }

    /** As a user of Kubernetes comes with them, in a tenant of their own; those for nodes as the platform's operator. */
    @Test
    @Order(13)
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void thirtyManifestsOfTheDocumentationReachTheirState() throws Exception {
        Path directory = kochab.root.resolve("itests/src/test/resources/manifests");
        List<Manifests> tenants = Manifests.of(directory, 7);
        List<Manifests> platforms = Manifests.of(directory.resolve("platform"), 7);
        assertThat(Stream.concat(tenants.stream(), platforms.stream())
                        .mapToInt(Manifests::count)
                        .sum())
                .isEqualTo(30);
        kochab.sh("kochab:tenant-create docs");
        Kubectl ann = new Kubectl(kochab, "docs", "ann");
        assertThat(ann.refused(
                        "apply",
                        "-f",
                        directory.resolve("platform/30-daemonset-update.yaml").toString()))
                .contains("only tenant system has daemon sets");
        for (Manifests some : tenants) {
            reachTheirStates(some, ann);
        }
        for (Manifests some : platforms) {
            reachTheirStates(some, new Kubectl(kochab, "system", "admin"));
        }
        kochab.sh("kochab:delete tenant docs --wait --timeout 4m");
    }

    private static void reachTheirStates(Manifests some, Kubectl kubectl) throws Exception {
        some.apply(kubectl);
        some.await(kubectl);
        Installation.await("containers of all that run", LIMIT, () -> {
            String uids = kubectl.run("get", "pods", "-A", "-o", RUNNING);
            List<String> containers = podman("ps", "--format", "{{.Names}}");
            return uids.lines().filter(uid -> !uid.isBlank()).allMatch(uid -> containers.stream()
                    .anyMatch(name -> name.contains(uid)));
        });
        some.delete(kubectl);
    }

    @Test
    @Order(14)
    void deletingLeavesNoContainer() throws Exception {
        String left = kochab.sh("kochab:delete deployment " + NAME
                + " --wait; kochab:delete pod ticker hungry --wait; kochab:get pods");

        assertThat(podman("ps", "--all", "--format", "{{.Names}}")).isEmpty();
        Installation.workloads("sh -c i=0", 0);
        assertThat(left).contains("No pods found");
    }

    @Test
    @Order(14)
    void anUrgentPodGetsTheRoomOfOneThatIsNot() throws Exception {
        String most = Runtime.getRuntime().availableProcessors() * 600 + "m";
        Path urgent = Files.writeString(
                kochab.run.resolve("urgent.yaml"),
                """
                apiVersion: scheduling.k8s.io/v1
                kind: PriorityClass
                metadata: {name: shop}
                value: 1000
                ---
                """
                        + asking("till", most, "priorityClassName: shop"));
        Path idle = Files.writeString(kochab.run.resolve("idle.yaml"), asking("idle", most, ""));
        kochab.sh("kochab:apply " + idle + "; kochab:wait pod idle --timeout 60");
        String seen = kochab.sh(
                "kochab:apply " + urgent + "; kochab:wait pod till --timeout 60; kochab:get pods; kochab:get pc");

        assertThat(seen).containsPattern("till +1/1 +Running").doesNotContainPattern("idle +1/1");
        assertThat(seen).containsPattern("shop +1000 +false").contains("system-node-critical");
        // Events come a moment after what they tell of.
        Installation.await("the event", LIMIT, () -> kochab.sh("kochab:events")
                .matches("(?s).*Preempted[^\n]*for pod default/till of priority 1000.*"));
        kochab.sh("kochab:delete pod till --wait; kochab:delete pc shop");
    }

    private static String asking(String name, String cpu, String more) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  %s
                  runtimeClassName: process
                  terminationGracePeriodSeconds: 1
                  containers:
                  - {name: main, command: [sleep, "1000"], resources: {requests: {cpu: %s}}}
                """
                .formatted(name, more, cpu);
    }
}
