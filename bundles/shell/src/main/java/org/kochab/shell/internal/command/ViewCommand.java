package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.Codec;
import org.kochab.shell.internal.core.Failure;

/** Shows records of one type: columns of the table and keys of the JSON are the record's components. */
abstract class ViewCommand<R extends Record> extends KochabCommand {
    @Option(name = "-o", aliases = "--output", description = "table, json, yaml or name")
    @Completion(
            value = StringsCompleter.class,
            values = {"table", "json", "yaml", "name"})
    @Nullable
    String output;

    @Reference(optional = true)
    @Nullable
    Codec codec;

    private final Class<R> type;
    private final String what;

    /** @param what they are, in the plural, for example {@code stores} */
    ViewCommand(Class<R> type, String what) {
        this.type = type;
        this.what = what;
    }

    abstract List<R> view();

    @Override
    void run(PrintStream out) {
        Output form = Output.of(output);
        List<R> all = view();
        if (form == Output.NAME) {
            all.forEach(r -> out.println(nameOf(r)));
        } else {
            new ResourcePrinter(out, codec, width()).records(form, type, all, "No " + what + " found");
        }
    }

    String nameOf(R record) {
        throw new Failure("Output 'name' is not offered here: use table, json or yaml");
    }
}
