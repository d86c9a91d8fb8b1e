package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.TenantMove;
import org.kochab.api.partition.TenantMoves;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.TenantCompleter;
import org.kochab.shell.internal.session.TenantPartitionCompleter;

@Command(
        scope = "kochab",
        name = "tenant-move",
        description = "Moves a tenant to another tenant partition while it is used",
        detailedDescription =
                "kochab:tenant-move TENANT --to PARTITION, and --abort to give that up; with neither it says how the last move is")
@Service
public class TenantMoveCommand extends KochabCommand {
    private static final Duration LOOK = Duration.ofSeconds(5);

    @Argument(index = 0, name = "tenant", multiValued = true, required = true, description = "Name of the tenant")
    @Completion(TenantCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--to", description = "Tenant partition it is to live in")
    @Completion(TenantPartitionCompleter.class)
    @Nullable
    String to;

    @Option(name = "--abort", description = "Give the move up: the tenant stays where it is")
    boolean abort;

    @Reference(optional = true)
    @Nullable
    TenantMoves moves;

    @Override
    void run(PrintStream out) throws InterruptedException {
        TenantMoves service = need(moves, "tenant service");
        var tenant = new TenantId(one(names, "tenant"));
        if (abort && to != null) {
            throw new Failure("Use --to or --abort, not both");
        }
        if (to != null) {
            service.begin(tenant, new PartitionId(to));
        } else if (abort) {
            service.abort(tenant);
        } else {
            out.println(line(service.await(tenant, Duration.ZERO)
                    .orElseThrow(() -> new Failure("Tenant " + tenant + " has never been moved"))));
            return;
        }
        TenantMove over = awaitOver(service, tenant);
        if (over.state() == TenantMove.State.ABORTED && !abort) {
            throw new Failure(line(over));
        }
        out.println(line(over));
    }

    private TenantMove awaitOver(TenantMoves service, TenantId tenant) throws InterruptedException {
        try (var progress = new Progress(session)) {
            while (true) {
                TenantMove now = service.await(tenant, LOOK)
                        .orElseThrow(() -> new Failure("Tenant " + tenant + " is not being moved any more"));
                if (now.state().isOver()) {
                    return now;
                }
                progress.show(line(now) + " …");
            }
        }
    }

    private static String line(TenantMove m) {
        return "tenant/" + m.tenant()
                + switch (m.state()) {
                    case DONE ->
                        " moved from " + m.from() + " to " + m.to() + ": " + m.objects()
                                + " objects, its callers waited " + m.pauseMillis() + " ms";
                    case ABORTED ->
                        " stays in " + m.from() + ", the move to " + m.to() + " was given up: " + m.message();
                    case COPYING, SWITCHING, ABORTING ->
                        " is being moved from " + m.from() + " to " + m.to() + ": "
                                + m.state().name().toLowerCase(Locale.ROOT);
                };
    }
}
