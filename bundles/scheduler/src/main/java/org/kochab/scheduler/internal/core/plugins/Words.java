package org.kochab.scheduler.internal.core.plugins;

import java.util.Locale;

/** How numbers read in reasons. */
final class Words {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private Words() {}

    /** {@code 1 node has} or {@code 7 nodes have}. */
    static String nodes(int n, String one, String many) {
        return n == 1 ? "1 node " + one : n + " nodes " + many;
    }

    /** An amount as a manifest would say it. */
    static String amount(String resource, long amount) {
        if (resource.equals("cpu")) {
            return amount % 1000 == 0 ? Long.toString(amount / 1000) : amount + "m";
        }
        boolean bytes = resource.equals("memory") || resource.contains("storage") || resource.startsWith("hugepages-");
        if (!bytes || amount < 1024) {
            return Long.toString(amount);
        }
        int unit = 0;
        double value = amount;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return value == Math.rint(value)
                ? (long) value + UNITS[unit]
                : String.format(Locale.ROOT, "%.1f%s", Math.floor(value * 10) / 10, UNITS[unit]);
    }
}
