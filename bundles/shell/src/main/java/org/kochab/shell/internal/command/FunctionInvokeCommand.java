package org.kochab.shell.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Annotations;
import org.kochab.api.model.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.LabelSelector;
import org.kochab.api.model.Pod;
import org.kochab.api.node.NodeCommand;
import org.kochab.api.resource.Query;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Readiness;
import org.kochab.shell.internal.session.FunctionCompleter;
import org.kochab.spi.runtime.FunctionDriver;

@Command(
        scope = "kochab",
        name = "function-invoke",
        description = "Calls a function and prints its answer",
        detailedDescription =
                "kochab:function-invoke NAME [--data TEXT | --file FILE]. One of the function's ready pods is taken,"
                        + " by chance. The shell's exit status is the function's when it is called with one command, as by"
                        + " ./kochab sh.")
@Service
public class FunctionInvokeCommand extends OnNodeCommand {
    private static final int MOST_PODS = 10_000;

    /** So long the node may take beyond the call's own time, to say that it is over. */
    private static final int MARGIN_SECONDS = 5;

    @Argument(index = 0, name = "function", multiValued = true, required = true, description = "Name of the function")
    @Completion(FunctionCompleter.class)
    @Nullable
    List<String> names;

    @Option(name = "--data", description = "The call's input")
    @Nullable
    String data;

    @Option(name = "--file", description = "A file on this machine with the call's input")
    @Completion(FileCompleter.class)
    @Nullable
    String file;

    @Override
    void run(PrintStream out) {
        String input = Base64.getEncoder().encodeToString(input());
        Function function = get(Kind.FUNCTION, one(names, "function").replaceFirst("^[a-z]+/", ""), Function.class);
        Pod pod = pod(function);
        Integer seconds = function.spec() == null ? null : function.spec().timeoutSeconds();
        int code = runner().run(
                        String.valueOf(pod.spec().nodeName()),
                        new NodeCommand.Invoke(
                                String.valueOf(pod.metadata().uid()),
                                pod.spec().tasks().get(0).name(),
                                input,
                                (seconds == null ? 0 : seconds) + MARGIN_SECONDS),
                        out,
                        session.getConsole());
        if (scripted()) {
            exitStatus = code;
        } else if (code != 0) {
            throw new Failure("The function ended with exit code " + code);
        }
    }

    private byte[] input() {
        if (data != null && file != null) {
            throw new Failure("Options --data and --file cannot be used together: leave one out");
        }
        byte[] bytes = {};
        if (data != null) {
            bytes = data.getBytes(StandardCharsets.UTF_8);
        } else if (file != null) {
            bytes = read(Path.of(file));
        }
        if (bytes.length > FunctionDriver.MOST_INPUT) {
            throw tooLarge();
        }
        return bytes;
    }

    private static byte[] read(Path path) {
        try {
            if (Files.size(path) > FunctionDriver.MOST_INPUT) {
                throw tooLarge();
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new Failure("File " + path + " cannot be read: " + e);
        }
    }

    private static Failure tooLarge() {
        return new Failure("The input is too large: a call takes at most " + FunctionDriver.MOST_INPUT / 1024 + " KiB");
    }

    private Pod pod(Function function) {
        String name = String.valueOf(function.metadata().name());
        Integer replicas = function.spec() == null ? null : function.spec().replicas();
        if (replicas != null && replicas == 0) {
            throw new Failure("Function " + name + " has 0 replicas: kochab:scale function " + name + " 1");
        }
        Map<String, String> labels = new TreeMap<>();
        labels.put(Annotations.FUNCTION, name);
        Query query = Query.namespace(scope().namespace()).withLabels(new LabelSelector(labels, List.of()));
        List<Pod> ready = list(scope().tenant(), Kind.POD, query, MOST_PODS).items().stream()
                .map(Pod.class::cast)
                .filter(p -> p.spec() != null
                        && p.spec().nodeName() != null
                        && p.spec().function() != null)
                .filter(p -> p.metadata().deletionTimestamp() == null && Readiness.ready(p))
                .toList();
        if (ready.isEmpty()) {
            throw new Failure("No pod of function " + name + " is ready: kochab:get pods -l " + Annotations.FUNCTION
                    + "=" + name + " shows them, kochab:pod-explain says why one waits");
        }
        return ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
    }
}
