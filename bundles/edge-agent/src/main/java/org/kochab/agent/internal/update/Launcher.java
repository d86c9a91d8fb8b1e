package org.kochab.agent.internal.update;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The script that started this agent and stays beside it, {@code bin/agent}.
 *
 * @param home of the version that runs
 * @param base where the agent keeps what is its own, whichever version runs
 * @param version that runs
 */
public record Launcher(Path home, Path base, String version) {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    /** Exit status by which the launcher knows that the agent is to be started again. */
    private static final int AGAIN = 75;

    /**
     * The one of this process, and from now on this process ends when that does: without it nobody would bring back a version that works.
     *
     * @param property of the framework, or of the system
     * @return empty if this process was not started by one
     */
    public static Optional<Launcher> find(UnaryOperator<String> property) {
        String process = property.apply("kochab.launcher");
        if (process == null || process.isEmpty()) {
            return Optional.empty();
        }
        Optional<ProcessHandle> parent = ProcessHandle.current().parent().filter(p -> Long.toString(p.pid())
                .equals(process));
        parent.ifPresentOrElse(p -> p.onExit().thenRun(Launcher::endAlone), Launcher::endAlone);
        return Optional.of(new Launcher(
                Path.of(property.apply("kochab.home")),
                Path.of(property.apply("kochab.base")),
                property.apply("kochab.version")));
    }

    private static void endAlone() {
        LOG.error("The launcher, bin/agent, has ended: so does the agent. What it started runs on");
        exit(1);
    }

    /** Ends this process, to be started again by the launcher in the version that is due. Returns at once. */
    public void restart() {
        exit(AGAIN);
    }

    /** On a thread of its own: a shutdown waits for the threads of the agent. */
    private static void exit(int status) {
        new Thread(() -> Runtime.getRuntime().exit(status), "kochab-agent-exit").start();
    }
}
