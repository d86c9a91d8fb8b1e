package org.kochab.shell.internal.session;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.ResourceService;

/** Completes names of functions. */
@Service
public final class FunctionCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    ResourceService resources;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return Names.complete(resources, session, line, Kind.FUNCTION, candidates);
    }
}
