package org.kochab.benchmarks.agents;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;

/**
 * Hollow agents over real MQTT connections to real brokers, each a process of its own, under a control plane in this process with the real store (fsync), kernel,
 * scheduler, resource manager and its links: how fast they are let in, whether they are held, what a session costs, how long from the submission of a
 * pod until a watcher sees it running, and how long until all are back after {@code kill -9} and restart of a broker. With TLS each agent has a key and a
 * certificate of its own, and with changes no status may be lost. The last line is JSON.
 */
public final class Agents {
    private static final String DEFAULTS =
            "--agents 10000 --brokers 2 --heartbeat 10 --pods 2000 --pace 50 --hold 60 --connects 1000"
                    + " --tls no --accepts 2000 --changes 0 --port 23200";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MICROS_PER_MILLI = 1e3;
    /** Connections that a listener takes at once before it looks at its limit. */
    private static final int ACCEPTED_AT_ONCE = 16;

    private final Map<String, String> options;
    private final int agents;
    private final boolean tls;
    private final Fleet fleet;

    private Agents(Map<String, String> options, Workplace place) throws Exception {
        this.options = options;
        agents = option("agents");
        tls = options.get("--tls").equals("yes");
        Path identities = place.path("identities");
        if (tls) {
            long begun = System.nanoTime();
            Enrolment.write(identities, agents);
            say("%d agents have keys and certificates after %.1f s, which count nowhere", agents, since(begun));
        }
        fleet = new Fleet(new Fleet.Setup(
                option("port"),
                option("brokers"),
                option("accepts"),
                option("heartbeat"),
                option("connects"),
                option("changes"),
                tls ? Optional.of(identities) : Optional.empty()));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        try {
            options = Workplace.options(args, DEFAULTS);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace place = new Workplace("agents")) {
            Agents benchmark = new Agents(options, place);
            try {
                benchmark.run(place);
            } finally {
                benchmark.fleet.close();
            }
        }
        System.exit(0);
    }

    private int option(String name) {
        return Integer.parseInt(options.get("--" + name));
    }

    private void run(Workplace place) throws Exception {
        await("brokers listen", fleet::brokersListen);
        long emptyHeap = fleet.heap();
        long empty = fleet.resident();
        try (Plane plane = new Plane(
                        Plane.Size.SMALLEST,
                        place.path("store"),
                        option("port"),
                        (partition, codec) -> new Linked(partition, codec, fleet.ports(), option("heartbeat")));
                Witness witness = new Witness(plane.codec(), option("changes") == 0 ? List.of() : fleet.ports());
                Changes changes = new Changes(plane)) {
            await("brokers are reached", witness::isListening);
            long begun = System.nanoTime();
            fleet.startAgents(agents);
            await("agents are connected", () -> connected() == agents);
            double connectSeconds = since(begun);
            await("nodes are ready", () -> ready(plane) == agents);
            double readySeconds = since(begun);
            say("%d agents connected after %.1f s, ready after %.1f s", agents, connectSeconds, readySeconds);
            String connecting = doors("connect");

            long brokerCpu = fleet.brokerCpuMillis();
            long ownCpu = Processes.ownCpuNanos();
            TimeUnit.SECONDS.sleep(option("hold"));
            double brokerCores = (fleet.brokerCpuMillis() - brokerCpu) / 1e3 / option("hold");
            double planeCores = (Processes.ownCpuNanos() - ownCpu) / NANOS_PER_SECOND / option("hold");
            int lost = fleet.count(Counts.Column.LOST);
            int ready = ready(plane);
            double resident = (fleet.resident() - empty) / (double) agents;
            double heap = (fleet.heap() - emptyHeap) / 1024.0 / agents;
            say(
                    "held for %d s: %d connections lost, %d ready; a session takes %.1f KiB of a broker's heap, %.1f of its memory; cores: brokers %.2f, plane %.2f",
                    option("hold"), lost, ready, heap, resident, brokerCores, planeCores);

            Samples started = pods(plane);
            say(
                    "%d pods, %d a second: running after %.0f ms (p50), %.0f ms (p99), %.0f ms (most)",
                    option("pods"), option("pace"), millis(started, 0.5), millis(started, 0.99), millis(started, 1));
            await("agents run the pods", () -> fleet.count(Counts.Column.RUNNING) == option("pods"));
            verify(plane);

            int failed = fleet.count(Counts.Column.FAILED);
            int asked = fleet.count(Counts.Column.ASKED);
            Map<String, Integer> before = changes.numbers();
            long killed = System.nanoTime();
            fleet.restartBroker();
            await("connections of the killed broker are lost", () -> fleet.count(Counts.Column.LOST) > lost);
            await("agents are back", () -> connected() == agents);
            double backSeconds = since(killed);
            await("nodes are ready again", () -> ready(plane) == agents);
            double readyAgainSeconds = since(killed);
            say(
                    "a broker killed and started: all connected after %.1f s, ready after %.1f s; %d attempts failed meanwhile",
                    backSeconds, readyAgainSeconds, fleet.count(Counts.Column.FAILED) - failed);
            String reconnecting = doors("back");
            String statuses = statuses(changes, witness, before, killed);
            verify(plane);
            System.out.printf(
                    Locale.ROOT,
                    "{\"benchmark\":\"agents\",\"tls\":%b,\"agents\":%d,\"brokers\":%d,\"heartbeatSeconds\":%d,\"connectSeconds\":%.1f,\"readySeconds\":%.1f,%s"
                            + "\"heldSeconds\":%d,\"lostWhileHeld\":%d,\"readyWhileHeld\":%d,\"sessionHeapKiB\":%.1f,\"sessionResidentKiB\":%.1f,\"brokerCores\":%.2f,\"planeCores\":%.2f,"
                            + "\"pods\":%d,\"podsPerSecond\":%d,\"startP50Millis\":%.0f,\"startP99Millis\":%.0f,\"startMostMillis\":%.0f,"
                            + "\"backSeconds\":%.1f,\"readyAgainSeconds\":%.1f,\"failedAttempts\":%d,\"askedAgain\":%d,%s%s\"verified\":true}%n",
                    tls,
                    agents,
                    option("brokers"),
                    option("heartbeat"),
                    connectSeconds,
                    readySeconds,
                    connecting,
                    option("hold"),
                    lost,
                    ready,
                    heap,
                    resident,
                    brokerCores,
                    planeCores,
                    option("pods"),
                    option("pace"),
                    millis(started, 0.5),
                    millis(started, 0.99),
                    millis(started, 1),
                    backSeconds,
                    readyAgainSeconds,
                    fleet.count(Counts.Column.FAILED) - failed,
                    fleet.count(Counts.Column.ASKED) - asked,
                    reconnecting,
                    statuses);
        }
    }

