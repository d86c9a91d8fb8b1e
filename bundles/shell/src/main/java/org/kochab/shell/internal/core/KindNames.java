package org.kochab.shell.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.kochab.api.model.Kind;

/** Finds kinds by what operators call them: plural, singular or short name, in any case; of those that are not built in, plural and group too. */
public final class KindNames {
    private KindNames() {}

    public static Optional<Kind> find(String text, List<Kind> kinds) {
        String wanted = text.toLowerCase(Locale.ROOT);
        // A short name never stands for another kind's full name.
        return kinds.stream()
                .filter(k -> !k.shortNames().contains(wanted) && names(k).contains(wanted))
                .findFirst()
                .or(() -> kinds.stream().filter(k -> names(k).contains(wanted)).findFirst());
    }

    public static Kind resolve(String text, List<Kind> kinds) {
        return find(text, kinds)
                .orElseThrow(() -> new Failure("There is no kind '" + text + "': use one of "
                        + String.join(", ", kinds.stream().map(Kind::plural).toList())));
    }

    /** Several kinds separated by commas; {@code all} means the workloads. */
    public static List<Kind> resolveSome(String text, List<Kind> kinds) {
        if (text.equals("all")) {
            return List.of(
                    Kind.POD,
                    Kind.SERVICE,
                    Kind.DEPLOYMENT,
                    Kind.REPLICA_SET,
                    Kind.STATEFUL_SET,
                    Kind.DAEMON_SET,
                    Kind.JOB,
                    Kind.CRON_JOB);
        }
        List<Kind> some = new ArrayList<>();
        for (String part : text.split(",")) {
            some.add(resolve(part.trim(), kinds));
        }
        return some;
    }

    /** All names of a kind, the plural first. */
    public static List<String> names(Kind kind) {
        List<String> names = new ArrayList<>();
        names.add(kind.plural());
        names.add(kind.name().toLowerCase(Locale.ROOT));
        if (kind.definition() != null) {
            names.add(kind.definition().singular());
            names.add(kind.plural() + "." + kind.group());
        }
        names.addAll(kind.shortNames());
        return names.stream().distinct().toList();
    }

    /** As {@code -o name} has it: {@code deployment/web}. */
    public static String qualified(Kind kind, String name) {
        return kind.name().toLowerCase(Locale.ROOT) + "/" + name;
    }
}
