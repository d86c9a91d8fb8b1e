package org.kochab.shell.internal.command;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.karaf.shell.api.console.Session;
import org.kochab.shell.internal.core.Failure;
import org.kochab.shell.internal.core.Rollout;

/** Looks at something until it is done, has failed, or the time is over. */
final class Until {
    private static final long LOOK_AGAIN_MILLIS = 200;

    private Until() {}

    static String done(Session session, Duration most, Supplier<Rollout> look) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        try (var progress = new Progress(session)) {
            while (true) {
                Rollout now = look.get();
                if (now.done()) {
                    return now.message();
                }
                if (now.failure().isPresent()) {
                    throw new Failure(now.failure().get());
                }
                if (System.nanoTime() > end) {
                    throw new Failure("Not done after " + most.toSeconds() + " s. " + now.message());
                }
                progress.show(now.message() + " …");
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }
}
