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
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.PodCompleter;

@Command(scope = "kochab", name = "logs", description = "Prints what a container has written")
@Service
public class LogsCommand extends ContainerCommand {
    private static final long SECONDS = 30;
    private static final long FOLLOW_SECONDS = 3600;

    @Argument(index = 0, name = "pod", multiValued = true, required = true, description = "Name of the pod")
    @Completion(PodCompleter.class)
    @Nullable
    List<String> pods;

    @Option(name = "-f", aliases = "--follow", description = "Goes on, for at most an hour, until interrupted")
    boolean follow;

    @Option(name = "--tail", description = "Only so many of the last lines")
    @Nullable
    Integer tail;

    @Option(name = "-p", aliases = "--previous", description = "The run before the last restart")
    boolean previous;

    @Override
    void run(PrintStream out) {
        if (tail != null && tail < 0) {
            throw new Failure("Option --tail is " + tail + ": write a number of lines, 0 or more");
        }
        Place place = place(one(pods, "pod"));
        runner().run(
                        place.node(),
                        new NodeCommand.Logs(
                                place.podUid(),
                                place.container(),
                                tail,
                                follow,
                                previous,
                                follow ? FOLLOW_SECONDS : SECONDS),
                        out,
                        session.getConsole());
    }
}
