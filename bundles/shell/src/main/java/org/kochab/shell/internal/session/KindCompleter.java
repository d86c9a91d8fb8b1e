package org.kochab.shell.internal.session;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.resource.ResourceService;
import org.kochab.shell.internal.core.KindNames;

/** Completes kinds: plural, singular and short names. */
@Service
public final class KindCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    ResourceService resources;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        List<String> names = Names.kinds(resources, session, line).stream()
                .flatMap(k -> KindNames.names(k).stream())
                .distinct()
                .toList();
        return new StringsCompleter(names).complete(session, line, candidates);
    }
}
