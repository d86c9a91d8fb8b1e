package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The product as its users have it: from a manifest to processes, through {@code kill -9} of either side and a reboot. One installation serves all tests, in
 * order; each leaves it running.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EndToEndIT {
    private static final String MARK = "kochab-end-to-end";
    private static final String SLEEPER = "sleep 86399";
    private static final Set<String> LOOPBACK =
            Set.of("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000");

    private static Installation kochab;

    @BeforeAll
    static void start() throws Exception {
        kochab = new Installation("end-to-end");
        kochab.up();
        Path manifest = Files.writeString(
                kochab.run.resolve("workload.yaml"),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: steady
                spec:
                  replicas: 2
                  selector:
                    matchLabels: {app: steady}
                  template:
                    metadata:
                      labels: {app: steady}
                    spec:
                      runtimeClassName: process
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: main
                        command: [sh, -c, "echo started %1$s; exec %2$s # %1$s"]
                """
                        .formatted(MARK, SLEEPER));
        kochab.sh("kochab:apply " + manifest);
        kochab.sh("kochab:wait deployment steady --timeout 60");
    }

    @AfterAll
    static void stop() throws Exception {
        if (kochab != null) {
            kochab.close();
        }
    }

    @Test
    @Order(1)
    void aManifestBecomesProcesses() throws Exception {
        Installation.workloads(SLEEPER, 2);
        assertThat(kochab.sh("kochab:get pods -o wide")).contains("Running").contains("edge-1");
        // What a process writes is in its log a moment later.
        Installation.await("its log", Duration.ofSeconds(30), () -> kochab.sh("kochab:logs deployment/steady")
                .contains("started " + MARK));
    }

    @Test
    @Order(2)
    void aCommandThatFailsSaysSo() throws Exception {
        var answer = kochab.kochab("sh", "kochab:get pods no-such-pod");

        assertThat(answer.exit()).isNotZero();
        assertThat(answer.output()).contains("no-such-pod");
    }

    @Test
    @Order(3)
    void listensOnLoopbackOnly() throws Exception {
        List<String> member = Installation.listening(kochab.process("member-1").pid());
        List<String> agent = Installation.listening(kochab.process("agent-1").pid());

        assertThat(member).isNotEmpty();
        assertThat(LOOPBACK).containsAll(member).containsAll(agent);
    }

    @Test
    @Order(4)
    void killedControlPlaneComesBackAndRestartsNothing() throws Exception {
        restartsNothingAfterKilling("member-1");
    }

    @Test
    @Order(5)
    void killedAgentComesBackAndRestartsNothing() throws Exception {
        restartsNothingAfterKilling("agent-1");
    }

    @Test
    @Order(6)
    void bothKilledComeBackAndRestartNothing() throws Exception {
        restartsNothingAfterKilling("member-1", "agent-1");
    }

    @Test
    @Order(7)
    void afterARebootTheAgentStartsItsPodsBeforeItHasAnyConnection() throws Exception {
        kochab.kill("member-1");
        kochab.kill("agent-1");
        for (String workload : sleepers()) {
            ProcessHandle.of(Long.parseLong(workload.substring(0, workload.indexOf('@'))))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
        Installation.workloads(SLEEPER, 0);

        assertThat(kochab.kochab("up-agent").exit()).isZero();
        Installation.await(
                "pods back without a broker",
                Duration.ofSeconds(60),
                () -> sleepers().size() == 2);
        List<String> before = sleepers();
        kochab.up();

        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(sleepers()).isEqualTo(before);
    }

    @Test
    @Order(8)
    void aControlPlaneThatLostItsDiskGoesOnFromABackupAndRestartsNothing() throws Exception {
        List<String> before = sleepers();
        Path backup = kochab.run.resolve("control-plane.backup");
        kochab.sh("kochab:backup " + backup);
        assertThat(kochab.kochab("restore", backup.toString()).output()).contains("has a control plane already");
        kochab.kill("member-1");
        Files.move(kochab.run.resolve("member-1/store"), kochab.run.resolve("lost-disk"));

        Installation.Answer restored = kochab.kochab("restore", backup.toString());

        assertThat(restored.exit()).as(restored.output()).isZero();
        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(sleepers()).isEqualTo(before);
        kochab.sh("kochab:scale deployment steady 3");
        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(Installation.workloads(SLEEPER, 3)).containsAll(before);
    }

    @Test
    @Order(9)
    void deletingEndsTheProcesses() throws Exception {
        kochab.sh("kochab:delete deployment steady --wait");

        Installation.workloads(SLEEPER, 0);
    }

    @Test
    @Order(10)
    void kubectlDoesATenantsWork() throws Exception {
        Kubectl ann = new Kubectl(kochab, "default", "ann");
        String hello = kochab.root.resolve("examples/hello.yaml").toString();

        assertThat(ann.run("apply", "-f", hello)).contains("deployment.apps/hello created");
        assertThat(ann.run("apply", "-f", hello)).contains("deployment.apps/hello unchanged");
        assertThat(ann.run("rollout", "status", "deployment/hello", "--timeout=60s"))
                .contains("successfully rolled out");
        assertThat(ann.run("get", "pods", "-o", "wide", "-l", "app=hello"))
                .contains("READY")
                .contains("RUNTIME")
                .contains("edge-1");
        assertThat(ann.run("get", "deploy", "hello", "-o", "yaml")).contains("kind: Deployment");
        assertThat(ann.run("get", "deploy", "hello", "-o", "json")).contains("\"kind\": \"Deployment\"");
        assertThat(ann.run("get", "deploy", "-o", "name")).contains("deployment.apps/hello");
        assertThat(ann.run("get", "deploy", "hello", "-o", "jsonpath={.spec.replicas}"))
                .isEqualTo("2");

        try (Installation.Following watch = ann.follow("get", "deployments", "-w")) {
            Kubectl.await("what there was", watch, "2/2");
            ann.run("scale", "deployment/hello", "--replicas=3");
            Kubectl.await("the change", watch, "3/3");
        }
        try (Installation.Following logs = ann.follow("logs", "-f", "deployment/hello")) {
            Kubectl.await("what was written", logs, "hello number 1 from kochab");
            Kubectl.await("what is written", logs, "hello number 3 from kochab");
        }
        ann.run("set", "env", "deployment/hello", "GREETER=kubectl");
        ann.run("rollout", "status", "deployment/hello", "--timeout=60s");
        assertThat(ann.run("get", "deploy", "hello", "-o", "jsonpath={..env[*].value}"))
                .isEqualTo("kubectl");
        assertThat(ann.run("rollout", "undo", "deployment/hello")).contains("rolled back");
        ann.run("rollout", "status", "deployment/hello", "--timeout=60s");
        assertThat(ann.run("get", "deploy", "hello", "-o", "jsonpath={..env[*].value}"))
                .isEqualTo("kochab");
        ann.run("label", "deployment", "hello", "stage=test");
        ann.run("annotate", "deployment", "hello", "note=tried");
        assertThat(ann.run("describe", "deployment", "hello"))
                .contains("stage=test")
                .contains("note: tried")
                .contains("ScalingReplicaSet");
        assertThat(ann.run("describe", "pods", "-l", "app=hello"))
                .contains("Node:")
                .contains("Scheduled");
        assertThat(ann.run("explain", "pod.spec.containers")).contains("What runs");
        assertThat(ann.run("api-resources")).contains("deployments").contains("functions");
        assertThat(ann.run("auth", "can-i", "create", "pods")).contains("yes");
        assertThat(ann.refused("auth", "can-i", "list", "nodes")).contains("no");
        assertThat(ann.refused("get", "pods", "no-such")).contains("NotFound");
        assertThat(ann.refused("get", "nodes")).contains("Forbidden");

        EverydayVerbs.ofATenant(ann, kochab.run);
        limited(ann);
        program(ann);

        kochab.sh("kochab:tenant-create other");
        Kubectl bob = new Kubectl(kochab, "other", "bob");
        assertThat(bob.run("get", "pods")).contains("No resources found");
        assertThat(bob.refused("--server", bob.server() + "/tenants/default", "get", "pods"))
                .doesNotContain("hello");
        assertThat(bob.refused("get", "--raw", "/tenants/default/api/v1/namespaces/default/pods"))
                .contains("Forbidden");
        Kubectl operator = new Kubectl(kochab, "system", "admin");
        assertThat(operator.run("get", "nodes")).contains("edge-1").contains("Ready");
        assertThat(operator.run("--server", operator.server() + "/tenants/default", "get", "pods"))
                .contains("hello-");
        budget(ann, operator);
        EverydayVerbs.ofAnOperator(operator, "edge-1");
        ann.run("rollout", "status", "deployment/hello", "--timeout=60s");

        assertThat(ann.run("delete", "deployment", "hello")).contains("\"hello\" deleted");
        assertThat(ann.run("get", "pods", "-l", "app=hello")).contains("No resources found");
    }

    /** A user who has what roles allow, and no longer than they do. */
    private static void limited(Kubectl administrator) throws Exception {
        Kubectl eve = new Kubectl(kochab, "default", "eve", "--group readers");
        assertThat(eve.refused("get", "pods")).contains("Forbidden").contains("User \"eve\" cannot list resource");
        assertThat(administrator.run("create", "role", "reader", "--verb=get,list,watch", "--resource=pods"))
                .contains("reader created");
        administrator.run("create", "rolebinding", "readers", "--role=reader", "--group=readers");
        assertThat(administrator.run("get", "rolebindings")).contains("Role/reader");
        assertThat(administrator.run("get", "clusterroles"))
                .contains("cluster-admin")
                .contains("view");
        assertThat(eve.run("get", "pods", "-l", "app=hello")).contains("hello-");
        assertThat(eve.refused("delete", "pods", "-l", "app=hello")).contains("Forbidden");
        assertThat(eve.run("auth", "can-i", "list", "pods")).contains("yes");
        assertThat(eve.refused("auth", "can-i", "delete", "pods")).contains("no");
        assertThat(eve.run("auth", "can-i", "--list")).contains("pods").contains("selfsubjectaccessreviews");
        assertThat(eve.refused("create", "rolebinding", "more", "--clusterrole=admin", "--user=eve"))
                .contains("is forbidden");
        administrator.run("delete", "rolebinding", "readers");
        assertThat(eve.refused("get", "pods")).contains("Forbidden");
        assertThat(Files.readString(kochab.run.resolve("member-1/log/security.log")))
                .contains("\"user\":\"eve\"")
                .contains("\"outcome\":\"denied\"")
                .contains("\"verb\":\"kubeconfig\"");
    }

    /** A service account, until it is deleted. */
    private static void program(Kubectl administrator) throws Exception {
        assertThat(administrator.run("get", "serviceaccounts", "-o", "name")).isEqualTo("serviceaccount/default\n");
        administrator.run("create", "serviceaccount", "robot");
        administrator.run("create", "rolebinding", "robots", "--clusterrole=view", "--serviceaccount=default:robot");
        Kubectl robot = Kubectl.of(kochab, "default", "default", "robot");
        assertThat(robot.run("get", "pods", "-l", "app=hello")).contains("hello-");
        assertThat(robot.refused("delete", "pods", "-l", "app=hello"))
                .contains("User \"system:serviceaccount:default:robot\" cannot delete resource");
        administrator.run("delete", "serviceaccount", "robot");
        assertThat(robot.refused("get", "pods")).contains("robot, for which the token was made, has been deleted");
        administrator.run("delete", "rolebinding", "robots");
    }

    /** Neither drain takes what a budget keeps. */
    private static void budget(Kubectl administrator, Kubectl operator) throws Exception {
        assertThat(administrator.run("create", "pdb", "hello", "--selector=app=hello", "--max-unavailable=0"))
                .contains("hello created");
        assertThat(administrator.run("get", "pdb")).contains("ALLOWED");
        Installation.Answer drained = kochab.kochab("sh", "kochab:node-drain edge-1 --no-wait");
        assertThat(drained.exit()).isNotZero();
        assertThat(drained.output()).contains("disruption budget hello");
        String server = operator.server() + "/tenants/default";
        assertThat(operator.refused("--server", server, "drain", "edge-1", "--timeout=3s"))
                .contains("violate the pod's disruption budget");
        assertThat(administrator.run("get", "deploy", "hello", "-o", "jsonpath={.status.readyReplicas}"))
                .isEqualTo("3");
        administrator.run("delete", "pdb", "hello");
        kochab.sh("kochab:node-uncordon edge-1");
    }

    @Test
    @Order(11)
    void fabric8sJavaClientDoesATenantsWork() throws Exception {
        JavaClient.doesATenantsWork(new Kubectl(kochab, "default", "jan").config());
    }

    /** With the project that {@code archetypes/plugin} has made by the first part of the page. */
    @Test
    @Order(12)
    void theFirstHourEndsWithAScorerThatRuns() throws Exception {
        String page = Files.readString(kochab.root.resolve("docs/extending/first-hour.md"));
        String part = page.substring(page.indexOf("\n## Run it"), page.indexOf("\n## Go on"));
        assertThat(VendorProjects.jar("scorer")).exists();

        Installation.Answer answer = kochab.run(List.of(
                "env",
                "HOME=" + VendorProjects.home(),
                "bash",
                "-euc",
                "cd '" + kochab.root + "'\n" + block(part, "sh")));

        assertThat(answer.exit()).as(answer.output()).isZero();
        String line = Stream.of(block(part, "text").strip().split("…", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        assertThat(answer.output()).containsPattern("(?m)^" + line + "$");
        kochab.sh("kochab:plugin-remove com.example.green-racks");
    }

    private static String block(String page, String language) {
        Matcher block = Pattern.compile("\n```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).as("a block of " + language).isTrue();
        return block.group(1);
    }

    private static void restartsNothingAfterKilling(String... processes) throws Exception {
        List<String> before = sleepers();

        for (String process : processes) {
            kochab.kill(process);
        }
        assertThat(sleepers()).isEqualTo(before);
        kochab.up();

        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(sleepers()).isEqualTo(before);
    }

    private static List<String> sleepers() {
        return Installation.workloads(SLEEPER);
    }
}
