package org.kochab.api.link;

import java.util.List;
import org.kochab.api.model.PodStatus;

/**
 * {@code up/reported}: pods whose status changed, or all of them.
 *
 * @param sequence grows by one with each report of a birth
 * @param epoch of the desired state the node works on
 * @param generation of the desired state the node works on
 * @param full whether {@code pods} is everything the node has; what is missing from it is gone
 */
public record Reported(long birth, long sequence, long epoch, long generation, boolean full, List<Entry> pods) {
    public Reported {
        pods = pods == null ? List.of() : List.copyOf(pods);
    }

    /**
     * One pod.
     *
     * @param token of the claim under which it was started
     * @param gone true once nothing of the pod is left on the node: its capacity may be given to others
     */
    public record Entry(String uid, long token, boolean gone, PodStatus status) {}
}
