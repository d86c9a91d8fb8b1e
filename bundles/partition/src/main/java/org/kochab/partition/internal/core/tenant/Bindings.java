package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Pod;
import org.kochab.api.model.PodStatus;

/** Which changes of pods are bindings. */
public final class Bindings {
    private static final Needle NODE = new Needle("\"nodeName\"");

    private Bindings() {}

    /**
     * Whether a pod got its node by a change, and nothing more that anybody waits for. Says no of some that are: the pod as it was is not decoded for this.
     *
     * @param before as it was stored, if it was there
     */
    public static boolean isOne(Optional<byte[]> before, Pod now) {
        return now.spec() != null
                && now.spec().nodeName() != null
                && now.metadata().deletionTimestamp() == null
                && isPending(now.status())
                && before.isPresent()
                && !NODE.isIn(before.get());
    }

    private static boolean isPending(@Nullable PodStatus status) {
        return status == null || status.phase() == null || status.phase().equals("Pending");
    }
}
