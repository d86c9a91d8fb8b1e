package org.kochab.partition.internal.core.tenant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.node.Claim;
import org.kochab.api.node.ClaimRequest;
import org.kochab.codec.JacksonCodec;
import org.kochab.scheduler.internal.core.Engine;
import org.kochab.scheduler.internal.core.Profile;
import org.kochab.spi.scheduler.ClusterView;
import org.kochab.spi.scheduler.Decision;
import org.kochab.spi.scheduler.PodGroup;

/** A partition's desk with a manager's nodes, and the real engine as its scheduler. */
abstract class PreemptionWorld {
    static final String MANAGER = "rm-1";
    static final long SECOND = 1_000_000_000L;

    final JacksonCodec codec = new JacksonCodec();
    final PodDesk desk = new PodDesk("tp-1", 1, 0, Set.of(MANAGER));
    final Placements placements = new Placements(desk);
    final Preemptions preemptions = placements.preemptions();
    long now = SECOND;
    long revision = 10;
    int asked;

    /** All that the manager has. */
    void nodes(Map<String, String> cpus) {
        desk.beginRead(MANAGER);
        cpus.forEach(this::node);
        desk.endRead(MANAGER, cpus.keySet(), Set.of(), 1);
    }

    void node(String name, String cpu) {
        desk.nodePut(
                MANAGER,
                new Node(
                        "v1",
                        Kind.NODE.name(),
                        ObjectMeta.named(name).withLabels(Map.of("kubernetes.io/hostname", name)),
                        new Node.Spec(null, List.of()),
                        new Node.Status(
                                "Ready",
                                Map.of(),
                                Map.of("cpu", cpu, "memory", "64Gi", "pods", "20"),
                                List.of(),
                                List.of(),
                                null,
                                List.of(new Node.Runtime("oci", true, null, List.of("cpu"))),
                                List.of(),
                                null)),
                ++revision,
                now);
    }

    /** @param more of its spec, such as {@code 'priority':5} */
    Pod pod(String tenant, String name, String cpu, String more, String meta) {
        String json = "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "','namespace':'default','tenant':'"
                + tenant + "','uid':'" + tenant + "-" + name + "','labels':{'app':'" + name + "'}" + meta + "},'spec':{"
                + more + "'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'" + cpu + "'}}}]}}";
        return codec.decode(json.replace('\'', '"').getBytes(UTF_8), Pod.class);
    }

    PodRecord put(Pod pod) {
        String key = ObjectKeys.pod(
                String.valueOf(pod.metadata().tenant()),
                "default",
                String.valueOf(pod.metadata().name()));
        long at = ++revision;
        desk.podPut(key, at, at, pod);
        return desk.find(key).orElseThrow();
    }

    PodRecord waiting(String name, String cpu, int priority, String more) {
        return put(pod("acme", name, cpu, "'priority':" + priority + "," + more, ""));
    }

    PodRecord running(String tenant, String name, String cpu, int priority, String more) {
        return running(tenant, name, "n1", cpu, priority, more);
    }

    PodRecord running(String tenant, String name, String node, String cpu, int priority, String more) {
        PodRecord r = put(pod(tenant, name, cpu, "'nodeName':'" + node + "','priority':" + priority + "," + more, ""));
        desk.claimPut(MANAGER, claim(r), ++revision);
        return r;
    }

    PodRecord running(String name, String cpu, int priority) {
        return running("acme", name, cpu, priority, "");
    }

    static Claim claim(PodRecord r) {
        return new Claim(
                r.uid,
                1,
                r.shared.tenant,
                "default",
                r.name(),
                "tp-1",
                String.valueOf(r.node),
                r.shared.requests,
                r.shared.labels,
                r.shared.spec,
                1,
                null,
                false);
    }

    Optional<Decision> ask(ClusterView view, PodGroup group) {
        asked++;
        return Engine.place(view, List.of(group), 7, Profile.SPREAD.plugins()).stream()
                .findFirst();
    }

    /** As the pod thread does it. */
    void round() throws InterruptedException {
        Placements.Batch batch = placements.take(100, now);
        placements.decided(
                batch, Engine.place(placements.view(), batch.groups(), 7, Profile.SPREAD.plugins()), "spread", now);
        if (preemptions.isDue(now)) {
            preemptions.round(this::ask, () -> now);
        }
        now += SECOND;
    }

    List<String> evicted() {
        List<String> names = new ArrayList<>();
        for (PodRecord r : desk.takeDirty(100)) {
            if (r.eviction != null && !r.deleting) {
                names.add(r.name());
            }
            desk.written(r, false);
        }
        return names;
    }

    void ends(PodRecord victim) {
        desk.claimDeleted(MANAGER, String.valueOf(victim.node), victim.uid, ++revision);
        desk.podDeleted(victim.key());
    }

    List<String> claimed() {
        return placements.takeRequests(100, now).values().stream()
                .flatMap(List::stream)
                .map(ClaimRequest::claim)
                .map(Claim::pod)
                .toList();
    }
}
