package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;
import org.kochab.api.node.NodeCommand;
import org.kochab.resourcetext.Ages;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PodCompleter;

@Command(
        scope = "kochab",
        name = "exec",
        description = "Runs a command in a container and prints its output",
        detailedDescription =
                "kochab:exec POD [-c CONTAINER] -- COMMAND [ARGUMENT …]. There is no terminal and no input: kubectl exec -i passes input on. "
                        + "The shell's exit status is the command's when it is called with one command, as by ./kochab sh.")
@Service
public class ExecCommand extends ContainerCommand {
    @Argument(
            index = 0,
            name = "pod",
            multiValued = true,
            required = true,
            description = "Name of the pod, then the command and its arguments")
    @Completion(PodCompleter.class)
    @Nullable
    List<String> words;

    @Option(name = "--timeout", description = "How long it may take, for example 30s or 5m")
    String timeout = "60s";

    @Override
    int plainWords() {
        return 1;
    }

    @Override
    void run(PrintStream out) {
        List<String> all = some(words);
        if (all.size() < 2) {
            throw new Failure("Say what to run: kochab:exec POD -- COMMAND");
        }
        Place place = place(all.get(0));
        int code = runner().run(
                        place.node(),
                        new NodeCommand.Exec(
                                place.podUid(),
                                place.container(),
                                all.subList(1, all.size()),
                                Ages.parse("--timeout", timeout).toSeconds()),
                        out,
                        session.getConsole());
        if (scripted()) {
            exitStatus = code;
        } else if (code != 0) {
            throw new Failure("The command ended with exit code " + code);
        }
    }
}
