package org.kochab.partition.internal.core.tenant;

import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;

/** What a pod asks of a node: the sum of its containers, or the largest init container if that is more. */
public final class PodRequests {
    private PodRequests() {}

    /** By resource name, sorted: {@code cpu} in thousandths, everything else in whole units; {@code pods} is 1. */
    public static Map<String, Long> of(PodSpec spec) {
        Map<String, Long> total = new TreeMap<>();
        for (Container c : spec.tasks()) {
            requests(c).forEach((name, text) -> total.merge(name, amount(name, text), PodRequests::sum));
        }
        for (Container c : spec.initContainers()) {
            requests(c).forEach((name, text) -> total.merge(name, amount(name, text), Math::max));
        }
        total.put("pods", 1L);
        return total;
    }

    private static Map<String, String> requests(Container c) {
        return c.resources() == null ? new TreeMap<>() : c.resources().requests();
    }

    static long amount(String name, String text) {
        Quantity q = Quantity.parse(text);
        return name.equals("cpu") ? q.milli() : q.units();
    }

    private static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
