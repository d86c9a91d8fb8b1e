package org.kochab.rm.internal.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.link.Birth;
import org.kochab.api.model.Node;
import org.kochab.api.model.Quantity;

/** What a birth must look like before anything of it is kept. */
final class BirthRules {
    private static final int MOST_RESOURCES = 32;
    private static final int MOST_LABELS = 64;
    private static final int MOST_RUNTIMES = 32;
    private static final int MOST_ADDRESSES = 32;
    private static final int MOST_IMAGES = 200;
    private static final int MOST_NAMES_AN_IMAGE = 16;
    private static final int LONGEST = 512;

    private BirthRules() {}

    /** @return one sentence on the first field that is wrong; null if all is right */
    static @Nullable String wrong(Birth b) {
        if (b.birth() < 1) {
            return "birth is " + b.birth() + ": send a counter that is at least 1 and grows with each connect";
        }
        if (b.appliedGeneration() < 0) {
            return "appliedGeneration is negative: send 0 if nothing is applied";
        }
        if (!isText(b.bootId()) || b.bootId().isBlank()) {
            return "bootId is missing or too long: send at most " + LONGEST + " characters that change with each boot";
        }
        if (!isOptionalText(b.agentVersion())) {
            return "agentVersion is longer than " + LONGEST + " characters";
        }
        String wrong = amounts(b.capacity(), "capacity");
        if (wrong == null) {
            wrong = amounts(b.allocatable(), "allocatable");
        }
        if (wrong == null) {
            wrong = allocatableFits(b);
        }
        if (wrong == null) {
            wrong = labels(b.labels());
        }
        if (wrong == null) {
            wrong = runtimes(b.runtimes());
        }
        return wrong == null ? rest(b) : wrong;
    }

    private static @Nullable String amounts(Map<String, String> amounts, String field) {
        if (amounts.size() > MOST_RESOURCES) {
            return field + " has more than " + MOST_RESOURCES + " resources";
        }
        for (var e : amounts.entrySet()) {
            if (!Names.isQualified(e.getKey())) {
                return field + " has a resource name that is not valid: use names such as cpu or example.org/gpu";
            }
            try {
                if (e.getValue() == null || Quantity.parse(e.getValue()).milli() < 0) {
                    return field + "." + e.getKey() + " is missing or negative: use 0 or more";
                }
            } catch (IllegalArgumentException | ArithmeticException bad) {
                return field + "." + e.getKey() + " is no quantity: use forms such as 2, 500m or 16Gi";
            }
        }
        return null;
    }

    private static @Nullable String allocatableFits(Birth b) {
        for (var e : b.allocatable().entrySet()) {
            String most = b.capacity().get(e.getKey());
            if (most == null
                    || Quantity.parse(e.getValue()).milli()
                            > Quantity.parse(most).milli()) {
                return "allocatable." + e.getKey() + " is more than capacity has of it";
            }
        }
        return null;
    }

    private static @Nullable String labels(Map<String, String> labels) {
        if (labels.size() > MOST_LABELS) {
            return "labels are more than " + MOST_LABELS;
        }
        for (var e : labels.entrySet()) {
            if (!Names.isQualified(e.getKey()) || !Names.isLabelValue(e.getValue())) {
                return "labels has a key or value that is not valid: use Kubernetes' label syntax";
            }
        }
        return null;
    }

    private static @Nullable String runtimes(List<Node.Runtime> runtimes) {
        if (runtimes.size() > MOST_RUNTIMES) {
            return "runtimes are more than " + MOST_RUNTIMES;
        }
        for (Node.Runtime r : runtimes) {
            if (!Names.isDnsLabel(r.kind())
                    || !isOptionalText(r.reason())
                    || r.limits().size() > MOST_RESOURCES
                    || !r.limits().stream().allMatch(Names::isQualified)) {
                return "runtimes has an entry whose kind, reason or limits are not valid";
            }
        }
        return null;
    }

    private static @Nullable String rest(Birth b) {
        if (b.addresses().size() > MOST_ADDRESSES
                || !b.addresses().stream().allMatch(a -> isText(a.type()) && isText(a.address()))) {
            return "addresses are more than " + MOST_ADDRESSES + ", or one lacks its type or address";
        }
        if (b.images().size() > MOST_IMAGES
                || !b.images().stream()
                        .allMatch(i -> i.names().size() <= MOST_NAMES_AN_IMAGE
                                && i.names().stream().allMatch(BirthRules::isText))) {
            return "images are more than " + MOST_IMAGES + ", or one has too many or too long names";
        }
        Node.AgentUpdate u = b.update();
        if (u != null && !(isText(u.id()) && isText(u.version()) && isText(u.result()) && isOptionalText(u.reason()))) {
            return "update lacks its id, version or result, or has a text longer than " + LONGEST + " characters";
        }
        Node.SystemFacts f = b.nodeInfo();
        if (f != null
                && !(isOptionalText(f.bootID())
                        && isOptionalText(f.operatingSystem())
                        && isOptionalText(f.architecture())
                        && isOptionalText(f.kernelVersion())
                        && isOptionalText(f.osImage())
                        && isOptionalText(f.agentVersion()))) {
            return "nodeInfo has a text longer than " + LONGEST + " characters";
        }
        return null;
    }

    private static boolean isText(@Nullable String text) {
        return text != null && isOptionalText(text);
    }

    private static boolean isOptionalText(@Nullable String text) {
        return text == null || text.length() <= LONGEST && text.chars().noneMatch(c -> c < ' ');
    }
}
