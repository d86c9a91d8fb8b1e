package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LimitRange;
import org.kochab.api.model.Quantity;

final class LimitRangeRules implements StatuslessRules<LimitRange> {
    private static final String CONTAINER = "Container";

    @Override
    public Kind kind() {
        return Kind.LIMIT_RANGE;
    }

    /** As Kubernetes: what is not given is as large as it may be. */
    @Override
    public LimitRange complete(LimitRange wanted) {
        if (wanted.spec() == null) {
            return wanted;
        }
        List<LimitRange.Item> items = new ArrayList<>();
        for (LimitRange.Item i : wanted.spec().limits()) {
            Map<String, String> limit = over(i.max(), i.defaultLimit());
            Map<String, String> request = over(over(i.min(), limit), i.defaultRequest());
            items.add(new LimitRange.Item(
                    i.type() == null ? CONTAINER : i.type(),
                    limit,
                    request,
                    i.min(),
                    i.max(),
                    i.maxLimitRequestRatio()));
        }
        return new LimitRange(wanted.apiVersion(), wanted.kind(), wanted.metadata(), new LimitRange.Spec(items));
    }

    private static Map<String, String> over(Map<String, String> less, Map<String, String> more) {
        Map<String, String> both = new TreeMap<>(less);
        both.putAll(more);
        return both;
    }

    @Override
    public void check(LimitRange range, Problems problems) {
        if (range.spec() == null || range.spec().limits().isEmpty()) {
            problems.add("spec.limits", "is required; write at least one entry of type Container");
            return;
        }
        for (int i = 0; i < range.spec().limits().size(); i++) {
            check(range.spec().limits().get(i), "spec.limits[" + i + "]", problems);
        }
    }

    private static void check(LimitRange.Item item, String at, Problems problems) {
        problems.oneOf(item.type(), at + ".type", CONTAINER);
        int before = problems.count();
        check(item.min(), at + ".min", problems);
        check(item.max(), at + ".max", problems);
        check(item.defaultRequest(), at + ".defaultRequest", problems);
        check(item.defaultLimit(), at + ".default", problems);
        check(item.maxLimitRequestRatio(), at + ".maxLimitRequestRatio", problems);
        if (problems.count() == before) {
            // Each is meaningless unless it is at least what is beside it.
            atMost(item.min(), item.defaultRequest(), at + ".defaultRequest", "min", problems);
            atMost(item.defaultRequest(), item.defaultLimit(), at + ".default", "defaultRequest", problems);
            atMost(item.defaultLimit(), item.max(), at + ".max", "default", problems);
            atMost(item.min(), item.max(), at + ".max", "min", problems);
            item.maxLimitRequestRatio()
                    .forEach((name, text) -> problems.require(
                            Quantity.parse(text).milli() >= 1000,
                            at + ".maxLimitRequestRatio[" + name + "]",
                            text + " is too small; a limit is at least as large as its request, so write 1 or more"));
        }
    }

    private static void check(Map<String, String> amounts, String at, Problems problems) {
        amounts.forEach((name, text) -> {
            String path = at + "[" + name + "]";
            problems.require(
                    name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage"),
                    path,
                    "is not supported; use cpu, memory or ephemeral-storage");
            ContainerRules.quantity(text, path, problems);
        });
    }

    private static void atMost(
            Map<String, String> less, Map<String, String> more, String at, String name, Problems problems) {
        more.forEach((resource, text) -> {
            String low = less.get(resource);
            problems.require(
                    low == null
                            || Quantity.parse(low).milli()
                                    <= Quantity.parse(text).milli(),
                    at + "[" + resource + "]",
                    text + " is less than " + name + ", which is " + low);
        });
    }

    @Override
    public void checkChange(LimitRange current, LimitRange wanted, Problems problems) {
        // Everything may change: what is there already stays.
    }

    @Override
    public LimitRange merge(LimitRange current, LimitRange wanted) {
        return new LimitRange(current.apiVersion(), current.kind(), wanted.metadata(), wanted.spec());
    }

    @Override
    public boolean sameSpec(LimitRange a, LimitRange b) {
        return a.spec() == null ? b.spec() == null : a.spec().equals(b.spec());
    }

    @Override
    public boolean owner() {
        return false;
    }
}
