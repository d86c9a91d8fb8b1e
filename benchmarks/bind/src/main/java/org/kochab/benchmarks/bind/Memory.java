package org.kochab.benchmarks.bind;

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
 * manager, decoded objects. By what survives a full collection; the store's pages are outside the heap. The last line is JSON, the classes that grew most are before it.
 */
public final class Memory {
    private static final int PORT = 23_160;
    private static final int SHOWN = 20;

    private Memory() {}

    public static void main(String[] args) throws Exception {
        Rollout rollout;
        try {
            rollout = Rollout.of(Workplace.options(args, Rollout.DEFAULTS));
        } catch (IllegalArgumentException e) {
            System.err.println("kochab: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Workplace place = new Workplace("memory");
                HollowPlane plane = new HollowPlane(place.path("store"), PORT)) {
            Map<String, Long> empty = histogram();
            plane.introduce(rollout.nodes());
            Map<String, Long> hosts = histogram();
            rollout.deploy(plane.plane());
            rollout.verify(plane.plane());
            Map<String, Long> pods = histogram();
            double perHost = (sum(hosts) - sum(empty)) / (double) rollout.nodes();
            double perPod = (sum(pods) - sum(hosts)) / (double) rollout.pods();
            System.out.printf(Locale.ROOT, "a host %.0f bytes%n", perHost);
            show(hosts, empty, rollout.nodes());
            System.out.printf(Locale.ROOT, "a pod %.0f bytes%n", perPod);
            show(pods, hosts, rollout.pods());
            System.out.printf(
                    Locale.ROOT,
                    "{\"benchmark\":\"memory\",\"nodes\":%d,\"pods\":%d,\"bytesPerHost\":%.0f,\"bytesPerPod\":%.0f,\"verified\":true}%n",
                    rollout.nodes(),
                    rollout.pods(),
                    perHost,
                    perPod);
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
