package org.kochab.partition.internal.member;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;
import org.kochab.partition.internal.core.kernel.Leadership;
import org.kochab.partition.internal.core.kernel.LedPartition;
import org.kochab.partition.internal.remote.Peers;
import org.kochab.partition.internal.remote.StatusBoard;

/** How partitions are, put together from what this member does, what the leases say, and what the leaders say. */
final class Statuses {
    private final String member;
    private final Peers peers;
    private final StatusBoard board;

    Statuses(String member, Peers peers, StatusBoard board) {
        this.member = member;
        this.peers = peers;
        this.board = board;
    }

    void refresh() {
        board.refresh();
    }

    /** The member that serves it, by its own word. */
    Optional<String> serving(PartitionSpec spec, PartitionThread thread) {
        if (thread.led() != null) {
            return Optional.of(member);
        }
        Leadership.Standing s = thread.standing();
        return s.leader()
                .flatMap(leader -> board.of(spec, s.epoch()))
                .map(StatusBoard.Said::member)
                .filter(peers::isSeen);
    }

    PartitionStatus of(PartitionSpec spec, @Nullable PartitionThread thread) {
        if (spec.stage() == PartitionSpec.Stage.CLOSED) {
            return notServed(spec, Optional.empty(), 0, "Removing", "its leader has let go, it is being removed");
        }
        if (spec.stage() == PartitionSpec.Stage.SUSPENDED) {
            return notServed(
                    spec,
                    Optional.empty(),
                    0,
                    "Suspended",
                    "out of service; kochab:partition-resume " + spec.id() + " puts it back");
        }
        if (thread == null) {
            String why = "store '" + spec.store() + "' is not installed or not ready";
            return notServed(spec, Optional.empty(), 0, "Unavailable", why);
        }
        LedPartition led = thread.led();
        if (led != null) {
            return new PartitionStatus(
                    spec,
                    Optional.of(member),
                    led.epoch(),
                    led.lastRevision(),
                    led.entries(),
                    led.watchers(),
                    "Serving",
                    doing(spec, led.doing()));
        }
        Leadership.Standing s = thread.standing();
        return s.leader().isPresent() && !s.leader().get().equals(member)
                ? elsewhere(spec, s, s.leader().get())
                : notServed(spec, s.leader(), s.epoch(), s.state(), s.message());
    }

    private static String doing(PartitionSpec spec, String said) {
        return said.isEmpty() && !spec.nextStore().isEmpty()
                ? "is to be moved to store " + spec.nextStore() + ", which its leader does not have yet"
                : said;
    }

    private PartitionStatus elsewhere(PartitionSpec spec, Leadership.Standing s, String leader) {
        Optional<StatusBoard.Said> last = board.of(spec, s.epoch());
        if (last.isPresent() && peers.isSeen(last.get().member())) {
            StatusBoard.Said said = last.get();
            return new PartitionStatus(
                    spec,
                    Optional.of(said.member()),
                    said.epoch(),
                    said.revision(),
                    said.entries(),
                    said.watchers(),
                    "Serving",
                    doing(spec, said.doing()));
        }
        return peers.isSeen(leader)
                ? notServed(
                        spec, s.leader(), s.epoch(), "Follower", "led by " + leader + ", which has said nothing yet")
                : notServed(
                        spec,
                        s.leader(),
                        s.epoch(),
                        "Unavailable",
                        "led by " + leader
                                + ", which cannot be reached; another member takes over when its lease has ended");
    }

    private static PartitionStatus notServed(
            PartitionSpec spec, Optional<String> leader, long epoch, String state, String message) {
        return new PartitionStatus(spec, leader, epoch, -1, -1, -1, state, message);
    }
}
