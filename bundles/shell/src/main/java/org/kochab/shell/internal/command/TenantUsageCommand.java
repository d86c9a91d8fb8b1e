package org.kochab.shell.internal.command;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.gateway.Gateway;
import org.kochab.api.gateway.TenantUsage;

@Command(
        scope = "kochab",
        name = "tenant-usage",
        description = "Shows what each tenant's users have asked of this member's HTTP API since it started",
        detailedDescription =
                "Operators are of tenant 'system'. Rejected is what was answered with 429, because the tenant asked for too much or because all queues were full; seconds is the time that answers took together. Running, waiting and watches are what there is now.")
@Service
public class TenantUsageCommand extends ViewCommand<TenantUsageCommand.Row> {
    private static final double TENTH = 100;

    @Reference(optional = true)
    @Nullable
    Gateway gateway;

    /** One tenant. */
    public record Row(
            String tenant, long requests, long rejected, double seconds, int running, int waiting, int watches) {}

    public TenantUsageCommand() {
        super(Row.class, "requests");
    }

    @Override
    List<Row> view() {
        return need(gateway, "HTTP API").usage().stream()
                .map(TenantUsageCommand::row)
                .toList();
    }

    private static Row row(TenantUsage u) {
        return new Row(
                u.tenant().value(),
                u.requests(),
                u.rejected(),
                Math.round(u.time().toMillis() / TENTH) / 10.0,
                u.running(),
                u.waiting(),
                u.watches());
    }

    @Override
    String nameOf(Row row) {
        return row.tenant();
    }
}
