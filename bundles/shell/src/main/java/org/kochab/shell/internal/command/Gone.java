package org.kochab.shell.internal.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.Session;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.shell.internal.core.Failure;

/** Waits until resources are gone. */
final class Gone {
    private static final long LOOK_AGAIN_MILLIS = 200;

    private final ResourceService resources;
    private final Session session;

    Gone(ResourceService resources, Session session) {
        this.resources = resources;
        this.session = session;
    }

    void await(List<ResourceRef> refs, Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        List<ResourceRef> left = new ArrayList<>(refs);
        try (var progress = new Progress(session)) {
            while (true) {
                left.removeIf(r -> resources.get(r).isEmpty());
                if (left.isEmpty()) {
                    return;
                }
                progress.show("Waiting for " + left.size() + " of " + refs.size() + " to be gone …");
                if (System.nanoTime() > end) {
                    throw new Failure(left.size() + " still there after " + most.toSeconds() + " s, " + left.get(0)
                            + " first: kochab:describe shows what it waits for");
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }
}
