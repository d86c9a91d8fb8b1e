package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Deployment;
import org.kochab.api.model.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ReplicaSet;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StatefulSet;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.KindNames;
import org.kochab.shell.internal.session.NameCompleter;

@Command(
        scope = "kochab",
        name = "scale",
        description = "Changes the number of pods of a deployment, replica set, stateful set or function",
        detailedDescription = "kochab:scale deployment NAME NUMBER, or with --replicas NUMBER")
@Service
public class ScaleCommand extends ResourceCommand {
    @Argument(index = 0, name = "kind", required = true, description = "deployment, replicaset, statefulset, function")
    @Completion(
            value = StringsCompleter.class,
            values = {"deployment", "replicaset", "statefulset", "function"})
    String kind = "";

    @Argument(index = 1, name = "name", multiValued = true, description = "Name, then the number of pods")
    @Completion(NameCompleter.class)
    @Nullable
    List<String> words;

    @Option(name = "--replicas", description = "Number of pods")
    @Nullable
    Integer replicas;

    @Override
    void run(PrintStream out) {
        List<String> all = new ArrayList<>(some(words));
        String what = kind;
        if (kind.contains("/")) {
            what = kind.substring(0, kind.indexOf('/'));
            all.add(0, kind.substring(kind.indexOf('/') + 1));
        }
        if (all.isEmpty() || all.size() > 2 || (replicas == null) == (all.size() == 1)) {
            throw new Failure("Say what and how many: kochab:scale deployment NAME NUMBER");
        }
        int number = replicas != null ? replicas : number(all.get(1));
        if (number < 0) {
            throw new Failure("The number of pods is " + number + ": write 0 or more");
        }
        Kind k = kind(what);
        change(scope().ref(k, all.get(0)), r -> scaled(r, number));
        out.println(KindNames.qualified(k, all.get(0)) + " scaled to " + number);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Failure("The number of pods is '" + text + "': write a whole number");
        }
    }

    private static Resource scaled(Resource resource, int number) {
        if (resource instanceof Deployment d && d.spec() != null) {
            return d.withSpec(d.spec().withReplicas(number));
        } else if (resource instanceof ReplicaSet s && s.spec() != null) {
            return s.withSpec(s.spec().withReplicas(number));
        } else if (resource instanceof StatefulSet s && s.spec() != null) {
            return s.withSpec(s.spec().withReplicas(number));
        } else if (resource instanceof Function f && f.spec() != null) {
            return f.withSpec(f.spec().withReplicas(number));
        }
        throw new Failure("A " + resource.kind() + " cannot be scaled: use a deployment, a set or a function");
    }
}
