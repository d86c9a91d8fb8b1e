package org.kochab.benchmarks.agents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.benchmarks.bind.Plane;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;
import org.kochab.benchmarks.mqtt.EmbeddedBrokerMain;

/**
 * Hollow agents over real MQTT connections to real brokers, each a process of its own, under a control plane in this process with the real store (fsync), kernel,
 * scheduler, resource manager and its links: how fast they are let in, whether they are held, what a session costs, how long from the submission of a
 * pod until a watcher sees it running, and how long until all are back after {@code kill -9} and restart of a broker. The last line is JSON.
 */
public final class Agents {
    private static final String DEFAULTS =
            "--agents 10000 --brokers 2 --heartbeat 10 --pods 2000 --pace 50 --hold 60 --connects 1000 --port 23200";
    private static final int AGENTS_A_PROCESS = 15_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MICROS_PER_MILLI = 1e3;

    private final Map<String, String> options;
    private final int agents;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Child> brokers = new ArrayList<>();
    private final List<Child> agencies = new ArrayList<>();

    private Agents(Map<String, String> options) {
        this.options = options;
        this.agents = option("agents");
        for (int i = 0; i < option("brokers"); i++) {
            ports.add(option("port") + 10 + i);
        }
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
        Agents benchmark = new Agents(options);
        try (Workplace place = new Workplace("agents")) {
            benchmark.run(place);
        } finally {
            benchmark.agencies.forEach(Child::close);
            benchmark.brokers.forEach(Child::close);
        }
        System.exit(0);
    }

    private int option(String name) {
        return Integer.parseInt(options.get("--" + name));
    }

    private void run(Workplace place) throws Exception {
        for (int port : ports) {
            brokers.add(broker(port));
        }
        await("brokers listen", () -> brokers.stream().allMatch(b -> b.last() != null));
        long emptyHeap = heap();
        long empty = resident();
        try (Plane plane = new Plane(
                Plane.Size.SMALLEST,
                place.path("store"),
                option("port"),
                (partition, codec) -> new Linked(partition, codec, ports, option("heartbeat")))) {
            long begun = System.nanoTime();
            for (int first = 0; first < agents; first += AGENTS_A_PROCESS) {
                agencies.add(agency(first, Math.min(AGENTS_A_PROCESS, agents - first)));
            }
            await("agents are connected", () -> connected() == agents);
            double connectSeconds = since(begun);
            await("nodes are ready", () -> ready(plane) == agents);
            double readySeconds = since(begun);
            say("%d agents connected after %.1f s, ready after %.1f s", agents, connectSeconds, readySeconds);

            long brokerCpu = brokerCpu();
            long ownCpu = Processes.ownCpuNanos();
            TimeUnit.SECONDS.sleep(option("hold"));
            double brokerCores = (brokerCpu() - brokerCpu) / 1e3 / option("hold");
            double planeCores = (Processes.ownCpuNanos() - ownCpu) / NANOS_PER_SECOND / option("hold");
            int lost = count(1);
            int ready = ready(plane);
            double resident = (resident() - empty) / (double) agents;
            double heap = (heap() - emptyHeap) / 1024.0 / agents;
            say(
                    "held for %d s: %d connections lost, %d ready; a session takes %.1f KiB of a broker's heap, %.1f of its memory; cores: brokers %.2f, plane %.2f",
                    option("hold"), lost, ready, heap, resident, brokerCores, planeCores);

            Samples started = pods(plane);
            say(
                    "%d pods, %d a second: running after %.0f ms (p50), %.0f ms (p99), %.0f ms (most)",
                    option("pods"), option("pace"), millis(started, 0.5), millis(started, 0.99), millis(started, 1));
            await("agents run the pods", () -> count(2) == option("pods"));
            verify(plane);

            long killed = System.nanoTime();
            brokers.get(0).close();
            brokers.set(0, broker(ports.get(0)));
            await("connections of the killed broker are lost", () -> count(1) > lost);
            await("agents are back", () -> connected() == agents);
            double backSeconds = since(killed);
            await("nodes are ready again", () -> ready(plane) == agents);
            double readyAgainSeconds = since(killed);
            say(
                    "a broker killed and started: all connected after %.1f s, ready after %.1f s",
                    backSeconds, readyAgainSeconds);
            verify(plane);
            System.out.printf(
                    Locale.ROOT,
                    "{\"benchmark\":\"agents\",\"agents\":%d,\"brokers\":%d,\"heartbeatSeconds\":%d,\"connectSeconds\":%.1f,\"readySeconds\":%.1f,"
                            + "\"heldSeconds\":%d,\"lostWhileHeld\":%d,\"readyWhileHeld\":%d,\"sessionHeapKiB\":%.1f,\"sessionResidentKiB\":%.1f,\"brokerCores\":%.2f,\"planeCores\":%.2f,"
                            + "\"pods\":%d,\"podsPerSecond\":%d,\"startP50Millis\":%.0f,\"startP99Millis\":%.0f,\"startMostMillis\":%.0f,"
                            + "\"backSeconds\":%.1f,\"readyAgainSeconds\":%.1f,\"verified\":true}%n",
                    agents,
                    ports.size(),
                    option("heartbeat"),
                    connectSeconds,
                    readySeconds,
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
                    readyAgainSeconds);
        }
    }