    /** What the first broker's secure listener went through since its start, which is not to be more than it allows. @return for the JSON */
    private String doors(String what) {
        if (!tls) {
            return "";
        }
        Doorman.Tally tally = fleet.tally();
        int limit = option("accepts");
        // A quarter of a second's worth may come at once after a quiet time.
        int most = limit + limit / 4 + ACCEPTED_AT_ONCE;
        double millis = tally.handshakeMicros() / MICROS_PER_MILLI / Math.max(1, tally.shaken());
        say(
                "the broker accepted %d connections, at most %d within a second (limit %d); %d handshakes, at most %d within a second, %.2f ms of its handshake thread each",
                tally.accepted(), tally.acceptedPeak(), limit, tally.shaken(), tally.shakenPeak(), millis);
        if (tally.acceptedPeak() > most) {
            throw new IllegalStateException("more connections within a second than " + most);
        }
        return String.format(
                Locale.ROOT,
                "\"%sAccepted\":%d,\"%sAcceptedPeak\":%d,\"%sHandshakes\":%d,\"%sHandshakePeak\":%d,\"%sHandshakeCpuMillis\":%.2f,",
                what,
                tally.accepted(),
                what,
                tally.acceptedPeak(),
                what,
                tally.shaken(),
                what,
                tally.shakenPeak(),
                what,
                millis);
    }

    /**
     * Every pod's status goes on to change after the broker was killed, to the last change, without a step back or a hole.
     *
     * @param before what was known of each when it was killed
     * @return for the JSON
     */
    private String statuses(Changes changes, Witness witness, Map<String, Integer> before, long killed)
            throws InterruptedException {
        int last = option("changes");
        if (last == 0) {
            return "";
        }
        long pending = before.values().stream().filter(n -> n < last).count();
        if (pending < option("pods")) {
            throw new IllegalStateException("only " + pending
                    + " pods' statuses had changes left when the broker was killed: give more --changes");
        }
        await("statuses change again", () -> changes.numbers().entrySet().stream()
                .allMatch(pod -> pod.getValue() > before.getOrDefault(pod.getKey(), 0)));
        double againSeconds = since(killed);
        await(
                "the last statuses are there",
                () -> changes.numbers().values().stream().filter(n -> n == last).count() == option("pods"));
        double lastSeconds = since(killed);
        int reports = witness.heard();
        say(
                "every pod's status changed again after %.1f s, and all %d changes of each were there after %.1f s; %d reports, no hole in their sequences",
                againSeconds, last, lastSeconds, reports);
        return String.format(
                Locale.ROOT,
                "\"changes\":%d,\"statusAgainSeconds\":%.1f,\"lastStatusSeconds\":%.1f,\"reports\":%d,\"holes\":0,",
                last,
                againSeconds,
                lastSeconds,
                reports);
    }

