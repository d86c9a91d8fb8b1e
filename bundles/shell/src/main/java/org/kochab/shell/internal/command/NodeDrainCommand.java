package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceRef;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Failure;

@Command(
        scope = "kochab",
        name = "node-drain",
        description =
                "Cordons nodes and ends their pods, but for those of daemon sets, as disruption budgets allow; what owns them replaces them elsewhere")
@Service
public class NodeDrainCommand extends NodeCommandBase {
    private static final int MOST = 100_000;
    private static final long LOOK_AGAIN_MILLIS = 500;

    @Option(name = "--grace-period", description = "Seconds that pods have to end; each pod's own if not given")
    @Nullable
    Long gracePeriod;

    @Option(name = "--force", description = "Ends pods too that nothing replaces")
    boolean force;

    @Option(name = "--disable-eviction", description = "Ends pods whatever disruption budgets say")
    boolean disableEviction;

    @Option(name = "--timeout", description = "How long to wait, for example 30s or 5m")
    String timeout = "5m";

    @Option(name = "--no-wait", description = "Does not wait until the pods have ended")
    boolean noWait;

    @Override
    void each(String node, PrintStream out) throws InterruptedException {
        Duration most = Ages.parse("--timeout", timeout);
        cordon(node, true);
        out.println("node/" + node + " cordoned");
        List<Pod> pods = new ArrayList<>(podsOn(node));
        int all = pods.size();
        pods.removeIf(NodeDrainCommand::isDaemon);
        List<String> alone = pods.stream()
                .filter(p -> p.metadata().ownerReferences().isEmpty())
                .map(p -> p.metadata().namespace() + "/" + p.metadata().name() + " of tenant "
                        + p.metadata().tenant())
                .toList();
        if (!alone.isEmpty() && !force) {
            throw new Failure("Nothing replaces " + alone.size() + " of the pods on node " + node + ", " + alone.get(0)
                    + " among them: use --force to end them all the same");
        }
        Gone gone = new Gone(resources(), session);
        long end = System.nanoTime() + most.toNanos();
        evict(node, pods, gone, end, out);
        if (!noWait) {
            gone.await(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        String daemons = all == pods.size() ? "" : "; " + (all - pods.size()) + " of daemon sets stay";
        out.println("node/" + node + " drained of " + gone.expected() + " pods" + daemons);
    }

    /** What disruption budgets keep is tried again until the time is over: the pods that have gone come back elsewhere. */
    private void evict(String node, List<Pod> pods, Gone gone, long end, PrintStream out) throws InterruptedException {
        List<Pod> left = pods;
        try (var progress = new Progress(session)) {
            while (true) {
                List<Pod> kept = new ArrayList<>();
                String why = "";
                for (Pod p : left) {
                    Optional<String> refusal = refusal(p, gone);
                    if (refusal.isPresent()) {
                        kept.add(p);
                        why = refusal.get();
                    }
                }
                if (kept.isEmpty()) {
                    return;
                }
                if (noWait || System.nanoTime() > end) {
                    throw new Failure(kept.size() + " of " + pods.size() + " pods are still on node " + node + ": "
                            + why + ". Try again, with a longer --timeout, or with --disable-eviction");
                }
                if (left == pods) {
                    out.println("node/" + node + " waits: " + why);
                }
                progress.show(kept.size() + " pods wait: " + why);
                Thread.sleep(LOOK_AGAIN_MILLIS);
                left = kept;
            }
        }
    }

    /** Why the pod stays for now; empty if it goes, or has gone. */
    private Optional<String> refusal(Pod p, Gone gone) {
        ResourceRef ref = ResourceRef.of(Kind.POD, p);
        DeleteOptions options =
                new DeleteOptions(gracePeriod, false, p.metadata().uid(), false);
        try {
            if (disableEviction) {
                resources().delete(ref, options);
            } else {
                resources().evict(ref, options);
            }
            gone.expect(ref, String.valueOf(p.metadata().uid()));
            return Optional.empty();
        } catch (ResourceException e) {
            return switch (e.reason()) {
                case NOT_FOUND, CONFLICT -> Optional.empty();
                case BUSY -> Optional.of(String.valueOf(e.getMessage()));
                default -> throw e;
            };
        }
    }

    /** Whether it belongs to the node: a daemon set would make it again at once. */
    private static boolean isDaemon(Pod pod) {
        return pod.metadata().ownerReferences().stream()
                .anyMatch(o -> Boolean.TRUE.equals(o.controller()) && o.kind().equals(Kind.DAEMON_SET.name()));
    }

    private List<Pod> podsOn(String node) {
        Query query = Query.namespace(null).withFields(Map.of("spec.nodeName", node));
        List<Pod> pods = new ArrayList<>();
        for (TenantId t : tenants()) {
            Listed part = list(t, Kind.POD, query, MOST);
            if (!part.unreachable().isEmpty()) {
                throw new Failure("Partition " + part.unreachable().get(0)
                        + " cannot be reached, so its pods on the node are not known: try again when it serves");
            }
            part.items().forEach(p -> pods.add((Pod) p));
        }
        return pods;
    }
}
