package org.kochab.shell.internal.session;

import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.ResourceService;
import org.kochab.shell.internal.core.KindNames;

/** Completes names of the kind that stands earlier on the line. */
@Service
public final class NameCompleter implements Completer {
    @Reference(optional = true)
    @Nullable
    ResourceService resources;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        if (resources == null) {
            return -1;
        }
        String[] words = line.getArguments();
        List<Kind> kinds = Names.kinds(resources, session, line);
        for (int i = 0; i < Math.min(words.length, line.getCursorArgumentIndex()); i++) {
            Optional<Kind> kind = KindNames.find(words[i], kinds);
            if (kind.isPresent()) {
                return Names.complete(resources, session, line, kind.get(), candidates);
            }
        }
        return -1;
    }
}
