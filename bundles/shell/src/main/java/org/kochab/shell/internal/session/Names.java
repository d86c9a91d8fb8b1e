package org.kochab.shell.internal.session;

import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceService;

/** Names of resources, for completion. */
final class Names {
    /** More names than this help nobody, and pressing a key must not load a whole tenant. */
    private static final int MOST = 200;

    private Names() {}

    /** The kinds that the line's tenant has; the built-in ones if that cannot be said now. */
    static List<Kind> kinds(@Nullable ResourceService resources, Session session, CommandLine line) {
        if (resources == null) {
            return Kind.BUILT_IN;
        }
        try {
            return resources.kinds(
                    Scope.of(session, after(line, "-t", "--tenant"), null).tenant());
        } catch (ResourceException | IllegalArgumentException e) {
            return Kind.BUILT_IN;
        }
    }

    static int complete(
            @Nullable ResourceService resources,
            Session session,
            CommandLine line,
            Kind kind,
            List<String> candidates) {
        return new StringsCompleter(of(resources, session, line, kind)).complete(session, line, candidates);
    }

    static List<String> of(@Nullable ResourceService resources, Session session, CommandLine line, Kind kind) {
        if (resources == null) {
            return List.of();
        }
        try {
            Scope scope = Scope.of(session, after(line, "-t", "--tenant"), after(line, "-n", "--namespace"));
            String namespace = kind.scope() == Kind.Scope.NAMESPACE ? scope.namespace() : null;
            return resources
                    .list(scope.tenantOf(kind), kind, Query.namespace(namespace).page(MOST, Optional.empty()))
                    .items()
                    .stream()
                    .map(r -> String.valueOf(r.metadata().name()))
                    .toList();
        } catch (ResourceException | IllegalArgumentException e) {
            // A completion that cannot be made is none; running the command will say why.
            return List.of();
        }
    }

    /** The word after an option, if it is on the line. */
    private static @Nullable String after(CommandLine line, String option, String alias) {
        String[] words = line.getArguments();
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals(option) || words[i].equals(alias)) {
                return words[i + 1];
            }
        }
        return null;
    }
}