    private int connected() {
        return fleet.count(Counts.Column.CONNECTED);
    }

    private static int ready(Plane plane) {
        return (int) plane.managed(NodeKeys.NODES, Node.class).stream()
                .filter(n -> n.status() != null && "Ready".equals(n.status().phase()))
                .count();
    }

    /** Creates pods at a steady pace. @return microseconds from each one's submission until a watcher saw it running */
    private Samples pods(Plane plane) throws Exception {
        ResourceService resources = plane.resources();
        Query all = Query.namespace("default");
        String from = resources.list(Plane.TENANT, Kind.POD, all).resourceVersion();
        Map<String, Long> submitted = new ConcurrentHashMap<>();
        Samples samples = new Samples();
        try (ResourceWatch watch = resources.watch(Plane.TENANT, Kind.POD, all, from)) {
            Thread submitter = new Thread(() -> submit(plane, submitted), "submitter");
            submitter.start();
            long end = System.nanoTime() + QUIET.toNanos();
            while (samples.size() < option("pods")) {
                for (ResourceEvent event : watch.poll(Duration.ofSeconds(1))) {
                    if (event instanceof ResourceEvent.Modified changed && isRunning((Pod) changed.resource())) {
                        Long at = submitted.remove(changed.resource().metadata().name());
                        if (at != null) {
                            samples.add((System.nanoTime() - at) / 1_000);
                            end = System.nanoTime() + QUIET.toNanos();
                        }
                    }
                }
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException(samples.size() + " pods ran, and no other within " + QUIET + ": "
                            + missing(plane, submitted));
                }
            }
            submitter.join();
        }
        return samples.sort();
    }

    /** The first of those that do not run, as they are. */
    private static String missing(Plane plane, Map<String, Long> submitted) {
        return submitted.keySet().stream()
                .sorted()
                .limit(3)
                .map(name -> plane.resources()
                        .get(new ResourceRef(Plane.TENANT, Kind.POD, "default", name))
                        .toString())
                .collect(Collectors.joining("; "));
    }

    static boolean isRunning(Pod pod) {
        return pod.status() != null && "Running".equals(pod.status().phase());
    }

    private void submit(Plane plane, Map<String, Long> submitted) {
        long begun = System.nanoTime();
        for (int i = 0; i < option("pods"); i++) {
            try {
                TimeUnit.NANOSECONDS.sleep(begun + i * 1_000_000_000L / option("pace") - System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
            String manifest = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p-" + i
                    + "\", \"namespace\": \"default\"}, \"spec\": {\"runtimeClassName\": \"process\", \"containers\": [{\"name\": \"c\","
                    + " \"command\": [\"sleep\", \"1\"], \"resources\": {\"requests\": {\"cpu\": \"100m\", \"memory\": \"500Mi\"}}}]}}";
            Pod pod = (Pod) plane.codec()
                    .manifest(manifest.getBytes(StandardCharsets.UTF_8), Codec.UnknownFields.REFUSE)
                    .resources()
                    .get(0);
            submitted.put("p-" + i, System.nanoTime());
            plane.resources().create(Plane.TENANT, pod);
        }
    }

    /** Every pod runs, where it is claimed, and no agent runs another. */
    private void verify(Plane plane) {
        int running = plane.placed(pod -> {
            if (!isRunning(pod)) {
                throw new IllegalStateException("pod " + pod.metadata().name() + " does not run");
            }
        });
        int withAgents = fleet.count(Counts.Column.RUNNING);
        if (running != option("pods") || withAgents != running) {
            throw new IllegalStateException(
                    running + " pods run, " + withAgents + " are with agents, not " + option("pods"));
        }
    }

    private void await(String what, BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        "not within " + PATIENCE + ": " + what + "; " + connected() + " are connected");
            }
            if (!fleet.isAlive()) {
                throw new IllegalStateException("a process ended while this was waited for: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_SECOND;
    }

    private static double millis(Samples samples, double part) {
        return samples.at(part) / MICROS_PER_MILLI;
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
