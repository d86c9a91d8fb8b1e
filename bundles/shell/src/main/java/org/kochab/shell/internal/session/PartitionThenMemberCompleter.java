package org.kochab.shell.internal.session;

import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionService;

/** Completes partitions and members, for a command that takes one of each. */
@Service
public final class PartitionThenMemberCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    PartitionService partitions;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        Stream<String> all = partitions == null
                ? Stream.of()
                : Stream.concat(
                        partitions.partitions().stream().map(p -> p.spec().id().value()),
                        partitions.members().stream());
        return new StringsCompleter(all.toList()).complete(session, line, candidates);
    }
}