    private static Child broker(int port) throws IOException {
        return Child.start("1g", EmbeddedBrokerMain.class, List.of(Integer.toString(port)));
    }

    private Child agency(int first, int count) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                Plane.MANAGER,
                Integer.toString(first),
                Integer.toString(count),
                Integer.toString(1_000 * option("heartbeat")),
                Integer.toString(Math.max(1, option("connects") * count / agents))));
        ports.forEach(port -> arguments.add(port.toString()));
        return Child.start("700m", Agency.class, arguments);
    }

    private int connected() {
        return count(0);
    }

    /** Of all agencies' last lines, the sum of a column. */
    private int count(int column) {
        int sum = 0;
        for (Child agency : agencies) {
            String line = agency.last();
            sum += line == null ? 0 : Integer.parseInt(line.split(" ")[column]);
        }
        return sum;
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
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (samples.size() < option("pods")) {
                for (ResourceEvent event : watch.poll(Duration.ofSeconds(1))) {
                    if (event instanceof ResourceEvent.Modified changed && isRunning((Pod) changed.resource())) {
                        Long at = submitted.remove(changed.resource().metadata().name());
                        if (at != null) {
                            samples.add((System.nanoTime() - at) / 1_000);
                        }
                    }
                }
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("only " + samples.size() + " pods ran within " + PATIENCE);
                }
            }
            submitter.join();
        }
        return samples.sort();
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
        if (running != option("pods") || count(2) != running) {
            throw new IllegalStateException(
                    running + " pods run, " + count(2) + " are with agents, not " + option("pods"));
        }
    }

    private void await(String what, BooleanSupplier reached) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        "not within " + PATIENCE + ": " + what + "; " + connected() + " are connected");
            }
            List.of(brokers, agencies)
                    .forEach(all -> all.forEach(child -> {
                        if (!child.isAlive()) {
                            throw new IllegalStateException("a process ended while this was waited for: " + what);
                        }
                    }));
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private long resident() throws IOException {
        long kilobytes = 0;
        for (Child broker : brokers) {
            kilobytes += Processes.residentKilobytes(broker.pid());
        }
        return kilobytes;
    }

    /** Bytes that live in the brokers' heaps. */
    private long heap() throws IOException {
        long bytes = 0;
        for (Child broker : brokers) {
            bytes += broker.liveBytes();
        }
        return bytes;
    }

    private long brokerCpu() {
        long millis = 0;
        for (Child broker : brokers) {
            millis += Processes.cpu(broker.pid()).toMillis();
        }
        return millis;
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
