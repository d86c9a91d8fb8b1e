package org.kochab.benchmarks.bind;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.kochab.benchmarks.common.Workplace;

/**
 * What a host and a bound pod cost of a whole control plane's heap, once everything has settled: kernel, tenant partition, controllers, scheduler, resource
 * manager, decoded objects. By what survives a full collection; the store's pages are outside the heap. The pods come twice, and what the second half takes is what
 * pods take: histories and the memory of decoded objects are full by then, and their bounds are told beside it. The last line is JSON, the classes that grew most are
 * before it.
 */
public final class Memory {
    private static final int PORT = 23_160;
    private static final int SHOWN = 20;

    private Memory() {}

    public static void main(String[] args) throws Exception {
        Map<String, String> options;
        Rollout rollout;
        try {
            options = Workplace.options(args, Rollout.DEFAULTS + " --dump none");
            rollout = Rollout.of(options);
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace place = new Workplace("memory");
                HollowPlane plane = new HollowPlane(Plane.Size.SMALLEST, place.path("store"), PORT, 0)) {
            Map<String, Long> empty = histogram();
            plane.introduce(rollout.nodes());
            Map<String, Long> hosts = histogram();
            rollout.deploy(plane.plane(), "first-");
            Map<String, Long> half = histogram();
            rollout.deploy(plane.plane(), "more-");
            rollout.verify(plane.plane(), 2);
            Map<String, Long> pods = histogram();
            if (!options.get("--dump").equals("none")) {
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                        .dumpHeap(options.get("--dump"), true);
            }
            double perHost = (sum(hosts) - sum(empty)) / (double) rollout.nodes();
            double perPod = (sum(pods) - sum(half)) / (double) rollout.pods();
            double bounded = sum(half) - sum(hosts) - perPod * rollout.pods();
            System.out.printf(Locale.ROOT, "a host %.0f bytes%n", perHost);
            show(hosts, empty, rollout.nodes());
            System.out.printf(Locale.ROOT, "a pod %.0f bytes%n", perPod);
            show(pods, half, rollout.pods());
            System.out.printf(
                    Locale.ROOT,
                    "{\"benchmark\":\"memory\",\"nodes\":%d,\"pods\":%d,\"bytesPerHost\":%.0f,\"bytesPerPod\":%.0f,\"boundedMegabytes\":%.0f,\"verified\":true}%n",
                    rollout.nodes(),
                    2 * rollout.pods(),
                    perHost,
                    perPod,
                    bounded / 1e6);
        }
        System.exit(0);
    }

    private static void show(Map<String, Long> after, Map<String, Long> before, int count) {
        Map<String, Double> grown = new HashMap<>();
        after.forEach((name, bytes) -> grown.put(name, (bytes - before.getOrDefault(name, 0L)) / (double) count));
        grown.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .forEach(e -> System.out.printf(Locale.ROOT, "  %8.1f  %s%n", e.getValue(), e.getKey()));
    }

    private static long sum(Map<String, Long> histogram) {
        return histogram.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes by class, of what is reachable. Twice, so that what waited for a finalizer is gone. */
    private static Map<String, Long> histogram() throws JMException {
        Map<String, Long> bytes = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            bytes.clear();
            String text = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            // lines of "NUMBER: INSTANCES BYTES CLASS (MODULE)"
            for (String line : text.lines().toList()) {
                List<String> words = List.of(line.strip().split("\\s+"));
                if (words.size() >= 4 && words.get(0).endsWith(":")) {
                    bytes.merge(words.get(3), Long.parseLong(words.get(2)), Long::sum);
                }
            }
        }
        return bytes;
    }
}
