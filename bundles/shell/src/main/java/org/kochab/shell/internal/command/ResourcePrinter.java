package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.resourcetext.ResourceTables;
import org.kochab.resourcetext.Table;
import org.kochab.shell.internal.core.KindNames;
import org.kochab.shell.internal.core.RecordTable;
import org.kochab.shell.internal.session.Scope;

/** Prints resources in all forms. */
final class ResourcePrinter {
    private final PrintStream out;
    private final @Nullable Codec codec;
    private final int width;

    ResourcePrinter(PrintStream out, @Nullable Codec codec, int width) {
        this.out = out;
        this.codec = codec;
        this.width = width;
    }

    /** Says which tenant is shown, when the command did not. */
    void header(Output form, Kind kind, Scope scope, boolean allNamespaces, boolean allTenants) {
        boolean table = form == Output.TABLE || form == Output.WIDE;
        if (table && !scope.explicit() && !allTenants && kind.scope() != Kind.Scope.PLATFORM) {
            out.println("Tenant " + scope.tenant()
                    + (allNamespaces || kind.scope() == Kind.Scope.TENANT ? "" : ", namespace " + scope.namespace())
                    + ":");
        }
    }

    void table(Output form, Kind kind, List<? extends Resource> resources, ResourceTables.Shape shape, Instant now) {
        if (form == Output.NAME) {
            resources.forEach(r -> out.println(
                    KindNames.qualified(kind, String.valueOf(r.metadata().name()))));
        } else {
            print(ResourceTables.of(kind, resources, shape, now));
        }
    }

    void print(Table table) {
        table.lines(width).forEach(out::println);
    }

    /** @param none what is said in place of a table without rows */
    <R extends Record> void records(Output form, Class<R> type, List<R> all, String none) {
        if (form == Output.JSON || form == Output.YAML) {
            text(form, Output.Document.of(all, null));
        } else if (all.isEmpty()) {
            out.println(none);
        } else {
            print(RecordTable.of(type, all));
        }
    }

    /** JSON or YAML. */
    void text(Output form, Object value) {
        Codec c = KochabCommand.need(codec, "codec");
        out.print(
                form == Output.JSON
                        ? c.json(value).stripTrailing() + "\n"
                        : c.yaml(value).stripTrailing() + "\n");
    }

    /** Prints one batch after the other, tables under the columns of the first. */
    Consumer<List<Resource>> stream(Output form, Kind kind, ResourceTables.Shape shape) {
        if (form == Output.JSON || form == Output.YAML) {
            return batch -> batch.forEach(r -> {
                if (form == Output.YAML) {
                    out.println("---");
                }
                text(form, r);
            });
        }
        if (form == Output.NAME) {
            return batch -> table(form, kind, batch, shape, Instant.now());
        }
        return new Consumer<>() {
            private @Nullable List<Integer> widths;

            @Override
            public void accept(List<Resource> batch) {
                Table table = ResourceTables.of(kind, batch, shape, Instant.now());
                List<Integer> now = widths;
                if (now == null) {
                    if (batch.isEmpty()) {
                        return;
                    }
                    now = table.widths(width);
                    widths = now;
                    out.println(table.lines(width).get(0));
                }
                for (List<String> row : table.rows()) {
                    out.println(table.line(row, now));
                }
                out.flush();
            }
        };
    }
}
