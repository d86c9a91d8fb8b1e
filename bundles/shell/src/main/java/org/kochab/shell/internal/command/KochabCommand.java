package org.kochab.shell.internal.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;
import org.kochab.api.codec.CodecException;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceException;
import org.kochab.resourcetext.AuditLine;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.session.Asking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all commands have in common: options may follow arguments, expected failures are one sentence and no stack trace, and the session
 * is told by an exception, so that scripts see them.
 *
 * <p>Services are optional references: a command whose service is away is still there and says so.
 */
abstract class KochabCommand implements Action {
    private static final Logger AUDIT = LoggerFactory.getLogger(AuditLine.LOGGER);
    private static final int MOST_SECONDS = 30;
    private static final int MOST_WORDS = 4;

    /** Commands that change nothing, those of the role viewer; the others leave a line in the audit log. */
    static final Set<String> LOOKS = Set.of(
            "cluster-status",
            "describe",
            "events",
            "explain",
            "get",
            "logs",
            "node-authority",
            "node-list",
            "partition-list",
            "plugin-info",
            "plugin-list",
            "pod-explain",
            "rollout-history",
            "rollout-status",
            "scheduler-list",
            "store-list",
            "tenant-list",
            "tenant-usage",
            "tenant-use",
            "update-list",
            "update-show",
            "wait",
            "watch");

    @Reference
    Session session;

    /** What {@link #scripted} callers get beside the output of a command that did not fail itself. */
    int exitStatus;

    @Override
    public final @Nullable Object execute() throws Exception {
        String outcome = "failed";
        // Without a buffer of its own: what it says and what the session says itself stay in order.
        try (PrintStream out =
                new PrintStream(new LiveOutput(System.out, session.getConsole()), false, StandardCharsets.UTF_8)) {
            TrailingOptions.bind(this, plainWords());
            run(out);
            outcome = "done";
            return exitStatus == 0 ? null : exitStatus;
        } catch (Failure | ResourceException | CodecException | IllegalArgumentException | IllegalStateException e) {
            throw failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw failed("Interrupted; what was begun goes on");
        } finally {
            if (!LOOKS.contains(name())) {
                audit(outcome);
            }
        }
    }

    private void audit(String outcome) {
        Requester asking = Asking.now();
        List<String> words = TrailingOptions.words(this);
        AuditLine line = new AuditLine(Instant.now(), "shell")
                .with("user", asking.user())
                .with("groups", asking.groups())
                .with("verb", name())
                .with("arguments", words.subList(0, Math.min(words.size(), Math.min(plainWords(), MOST_WORDS))));
        place(line);
        AUDIT.info(line.with("outcome", outcome).toString());
    }

    /** Adds where it works. */
    void place(AuditLine line) {
        // On the platform.
    }

    private CommandException failed(String sentence) {
        return scripted() ? new CommandException(sentence, sentence) : new CommandException(sentence);
    }

    /** Whether nobody sits at a terminal: the session is one command, and its exit status goes to whoever sent it. */
    final boolean scripted() {
        return session.getTerminal() == null;
    }

    abstract void run(PrintStream out) throws Exception;

    /** How many plain words may come before everything else belongs to the last argument. */
    int plainWords() {
        return Integer.MAX_VALUE;
    }

    final String name() {
        return getClass().getAnnotation(Command.class).name();
    }

    static <T> T need(@Nullable T service, String what) {
        if (service == null) {
            throw new Failure(
                    "The " + what
                            + " is not running on this member: wait until it has started, or see kochab:cluster-status and scr:list");
        }
        return service;
    }

    /** The only one of the arguments. */
    final String one(@Nullable List<String> arguments, String what) {
        if (arguments == null || arguments.size() != 1) {
            throw new Failure("Name one " + what + ": kochab:" + name() + " --help shows how");
        }
        return arguments.get(0);
    }

    static List<String> some(@Nullable List<String> arguments) {
        return arguments == null ? List.of() : arguments;
    }

    /** Waits for a service's answer. */
    static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Failure(
                    "No answer within " + MOST_SECONDS + " s: it may still be done; look before you try again");
        } catch (ExecutionException e) {
            Throwable cause =
                    e.getCause() instanceof CompletionException c && c.getCause() != null ? c.getCause() : e.getCause();
            throw new Failure(String.valueOf(cause.getMessage()));
        }
    }

    /** Characters in a line of the terminal, 0 if there is none. */
    final int width() {
        var terminal = session.getTerminal();
        return terminal == null ? 0 : terminal.getWidth();
    }
}
