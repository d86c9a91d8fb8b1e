package org.kochab.agent.internal.core;

import java.time.Duration;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.TaskHandle;

/** Something the core wants done elsewhere, after its state is durable. Each is answered by one call of the {@link Reconciler}. */
public sealed interface Effect {
    String uid();

    /** Make directories and volumes, prepare, start. */
    record Start(String uid, PodDocument document, Container container, boolean init, int attempt) implements Effect {}

    /** Ask the driver what became of a task. */
    record Recover(String uid, String container, TaskHandle handle) implements Effect {}

    /** Tell when the task ends. */
    record Watch(String uid, String container, TaskHandle handle) implements Effect {}

    /** Bring a task that runs to the limits and the power state that its pod has now. */
    record Update(String uid, PodDocument document, Container container, TaskHandle handle) implements Effect {}

    record Stop(String uid, String container, TaskHandle handle, Duration grace) implements Effect {}

    /** Remove an ended task; {@code last} is one of a pod that goes, not of a container that was restarted. */
    record Remove(String uid, String container, TaskHandle handle, boolean last) implements Effect {}

    /** Delete the pod's directory and volumes: nothing runs in them any more. */
    record Discard(String uid) implements Effect {}

    record Check(String uid, Container container, TaskHandle handle, ProbeCycle.Kind kind, Container.Probe probe)
            implements Effect {}

    /** Stop and remove a task that nobody wants; not answered. */
    record Sweep(String kind, TaskHandle handle) implements Effect {
        @Override
        public String uid() {
            return handle.podUid();
        }
    }
}
