package org.kochab.chaos.load.internal.swap;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Quantity;
import org.kochab.api.model.Resource;
import org.kochab.api.node.Claim;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceService;

/** What there is in the end, read anew: pods, claims and nodes, against what was answered and watched. One thread. */
final class ReadBack {
    private static final int PAGE = 2_000;

    private final Partition manager;
    private final Codec codec;
    private final Findings findings;
    private int placedOnce;
    private int lost;
    private int twice;
    private int oversold;

    ReadBack(Partition manager, Codec codec, Findings findings) {
        this.manager = manager;
        this.codec = codec;
        this.findings = findings;
    }

    /** Compares the run's pods, all of them submitted. */
    void compare(ResourceService resources, Submissions submissions, Bindings bindings, int pods) throws GoneException {
        Map<String, String> claims = new HashMap<>();
        Map<String, Map<String, Long>> taken = new TreeMap<>();
        entries(NodeKeys.CLAIMS, entry -> {
            Claim claim = codec.decode(entry.value(), Claim.class);
            if (claims.put(claim.podUid(), claim.node()) != null) {
                twice++;
                findings.add("pod " + claim.pod() + " has two claims");
            }
            Map<String, Long> node = taken.computeIfAbsent(claim.node(), n -> new TreeMap<>());
            claim.requests().forEach((resource, amount) -> node.merge(resource, amount, Long::sum));
        });
        sizes(taken);
        boolean[] found = new boolean[pods];
        each(resources, pod -> {
            int number = Pods.number(pod);
            if (number < 0 || number >= pods) {
                return;
            }
            String node = pod.spec() == null ? null : pod.spec().nodeName();
            String claim = claims.remove(String.valueOf(pod.metadata().uid()));
            found[number] = true;
            if (!submissions.uid(number).equals(pod.metadata().uid())) {
                lost++;
                findings.add("pod " + number + " is not the one that was submitted");
            } else if (node == null) {
                lost++;
                findings.add("pod " + number + " has no node");
            } else if (!node.equals(claim) || !node.equals(bindings.node(number))) {
                twice++;
                findings.add("pod " + number + " is bound to " + node + ", claimed on " + claim + " and was seen on "
                        + bindings.node(number));
            } else {
                placedOnce++;
            }
        });
        for (int number = 0; number < pods; number++) {
            if (!found[number]) {
                lost++;
                findings.add("pod " + number + " is not there");
            }
        }
        twice += claims.size();
        claims.forEach(
                (uid, node) -> findings.add("there is a claim for " + uid + " on " + node + ", but no such pod"));
    }

    private void sizes(Map<String, Map<String, Long>> taken) throws GoneException {
        entries(NodeKeys.NODES, entry -> {
            Node node = codec.decode(entry.value(), Node.class);
            Map<String, Long> here = taken.remove(node.metadata().name());
            if (here != null && node.status() != null) {
                here.forEach((resource, amount) -> size(node, resource, amount));
            }
        });
        taken.keySet().forEach(node -> findings.add("there are claims on " + node + ", which is no node"));
    }

    private void size(Node node, String resource, long amount) {
        String text = node.status() == null ? null : node.status().allocatable().get(resource);
        Quantity all = Quantity.parse(text == null ? "0" : text);
        if (amount > (resource.equals("cpu") ? all.milli() : all.units())) {
            oversold++;
            findings.add("node " + node.metadata().name() + " is oversold: " + amount + " of " + text + " " + resource);
        }
    }

    /** How many nodes are ready. */
    int ready() throws GoneException {
        int[] ready = {0};
        entries(NodeKeys.NODES, entry -> {
            Node.Status status = codec.decode(entry.value(), Node.class).status();
            ready[0] += status != null && "Ready".equals(status.phase()) ? 1 : 0;
        });
        return ready[0];
    }

    private void entries(String prefix, Consumer<Entry> each) throws GoneException {
        ListPage page = manager.list(prefix, PAGE);
        page.entries().forEach(each);
        while (page.next().isPresent()) {
            page = manager.list(prefix, PAGE, page.next().get());
            page.entries().forEach(each);
        }
    }

    private static void each(ResourceService resources, Consumer<Pod> each) {
        Optional<String> next = Optional.empty();
        do {
            Query query = Query.namespace(Pods.NAMESPACE).page(PAGE, next);
            ResourcePage page = resources.list(Pods.TENANT, Kind.POD, query);
            for (Resource pod : page.items()) {
                each.accept((Pod) pod);
            }
            next = page.next();
        } while (next.isPresent());
    }

    Map<String, Object> figures() {
        Map<String, Object> figures = new TreeMap<>();
        figures.put("placed_once", placedOnce);
        figures.put("lost", lost);
        figures.put("twice", twice);
        figures.put("oversold", oversold);
        return figures;
    }
}
