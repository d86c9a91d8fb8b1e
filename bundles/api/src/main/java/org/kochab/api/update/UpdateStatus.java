package org.kochab.api.update;

import java.util.List;

/**
 * How an update is.
 *
 * @param id of this update; nodes report by it what became of it
 * @param wave the present one, from 1
 * @param message one sentence: why it stopped, or what it waits for; may be empty
 * @param unreachable resource managers that cannot be asked now: their nodes are not counted
 * @param nodes that are being updated, have failed or are away, by name; at most 200
 */
public record UpdateStatus(
        UpdateSpec spec,
        String id,
        State state,
        int wave,
        String message,
        Counts counts,
        List<String> unreachable,
        List<NodeStatus> nodes) {
    public UpdateStatus {
        unreachable = List.copyOf(unreachable);
        nodes = List.copyOf(nodes);
    }

    public enum State {
        PROGRESSING,
        /** By an operator; nodes that are being updated finish. */
        PAUSED,
        /** Too many nodes failed. For good. */
        STOPPED,
        /** By an operator. For good. */
        ABORTED,
        /** Every node that is selected was updated or has failed. */
        COMPLETED;

        /** Whether nothing will change any more. */
        public boolean isFinal() {
            return this != PROGRESSING && this != PAUSED;
        }
    }

    /** Where a node is. */
    public enum Stage {
        UPDATED,
        /** It rolled back, refused, or did not report in time. */
        FAILED,
        UPDATING,
        /** Its turn has not come. */
        WAITING,
        /** Not heard of now; nothing is done with it until it is back. */
        AWAY
    }

    /** @param selected all of them; the sum of the others */
    public record Counts(int selected, int updated, int failed, int updating, int waiting, int away) {}

    /**
     * One node.
     *
     * @param version that its agent reports; may be empty
     * @param reason why it failed; else empty
     */
    public record NodeStatus(String node, String resourceManager, Stage stage, String version, String reason) {}
}
