package org.kochab.api.node;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Node;

/**
 * One step of a node's move from one resource manager to another. Every step can be repeated; a step of a move that is over, or older than the
 * newest one known, is refused.
 *
 * @param move number of the move: higher than that of any move of this node before
 * @param manager the other resource manager
 * @param parcel for {@link Kind#CHECK} and {@link Kind#TAKE}
 * @param after for {@link Kind#PACK}: the last pod that was packed before; empty to begin
 * @param epoch for {@link Kind#LEAVE}: the other manager's
 * @param generation for {@link Kind#LEAVE}: of the other manager's first desired state for the node
 */
public record NodeStep(
        Kind kind,
        String node,
        long move,
        String manager,
        @Nullable Parcel parcel,
        String after,
        long epoch,
        long generation) {
    /** Which step. */
    public enum Kind {
        /** Asked of the former manager: from now on nothing of the node changes. */
        HOLD,
        /** Asked of the former manager: the move is given up, it goes on with the node. */
        KEEP,
        /** Asked of the former manager: a part of what it has of the node it holds. */
        PACK,
        /** Asked of the new manager, before it is decided: whether it can take the parcel. */
        CHECK,
        /** Asked of the new manager, after it was decided: it takes the parcel; with the last one the node is its own. */
        TAKE,
        /** Asked of the new manager: how far it is. */
        LOOK,
        /** Asked of the former manager: the other one has the node; its agent is sent there. */
        LEAVE,
        /** Asked of the former manager: it forgets the node. */
        FORGET
    }

    public static NodeStep of(Kind kind, String node, long move, String manager) {
        return new NodeStep(kind, node, move, manager, null, "", 0, 0);
    }

    /**
     * What goes to the other manager: some claims with their reports; the last parcel has the node.
     *
     * @param birth as the former manager keeps it
     * @param tokens no higher token was ever given out
     * @param readings the latest of each tenant partition
     */
    public record Parcel(
            @Nullable Node node,
            String birth,
            List<Claim> claims,
            List<PodReport> reports,
            long tokens,
            Map<String, Reading> readings,
            List<TenantOwner> owners) {
        public Parcel {
            claims = claims == null ? List.of() : List.copyOf(claims);
            reports = reports == null ? List.of() : List.copyOf(reports);
            readings = readings == null ? Map.of() : Map.copyOf(readings);
            owners = owners == null ? List.of() : List.copyOf(owners);
        }
    }

    /**
     * What came of it; all of it is durable.
     *
     * @param refusal why not, in one sentence, and it will not be otherwise later; null if done
     * @param revision the manager's, at which it is done
     * @param epoch the manager's
     * @param generation of the node's desired state
     * @param taken whether the new manager has the node
     * @param arrived whether the node's agent has come to the new manager, too
     */
    public record Done(
            @Nullable String refusal,
            long revision,
            long epoch,
            long generation,
            boolean taken,
            boolean arrived,
            @Nullable Parcel parcel) {
        public static Done refused(String why) {
            return new Done(why, 0, 0, 0, false, false, null);
        }

        public Done at(long durable) {
            return new Done(refusal, durable, epoch, generation, taken, arrived, parcel);
        }
    }
}
