package org.kochab.shell.internal.command;

import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.ResourceManagers;
import org.kochab.api.partition.PartitionService;

/** A command that is done on a node. */
abstract class OnNodeCommand extends ResourceCommand {
    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Reference(optional = true)
    @Nullable
    ResourceManagers managers;

    final NodeCommandRunner runner() {
        return new NodeCommandRunner(need(partitions, "partition service"), need(managers, "way to resource managers"));
    }
}
