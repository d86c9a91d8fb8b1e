package org.kochab.benchmarks.takeover;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Three members in JVMs of their own, two tenant partitions, one of them with many pods. The member that leads the large one is killed with {@code kill -9}:
 * how long until another serves a list and a commit, and what do commits to the other partition, led elsewhere, take meanwhile? Not included: OSGi, controllers,
 * schedulers. The last line is JSON.
 */
public final class Takeover {
    private static final int SECONDS = 10;

    private final Path directory;
    private final int pods;
    private final List<String> settings;
    private final List<MemberProcess> members = new ArrayList<>();

    private Takeover(Path directory, int pods, List<String> settings) {
        this.directory = directory;
        this.pods = pods;
        this.settings = settings;
    }

    public static void main(String[] args) throws Exception {
        int pods = 100_000;
        String lease = "4000";
        String detection = "3000";
        String port = "23200";
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--pods" -> pods = Integer.parseInt(args[i + 1]);
                case "--lease" -> lease = args[i + 1];
                case "--detection" -> detection = args[i + 1];
                case "--port" -> port = args[i + 1];
                default -> {
                    System.err.println("kochab: unknown option " + args[i]
                            + "; known: --pods N --lease MILLISECONDS --detection MILLISECONDS --port P");
                    System.exit(2);
                }
            }
        }
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "takeover-store-");
        Takeover takeover = new Takeover(directory, pods, List.of(port, lease, detection));
        try {
            takeover.run();
        } finally {
            takeover.end();
        }
        System.exit(0);
    }

    private void end() throws Exception {
        for (MemberProcess member : members) {
            member.kill();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run() throws Exception {
        List<String> jvm =
                new ArrayList<>(List.of("-Xmx1g", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.showDateTime=true"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens="))
                .forEach(jvm::add);
        for (int i = 0; i < 3; i++) {
            members.add(MemberProcess.start(directory, i, settings, jvm));
        }
        Map<String, MemberProcess> leaders = leaders();
        MemberProcess large = leaders.get("tp-1");
        MemberProcess other = leaders.get("tp-2");
        MemberProcess third = members.stream()
                .filter(m -> m != large && m != other)
                .findFirst()
                .orElseThrow();
        long filling = System.nanoTime();
        large.ask("fill tp-1 " + pods, "filled");
        System.out.printf(Locale.ROOT, "%d pods written in %.1f s%n", pods, (System.nanoTime() - filling) / 1e9);
        other.ask("commits tp-2 " + SECONDS, "committed");
        String before = commits(other);
        other.tell("commits tp-2 " + SECONDS);
        long killed = large.kill();
        third.tell("probe tp-1");
        other.tell("probe tp-1");
        MemberProcess.Said first = third.await("loads|served");
        MemberProcess.Said loads =
                first.what().startsWith("loads") ? first : other.heard("loads").orElse(first);
        long served = first.what().startsWith("loads") ? third.await("served").nanos() : first.nanos();
        double seconds = (served - killed) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "tp-1 is served again %.2f s after the kill; its next leader began to load it after %.2f s%n",
                seconds,
                (loads.nanos() - killed) / 1e9);
        String during = other.await("committed").what();
        String after = commits(other);
        System.out.println("one commit after the other to tp-2: count, failed, p50, p99, longest in microseconds");
        System.out.println("  before: " + before + "\n  during: " + during + "\n  after:  " + after);
        System.out.printf(
                Locale.ROOT,
                "{\"benchmark\":\"takeover\",\"series\":\"kill -9\",\"pods\":%d,\"leaseMillis\":%s,\"detectionMillis\":%s,\"seconds\":%.2f,"
                        + "\"otherP99MicrosBefore\":%s,\"otherP99MicrosDuring\":%s,\"otherP99MicrosAfter\":%s,\"otherLongestMicrosDuring\":%s,\"otherFailed\":%s}%n",
                pods,
                settings.get(1),
                settings.get(2),
                seconds,
                before.split(" ")[4],
                during.split(" ")[4],
                after.split(" ")[4],
                during.split(" ")[5],
                during.split(" ")[2]);
    }

    private static String commits(MemberProcess member) throws Exception {
        return member.ask("commits tp-2 " + SECONDS, "committed").what();
    }

    /** Once both partitions are served, by two members. */
    private Map<String, MemberProcess> leaders() throws Exception {
        for (int look = 0; look < 600; look++) {
            Map<String, MemberProcess> leaders = new HashMap<>();
            for (MemberProcess member : members) {
                String said = member.ask("leaders", "leaders").what();
                for (String word : said.substring("leaders".length()).strip().split(" ")) {
                    String[] pair = word.split("=", -1);
                    if (pair.length == 2 && pair[1].equals(member.name)) {
                        leaders.put(pair[0], member);
                    }
                }
            }
            if (leaders.containsKey("tp-1")
                    && leaders.containsKey("tp-2")
                    && leaders.get("tp-1") != leaders.get("tp-2")) {
                return leaders;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("the partitions are not led by two members");
    }
}
