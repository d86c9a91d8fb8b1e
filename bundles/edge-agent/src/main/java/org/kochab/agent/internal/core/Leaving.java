package org.kochab.agent.internal.core;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.kochab.spi.runtime.TaskHandle;

/** The last steps of a pod: its tasks are removed, then its directory; what fails is tried again. */
final class Leaving {
    private static final long RETRY_AFTER = 10_000;

    private enum Step {
        NONE,
        REMOVING,
        DISCARDING,
        GONE
    }

    private final String uid;
    private final SortedSet<String> removing = new TreeSet<>();
    private Step step = Step.NONE;
    private long notBefore;

    Leaving(String uid) {
        this.uid = uid;
    }

    boolean gone() {
        return step == Step.GONE;
    }

    void advance(Moment now, Stream<TaskHandle> tasks, Consumer<Effect> out) {
        if (now.millis() < notBefore) {
            return;
        }
        if (step == Step.NONE) {
            step = Step.REMOVING;
            tasks.forEach(task -> {
                removing.add(name(task));
                out.accept(new Effect.Remove(uid, task.container(), task, true));
            });
        }
        if (step == Step.REMOVING && removing.isEmpty()) {
            step = Step.DISCARDING;
            out.accept(new Effect.Discard(uid));
        }
    }

    private static String name(TaskHandle task) {
        return task.container() + "/" + task.attempt();
    }

    void removed(TaskHandle task, boolean ok, Moment now) {
        // A run that was replaced may be removed meanwhile: it is not one of those that are waited for.
        if (removing.remove(name(task)) && !ok) {
            retry(now);
        }
    }

    void discarded(boolean ok, Moment now) {
        if (ok) {
            step = Step.GONE;
        } else {
            retry(now);
        }
    }

    private void retry(Moment now) {
        step = Step.NONE;
        removing.clear();
        notBefore = now.millis() + RETRY_AFTER;
    }

    /** @return when to try again */
    long nextDue(Moment now) {
        return step == Step.NONE && notBefore > now.millis() ? notBefore : Long.MAX_VALUE;
    }
}
