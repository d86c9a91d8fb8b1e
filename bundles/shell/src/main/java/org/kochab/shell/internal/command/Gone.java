package org.kochab.shell.internal.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.console.Session;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.shell.internal.core.Failure;

/** Waits until resources are gone. One that is made again under its name, as a stateful set does, is another. */
final class Gone {
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final ResourceService resources;
    private final Session session;
    private final List<Awaited> left = new ArrayList<>();
    private int expected;

    private record Awaited(ResourceRef ref, String uid) {}

    Gone(ResourceService resources, Session session) {
        this.resources = resources;
        this.session = session;
    }

    /** The resource that has the name now, if there is one. */
    void expect(ResourceRef ref) {
        uid(ref).ifPresent(uid -> expect(ref, uid));
    }

    void expect(ResourceRef ref, String uid) {
        left.add(new Awaited(ref, uid));
        expected++;
    }

    /** How many were to go, those that have gone among them. */
    int expected() {
        return expected;
    }

    /** One that is not to go after all. */
    void forget(ResourceRef ref) {
        expected -= left.removeIf(a -> a.ref().equals(ref)) ? 1 : 0;
    }

    private Optional<String> uid(ResourceRef ref) {
        return resources.get(ref).map(r -> String.valueOf(r.metadata().uid()));
    }

    void await(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        int all = left.size();
        try (var progress = new Progress(session)) {
            while (true) {
                left.removeIf(a -> !uid(a.ref()).equals(Optional.of(a.uid())));
                if (left.isEmpty()) {
                    return;
                }
                progress.show("Waiting for " + left.size() + " of " + all + " to be gone …");
                if (System.nanoTime() > end) {
                    throw new Failure(left.size() + " still there after " + most.toSeconds() + " s, "
                            + left.get(0).ref() + " first: kochab:describe shows what it waits for");
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }
}
