package org.kochab.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.acme.licensed.LicensedScorer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Three members form one control plane with two tenant partitions and two resource managers. One installation serves all tests, in order;
 * each leaves it running.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SeveralMembersIT {
    private static final Duration TAKE_OVER = Duration.ofSeconds(90);
    private static final String SLEEPER = "sleep 86377";
    private static final Pattern LEADER = Pattern.compile("(?m)^(\\S+)\\s+\\S+\\s+Serving\\s+(member-\\d)\\s");

    private static Installation kochab;

    @BeforeAll
    static void start() throws Exception {
        kochab = new Installation("several-members", 3);
        kochab.up("--members", "3", "--tps", "2", "--rms", "2", "--agents", "2");
        kochab.sh("kochab:tenant-create acme");
        kochab.sh("kochab:apply " + deployment("steady", 4));
        kochab.sh("kochab:wait deployment steady --timeout 90");
    }

    @AfterAll
    static void stop() throws Exception {
        if (kochab != null) {
            kochab.close();
        }
    }

    private static Path deployment(String name, int replicas) throws Exception {
        return Files.writeString(
                kochab.run.resolve(name + ".yaml"),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: %s
                spec:
                  replicas: %d
                  selector:
                    matchLabels: {app: %s}
                  template:
                    metadata:
                      labels: {app: %s}
                    spec:
                      runtimeClassName: process
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: main
                        command: [sleep, "86377"]
                """
                        .formatted(name, replicas, name, name));
    }

    @Test
    @Order(1)
    void everyMemberShowsTheSame() throws Exception {
        for (int member : List.of(1, 2, 3)) {
            awaitPartitions(
                    member,
                    "are led by several",
                    led -> led.size() == 5
                            && led.stream().map(l -> l.split(" ")[1]).distinct().count() > 1);
            awaitSaid(member, "kochab:get nodes", "edge-1", "edge-2");
            assertThat(kochab.shOf(member, "kochab:get pods --all-tenants -o name")
                            .lines())
                    .hasSize(4);
            awaitSaid(member, "kochab:cluster-status", "2 Ready", "4 Running");
        }
        sleepers(4);
    }

    @Test
    @Order(2)
    void aPartitionIsMovedByHand() throws Exception {
        String from = leader("tp-1");
        String to = from.equals("member-3") ? "member-2" : "member-3";
        List<String> before = sleepers();

        kochab.sh("kochab:partition-move tp-1 " + to);

        assertThat(leader("tp-1")).isEqualTo(to);
        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(sleepers()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void aTenantMovesToAnotherPartitionAndItsProcessesNoticeNothing() throws Exception {
        List<String> before = sleepers();
        String from = partitionOf("default");
        String to = from.equals("tp-1") ? "tp-2" : "tp-1";

        kochab.sh("kochab:tenant-move default --to " + to);

        assertThat(partitionOf("default")).isEqualTo(to);
        kochab.sh("kochab:scale deployment steady 5");
        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(sleepers(5)).containsAll(before);
        before = sleepers();
        kochab.sh("kochab:tenant-move default --to " + from);
        assertThat(partitionOf("default")).isEqualTo(from);
        assertThat(kochab.sh("kochab:get pods -o name").lines()).hasSize(5);
        assertThat(sleepers()).isEqualTo(before);
    }

    private static String partitionOf(String tenant) throws Exception {
        Matcher m =
                Pattern.compile("(?m)^" + tenant + "\\s.*\\s(tp-\\d)(\\s|$)").matcher(kochab.sh("kochab:tenant-list"));
        assertThat(m.find()).isTrue();
        return m.group(1);
    }

    @Test
    @Order(4)
    void aKilledLeadersPartitionGoesOnElsewhereAndLosesNothing() throws Exception {
        String victim = leader("tp-1");
        int asked = victim.equals("member-1") ? 2 : 1;
        List<String> before = sleepers();
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            kochab.shOf(asked, "kochab:apply " + deployment("before-" + i, 0));
            acknowledged.add("before-" + i);
        }

        kochab.kill(victim);

        long begun = System.nanoTime();
        Installation.await("another member leads tp-1", TAKE_OVER, () -> {
            String now = leaderOf("tp-1", kochab.shOf(asked, "kochab:partition-list"));
            return !now.isEmpty() && !now.equals(victim);
        });
        System.out.println("tp-1 was taken over " + (System.nanoTime() - begun) / 1_000_000 + " ms after the kill");
        Installation.await(
                "it takes work",
                TAKE_OVER,
                () -> kochab.answerOf(asked, "kochab:apply " + deployment("after", 0))
                                .exit()
                        == 0);
        acknowledged.add("after");
        assertThat(kochab.shOf(asked, "kochab:get deployments -o name")).contains(acknowledged);
        assertThat(sleepers()).isEqualTo(before);
        kochab.shOf(asked, "kochab:scale deployment steady 6");
        kochab.shOf(asked, "kochab:wait deployment steady --timeout 90");
        assertThat(sleepers(6)).containsAll(before);
    }

    @Test
    @Order(5)
    void theKilledMemberComesBack() throws Exception {
        List<String> before = sleepers();
        kochab.up();

        for (int member : List.of(1, 2, 3)) {
            awaitPartitions(member, "are led", led -> led.size() == 5);
        }
        assertThat(kochab.sh("kochab:store-list")).contains("READY");
        assertThat(sleepers()).isEqualTo(before);
    }

    /** Manager and tenant partition are added, used and removed while a deployment is being scaled up and down. */
    @Test
    @Order(6)
    void managersAndTenantPartitionsComeAndGoUnderLoadAndAgentsRunOn() throws Exception {
        List<Long> agents = agents();
        List<String> before = sleepers();
        Map<String, String> tokens = tokens();
        String pods = kochab.sh("kochab:get pods -o name -l app=steady");
        Path busy = Files.writeString(
                kochab.run.resolve("busy.yaml"),
                Files.readString(deployment("busy", 1)).replace("86377", "86378"));
        kochab.sh("kochab:apply " + busy);
        AtomicBoolean open = new AtomicBoolean(true);
        CompletableFuture<Integer> load = CompletableFuture.supplyAsync(() -> {
            int rounds = 0;
            while (open.get()) {
                try {
                    kochab.sh("kochab:scale deployment busy " + (++rounds % 2 == 0 ? 1 : 4));
                    kochab.sh("kochab:wait deployment busy --timeout 60");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return rounds;
        });
        long begun = System.nanoTime();
        try {
            kochab.sh("kochab:partition-create tp-3; kochab:partition-create rm-3 --kind resource-manager");
            awaitPartitions(1, "are led, both new ones among them", led -> led.size() == 7);
            kochab.sh("kochab:partition-delete rm-2 --drain; kochab:tenant-move default --to tp-3");
            assertThat(checkpoint(2)).contains("\"manager\":\"rm-3\"");
            assertThat(partitionOf("default")).isEqualTo("tp-3");
            kochab.sh("kochab:wait node edge-2 --timeout 30");
            kochab.sh("kochab:partition-delete rm-3 --drain; kochab:partition-delete tp-3 --drain");
        } finally {
            open.set(false);
        }
        assertThat(load.get(90, TimeUnit.SECONDS)).isGreaterThan(1);
        System.out.println("a manager and a tenant partition came and went in "
                + (System.nanoTime() - begun) / 1_000_000_000 + " s, the load made " + load.get() + " rounds");

        assertThat(checkpoint(2)).contains("\"manager\":\"rm-1\"");
        awaitPartitions(1, "are led, and no other is left", led -> led.size() == 4);
        assertThat(agents()).isEqualTo(agents);
        assertThat(sleepers()).isEqualTo(before);
        assertThat(tokens()).containsAllEntriesOf(tokens);
        assertThat(kochab.sh("kochab:get pods -o name -l app=steady")).isEqualTo(pods);
        kochab.sh("kochab:wait node edge-2 --timeout 30");
    }

    /** From the shell to the agents: a good version reaches both, one after the other; one that is broken goes no further than the first. */
    @Test
    @Order(7)
    void anUpdateReachesBothAgentsAndABrokenOneStopsAtTheFirst() throws Exception {
        List<String> before = sleepers();
        List<Long> installed = agents();
        update("good", "2.0", AgentArchive::removeContainers);
        awaitUpdate("good", "State: +Completed", "2 updated, 0 failed");
        List<Long> updated = agents();
        assertThat(updated).doesNotContainAnyElementsOf(installed);
        assertThat(sleepers()).isEqualTo(before);

        update("broken", "3.0", home -> AgentArchive.first(home, "exit 3"));
        awaitUpdate("broken", "State: +Stopped", "0 updated, 1 failed", "ended with status 3");
        assertThat(agents()).as("one was tried with it").containsAnyElementsOf(updated);
        assertThat(agents()).isNotEqualTo(updated);
        kochab.sh("kochab:wait node edge-1 --timeout 30; kochab:wait node edge-2 --timeout 30");
        assertThat(Pattern.compile("agentVersion: \"?2\\.0\\b")
                        .matcher(kochab.sh("kochab:get nodes -o yaml"))
                        .results())
                .hasSize(2);
        assertThat(sleepers()).isEqualTo(before);
    }

    private static void update(String name, String version, AgentArchive.Change change) throws Exception {
        Path archive = AgentArchive.pack(kochab.run, version, change);
        kochab.sh("kochab:update-create %s --version %s --url %s --sha256 %s --waves '1,100%%'"
                .formatted(name, version, archive.toUri(), AgentArchive.digest(archive)));
    }

    private static void awaitUpdate(String name, String... words) {
        Installation.await(name + " " + List.of(words), TAKE_OVER, () -> {
            String shown = kochab.sh("kochab:update-show " + name);
            return Stream.of(words)
                    .allMatch(w -> Pattern.compile(w).matcher(shown).find());
        });
    }

    private static List<Long> agents() throws Exception {
        return List.of(
                kochab.process("agent-1").pid(), kochab.process("agent-2").pid());
    }

    /** The new version needs a licence that one member has not. */
    @Test
    @Order(8)
    void aRollingUpdateThatIsNotWellOnOneMemberIsTakenBackOnAll() throws Exception {
        Installation.await("all members are there", TAKE_OVER, () -> Pattern.compile("READY +3 ")
                .matcher(kochab.sh("kochab:store-list"))
                .find());
        List<String> before = sleepers();
        Path newer = LicensedPlugin.jar(kochab.run, "2.0.0", true);
        licence(1);
        licence(2);
        assertThat(kochab.sh("kochab:plugin-install " + LicensedPlugin.jar(kochab.run, "1.0.0", false)))
                .contains("installed on member-1, member-2, member-3");

        Installation.Answer stopped = kochab.answerOf(2, "kochab:plugin-update " + LicensedPlugin.NAME + " " + newer);

        assertThat(stopped.exit()).as(stopped.output()).isNotZero();
        assertThat(stopped.output())
                .contains("On member-3: plugin com.acme.licensed 2.0.0 was not well: ")
                .contains("there is no licence " + kochab.run.resolve("member-3/etc/acme.licence"))
                .contains("Version 1.0.0 is back")
                .contains("It was taken back on member-1, member-2");
        allHavePlugin("1.0.0");
        assertThat(sleepers()).isEqualTo(before);
        kochab.sh("kochab:scale deployment steady " + (before.size() + 1));
        kochab.sh("kochab:wait deployment steady --timeout 60");
        assertThat(sleepers(before.size() + 1)).containsAll(before);

        licence(3);
        kochab.shOf(2, "kochab:plugin-update " + LicensedPlugin.NAME + " " + newer);
        allHavePlugin("2.0.0");
        kochab.sh("kochab:plugin-remove " + LicensedPlugin.NAME);
        assertThat(kochab.shOf(3, "kochab:plugin-list")).doesNotContain(LicensedPlugin.NAME);
    }

    private static void licence(int member) throws Exception {
        Files.createFile(kochab.run.resolve("member-" + member + "/etc/" + LicensedScorer.LICENCE));
    }

    /** As a package, and as the service that is called. */
    private static void allHavePlugin(String version) throws Exception {
        for (int member : List.of(1, 2, 3)) {
            assertThat(kochab.shOf(member, "kochab:plugin-info; kochab:plugin-list"))
                    .containsPattern("(?m)^com\\.acme\\.licensed\\s+" + version + "\\s.*Active")
                    .containsPattern(
                            "(?m)^scorer\\s+acme\\.com/licensed\\s.*com\\.acme\\.licensed\\s+" + version + "\\s");
        }
    }

    /** As the agent reads it: for an instant, while it is written anew, there is only the former one. */
    private static String checkpoint(int agent) throws Exception {
        Path file = kochab.run.resolve("agent-" + agent + "/data/agent/checkpoint");
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return Files.readString(file.resolveSibling("checkpoint.previous"), StandardCharsets.ISO_8859_1);
        }
    }

    /** The claims' tokens of the pods that run now and ran before the load, as the nodes have them. */
    private static Map<String, String> tokens() throws Exception {
        Map<String, String> tokens = new TreeMap<>();
        String steady = kochab.sh("kochab:get pods -o yaml -l app=steady");
        for (int agent : List.of(1, 2)) {
            Matcher m = Pattern.compile("\"uid\":\"([^\"]+)\",\"specDigest\":\"[0-9a-f]+\",\"token\":(\\d+)")
                    .matcher(checkpoint(agent));
            while (m.find()) {
                if (steady.contains(m.group(1))) {
                    tokens.put(m.group(1), agent + " " + m.group(2));
                }
            }
        }
        assertThat(tokens).hasSizeGreaterThanOrEqualTo(4);
        return tokens;
    }

    /**
     * Waits until a member sees its partitions like that: whenever a member has come they change hands, until it has its share, and what others lead a member
     * hears within seconds.
     */
    private static void awaitPartitions(int member, String how, Predicate<List<String>> leaders) {
        Installation.await(
                "all partitions, as member-" + member + " sees them, " + how,
                TAKE_OVER,
                () -> leaders.test(leaders(kochab.shOf(member, "kochab:partition-list"))));
    }

    /** Likewise. */
    private static void awaitSaid(int member, String command, String... words) {
        Installation.await(
                command + " of member-" + member + " says " + List.of(words), TAKE_OVER, () -> Stream.of(words)
                        .allMatch(kochab.shOf(member, command)::contains));
    }

    private static String leader(String partition) {
        return Awaitility.await("somebody leads " + partition)
                .atMost(TAKE_OVER)
                .until(() -> leaderOf(partition, kochab.sh("kochab:partition-list")), member -> !member.isEmpty());
    }

    private static String leaderOf(String partition, String list) {
        return leaders(list).stream()
                .filter(l -> l.startsWith(partition + " "))
                .map(l -> l.split(" ")[1])
                .findFirst()
                .orElse("");
    }

    private static List<String> leaders(String list) {
        List<String> found = new ArrayList<>();
        Matcher m = LEADER.matcher(list);
        while (m.find()) {
            found.add(m.group(1) + " " + m.group(2));
        }
        return found;
    }

    private static List<String> sleepers() {
        return Installation.workloads(SLEEPER);
    }

    private static List<String> sleepers(int count) {
        return Installation.workloads(SLEEPER, count);
    }
}
