package org.kochab.benchmarks.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.benchmarks.common.Processes;
import org.kochab.benchmarks.common.Samples;
import org.kochab.benchmarks.common.Workplace;

/**
 * How long lists take among many pods: what {@code ResourceService.list} needs to give all objects, whole, decoded. Not included: HTTP, the shell. What is listed
 * is counted and compared each time; the last line is JSON.
 */
public final class Lists {
    /** A list is asked so often without being measured. */
    private static final int WARM = 5;

    private final Tenants tenants;
    private final int pods;
    private final int namespaces;
    private final int nodes;
    private final int page;
    private final int times;
    private final StringBuilder json = new StringBuilder();

    private Lists(Tenants tenants, Map<String, String> options) {
        this.tenants = tenants;
        this.pods = Integer.parseInt(options.get("--pods"));
        this.namespaces = Integer.parseInt(options.get("--namespaces"));
        this.nodes = Integer.parseInt(options.get("--nodes"));
        this.page = Integer.parseInt(options.get("--page"));
        this.times = Integer.parseInt(options.get("--times"));
        int each = pods / namespaces;
        if (pods % namespaces != 0 || each % Tenants.APPS != 0 || each > 10_000 || pods % nodes != 0) {
            throw new IllegalArgumentException(
                    "--pods must be a multiple of --nodes and of --namespaces, and each namespace have a"
                            + " multiple of " + Tenants.APPS + " pods, at most 10000");
        }
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        try {
            options = Workplace.options(
                    args, "--pods 100000 --namespaces 10 --nodes 5000 --page 500 --times 50 --port 23310");
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace workplace = new Workplace("bench");
                Tenants tenants = new Tenants(workplace.path("kochab"), Integer.parseInt(options.get("--port")))) {
            new Lists(tenants, options).run();
        }
        System.exit(0);
    }

    private void run() {
        int each = pods / namespaces;
        tenants.namespaces(namespaces);
        long begun = System.nanoTime();
        for (int i = 0; i < namespaces; i++) {
            tenants.pods(i, i * each, each, nodes);
        }
        System.out.printf(Locale.ROOT, "%d pods stored in %.1f s%n", pods, (System.nanoTime() - begun) / 1e9);
        Query one = Query.namespace(Tenants.namespace(0));
        measure("list", i -> one, each, 10_000, pod -> isIn(pod, 0));
        measure("pages", i -> one, each, page, pod -> isIn(pod, 0));
        // each time another namespace: more objects in turn than are remembered decoded
        measure("turn", i -> Query.namespace(Tenants.namespace(i % namespaces)), each, 10_000, pod -> true);
        Query label = Query.namespace(null).withLabels(new LabelSelector(Map.of("app", Tenants.app(3)), List.of()));
        measure("label", i -> label, pods / Tenants.APPS, 10_000, pod -> "a-3"
                .equals(pod.metadata().labels().get("app")));
        String node = Tenants.node(17);
        Query onNode = Query.namespace(null).withFields(Map.of("spec.nodeName", node));
        measure(
                "node",
                i -> onNode,
                pods / nodes,
                10_000,
                pod -> node.equals(Objects.requireNonNull(pod.spec()).nodeName()));
        System.out.println("{\"benchmark\":\"lists\",\"series\":\"Kochab\",\"pods\":" + pods + ",\"listed\":" + each
                + ",\"page\":" + page + ",\"times\":" + times + json + ",\"verified\":true}");
    }

    private static boolean isIn(Pod pod, int namespace) {
        return Tenants.namespace(namespace).equals(pod.metadata().namespace());
    }

    private interface Asked {
        Query query(int i);
    }

    private void measure(String name, Asked asked, int expected, int size, Predicate<Pod> belongs) {
        Samples samples = new Samples();
        System.gc();
        long cpu = 0;
        for (int i = -WARM; i < times; i++) {
            long cpuBefore = Processes.ownCpuNanos();
            long begun = System.nanoTime();
            List<Resource> found = all(asked.query(i + WARM), size);
            long took = System.nanoTime() - begun;
            if (i >= 0) {
                samples.add(took);
                cpu += Processes.ownCpuNanos() - cpuBefore;
            }
            verify(name, found, expected, belongs);
        }
        samples.sort();
        System.out.printf(
                Locale.ROOT,
                "%-6s %6d of %d pods: p50 %.1f ms, p99 %.1f ms, CPU %.1f ms%n",
                name,
                expected,
                pods,
                samples.at(0.5) / 1e6,
                samples.at(0.99) / 1e6,
                cpu / 1e6 / times);
        json.append(String.format(
                Locale.ROOT,
                ",\"%sP50Millis\":%.2f,\"%sP99Millis\":%.2f,\"%sCpuMillis\":%.2f",
                name,
                samples.at(0.5) / 1e6,
                name,
                samples.at(0.99) / 1e6,
                name,
                cpu / 1e6 / times));
    }

    private List<Resource> all(Query query, int size) {
        ResourcePage part = tenants.resources().list(Tenants.TENANT, Kind.POD, query.page(size, Optional.empty()));
        if (part.next().isEmpty()) {
            return part.items();
        }
        List<Resource> all = new ArrayList<>(part.items());
        while (part.next().isPresent()) {
            part = tenants.resources().list(Tenants.TENANT, Kind.POD, query.page(size, part.next()));
            all.addAll(part.items());
        }
        return all;
    }

    private static void verify(String name, List<Resource> found, int expected, Predicate<Pod> belongs) {
        Set<String> names = new HashSet<>();
        for (Resource resource : found) {
            Pod pod = (Pod) resource;
            names.add(pod.metadata().name());
            if (!belongs.test(pod)
                    || pod.spec() == null
                    || pod.spec().containers().size() != 1) {
                throw new IllegalStateException(
                        name + ": " + pod.metadata().name() + " does not belong there, or is not whole");
            }
        }
        if (names.size() != expected || found.size() != expected) {
            throw new IllegalStateException(
                    name + ": " + found.size() + " pods, " + names.size() + " different ones, not " + expected);
        }
    }
}
