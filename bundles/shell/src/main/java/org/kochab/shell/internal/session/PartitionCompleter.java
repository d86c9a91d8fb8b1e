package org.kochab.shell.internal.session;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;

/** Completes names of tenant partitions and resource managers. */
@Service
public class PartitionCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    boolean offers(PartitionKind kind) {
        return kind != PartitionKind.DIRECTORY;
    }

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (partitions == null) {
            return -1;
        }
        List<String> names = partitions.partitions().stream()
                .filter(p -> offers(p.spec().kind()))
                .map(p -> p.spec().id().value())
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
