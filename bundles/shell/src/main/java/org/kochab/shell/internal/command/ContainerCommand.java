package org.kochab.shell.internal.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Container;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.PartitionService;
import org.kochab.shell.internal.core.Failure;

/** A command on a container of a pod, done on the pod's node. */
abstract class ContainerCommand extends ResourceCommand {
    @Option(name = "-c", aliases = "--container", description = "Container; the pod's only one if not given")
    @Nullable
    String container;

    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Reference(optional = true)
    @Nullable
    List<ResourceManager> managers;

    /** Where a container runs. */
    record Place(String podUid, String container, String node) {}

    final NodeCommandRunner runner() {
        List<ResourceManager> all = managers;
        if (all == null || all.isEmpty()) {
            throw new Failure(
                    "No resource manager runs on this member: kochab:partition-list shows which member leads one");
        }
        return new NodeCommandRunner(need(partitions, "partition service"), all);
    }

    /** @param name a pod's name, or {@code pod/NAME} */
    final Place place(String name) {
        Pod pod = get(Kind.POD, name.startsWith("pod/") ? name.substring(4) : name, Pod.class);
        String node = pod.spec() == null ? null : pod.spec().nodeName();
        if (node == null) {
            throw new Failure("Pod " + name + " has no node yet: kochab:pod-explain " + name + " says why");
        }
        List<String> all = pod.spec().containers().stream().map(Container::name).toList();
        String which = container;
        if (which == null) {
            if (all.size() > 1) {
                throw new Failure(
                        "Pod " + name + " has several containers: name one with -c: " + String.join(", ", all));
            }
            which = all.get(0);
        } else if (!all.contains(which)
                && pod.spec().initContainers().stream().noneMatch(c -> c.name().equals(container))) {
            throw new Failure("Pod " + name + " has no container " + which + ", but " + String.join(", ", all));
        }
        return new Place(String.valueOf(pod.metadata().uid()), which, node);
    }
}
