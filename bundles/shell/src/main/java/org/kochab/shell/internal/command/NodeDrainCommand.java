package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                "Cordons nodes and ends their pods but for those of daemon sets; what owns them replaces them elsewhere")
@Service
public class NodeDrainCommand extends NodeCommandBase {
    private static final int MOST = 100_000;

    @Option(name = "--grace-period", description = "Seconds that pods have to end; each pod's own if not given")
    @Nullable
    Long gracePeriod;

    @Option(name = "--force", description = "Ends pods too that nothing replaces")
    boolean force;

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
        int ended = 0;
        for (Pod p : pods) {
            ResourceRef ref = ResourceRef.of(Kind.POD, p);
            try {
                resources()
                        .delete(
                                ref,
                                new DeleteOptions(
                                        gracePeriod, false, p.metadata().uid(), false));
                gone.expect(ref, String.valueOf(p.metadata().uid()));
                ended++;
            } catch (ResourceException e) {
                if (e.reason() != ResourceException.Reason.NOT_FOUND
                        && e.reason() != ResourceException.Reason.CONFLICT) {
                    throw e;
                }
            }
        }
        if (!noWait) {
            gone.await(most);
        }
        String daemons = all == pods.size() ? "" : "; " + (all - pods.size()) + " of daemon sets stay";
        out.println("node/" + node + " drained of " + ended + " pods" + daemons);
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
