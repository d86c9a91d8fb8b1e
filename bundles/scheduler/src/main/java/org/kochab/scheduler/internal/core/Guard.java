package org.kochab.scheduler.internal.core;

import java.util.Optional;
import java.util.function.Supplier;
import org.kochab.spi.scheduler.ClusterView;

/**
 * Calls of a vendor's plugin about one group. Whatever it throws is its failure, after which it is not called about the group any more. Only that the
 * batch has been given up goes on to the caller.
 */
final class Guard {
    private static final int LONGEST_REASON = 200;

    /** An answer that makes no sense. */
    private static final class WrongAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongAnswerException(String message) {
            super(message, null, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }

    private final Vendor vendor;
    private final PluginWatch watch;
    private final ClusterView view;
    private boolean told;
    private boolean failed;
    private String why = "";

    Guard(Vendor vendor, PluginWatch watch, ClusterView view) {
        this.vendor = vendor;
        this.watch = watch;
        this.view = view;
        watch.group();
    }

    static RuntimeException wrong(String answer) {
        return new WrongAnswerException(answer);
    }

    /** The first call about a group; empty if it has nothing to say, or has failed. */
    <T> Optional<T> begin(Supplier<Optional<T>> call) {
        Optional<T> begun = timed(call, Optional.empty());
        if (failed || begun.isPresent()) {
            watch.says();
        }
        return begun;
    }

    /** A call about many nodes. */
    <T> T timed(Supplier<T> call, T otherwise) {
        long start = watch.now();
        try {
            return ask(call, otherwise);
        } finally {
            watch.took(watch.now() - start);
        }
    }

    /** A vendor may throw anything, also what the compiler does not expect. @return the plugin's answer, or the other one if it has failed */
    <T> T ask(Supplier<T> call, T otherwise) {
        if (failed) {
            return otherwise;
        }
        watch.entered();
        try {
            return call.get();
        } catch (Throwable e) {
            // Throws if the batch has been given up: then it is no failure of this plugin.
            view.slots();
            failed = true;
            tell(e);
            return otherwise;
        } finally {
            watch.left();
        }
    }

    /** An answer that makes no sense, after which it is called on. */
    void complain(Supplier<String> answer) {
        if (!told) {
            tell(wrong(answer.get()));
        }
    }

    private void tell(Throwable failure) {
        if (!told) {
            told = true;
            why = text(failure);
            watch.failed(why, failure);
        }
    }

    boolean failed() {
        return failed;
    }

    String refusal(int nodes) {
        return refusal(vendor, nodes, "failed (" + why + ")");
    }

    static String refusal(Vendor vendor, int nodes, String what) {
        return nodes + (nodes == 1 ? " node is" : " nodes are") + " refused because " + vendor + " " + what
                + ": update or remove its bundle; until then nothing that it has a say in is placed";
    }

    /** One line, also of an exception that cannot even say what it is. */
    private static String text(Throwable failure) {
        String text;
        try {
            text = String.valueOf(failure).replaceAll("\\s+", " ");
        } catch (Throwable e) {
            text = failure.getClass().getName();
        }
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "..." : text;
    }
}
