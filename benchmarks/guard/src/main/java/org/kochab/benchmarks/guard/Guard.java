package org.kochab.benchmarks.guard;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Supplier;

/**
 * Compares the CPU time of each case with that of the {@link Reference} loop, in turn in the same process, so that neither the machine nor what else runs on it
 * counts for much. Ends with 1 if one costs more than twice what was accepted. The last line is JSON.
 */
public final class Guard {
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 7;
    /** The CPU time of a process is counted in steps of 10 ms on some machines. */
    private static final int REPEATED = 6;

    private static final double MOST = 2;

    /** Medians of three runs on two cores; to be lowered when a case becomes cheaper. */
    private static final Map<String, Double> ACCEPTED = Map.of("placing", 0.35, "committing", 2.5, "objects", 1.1);

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Guard() {}

    public static void main(String[] args) throws Exception {
        StringJoiner json = new StringJoiner(",", "{\"benchmark\":\"guard\",", "}");
        boolean fine = true;
        for (Supplier<Case> made : List.<Supplier<Case>>of(Placing::new, Committing::new, Objects::new)) {
            try (Case one = made.get()) {
                double ratio = ratio(one);
                double accepted = ACCEPTED.getOrDefault(one.name(), 0.0);
                boolean good = ratio <= MOST * accepted;
                fine &= good;
                System.out.printf(
                        Locale.ROOT,
                        "%-12s %6.2f times the reference loop, accepted %.2f%s%n",
                        one.name(),
                        ratio,
                        accepted,
                        good ? "" : ": MORE THAN TWICE AS MUCH");
                json.add(String.format(Locale.ROOT, "\"%s\":%.3f", one.name(), ratio));
            }
        }
        json.add("\"fine\":" + fine);
        System.out.println(json);
        System.exit(fine ? 0 : 1);
    }

    private static double ratio(Case one) throws Exception {
        Reference reference = new Reference();
        double[] ratios = new double[ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            double cost = cost(reference);
            double ratio = cost(one) / cost;
            if (i >= 0) {
                ratios[i] = ratio;
            }
        }
        Arrays.sort(ratios);
        return ratios[ROUNDS / 2];
    }

    private static double cost(Case one) throws Exception {
        long before = PROCESS.getProcessCpuTime();
        for (int i = 0; i < REPEATED; i++) {
            one.work();
        }
        return PROCESS.getProcessCpuTime() - before;
    }
}
