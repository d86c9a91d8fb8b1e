package org.kochab.partition.internal.core.tenant;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.Quantity;

/** What a pod asks of a node: the sum of its containers, or the largest init container if that is more. */
public final class PodRequests {
    private PodRequests() {}

    /** By resource name, sorted: {@code cpu} in thousandths, everything else in whole units; {@code pods} is 1. */
    public static Map<String, Long> of(PodSpec spec) {
        Map<String, Long> total = total(spec, Container.Resources::requests);
        total.put("pods", 1L);
        return total;
    }

    /** The same of its limits, without {@code pods}. */
    static Map<String, Long> limits(PodSpec spec) {
        return total(spec, Container.Resources::limits);
    }

    private static Map<String, Long> total(PodSpec spec, Function<Container.Resources, Map<String, String>> which) {
        Map<String, Long> total = new TreeMap<>();
        for (Container c : spec.tasks()) {
            amounts(c, which).forEach((name, text) -> total.merge(name, amount(name, text), PodRequests::sum));
        }
        for (Container c : spec.initContainers()) {
            amounts(c, which).forEach((name, text) -> total.merge(name, amount(name, text), Math::max));
        }
        return total;
    }

    private static Map<String, String> amounts(Container c, Function<Container.Resources, Map<String, String>> which) {
        return c.resources() == null ? new TreeMap<>() : which.apply(c.resources());
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
