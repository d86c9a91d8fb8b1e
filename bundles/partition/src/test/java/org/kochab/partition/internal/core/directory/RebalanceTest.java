package org.kochab.partition.internal.core.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionSpec;
import org.kochab.api.partition.PartitionStatus;

class RebalanceTest {
    private static final List<String> TWO = List.of("a", "b");
    private static final List<String> THREE = List.of("a", "b", "c");

    private final Rebalance rebalance = new Rebalance(Duration.ofSeconds(30));
    private final Map<String, String> leaders =
            new TreeMap<>(Map.of("directory", "a", "rm-1", "a", "rm-2", "b", "tp-1", "a", "tp-2", "b", "tp-3", "a"));
    private String state = "Serving";
    private long now;

    private Optional<Rebalance.Move> look(List<String> members, int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
        List<PartitionStatus> all = new ArrayList<>();
        leaders.forEach((id, leader) -> all.add(new PartitionStatus(
                new PartitionSpec(new PartitionId(id), PartitionKind.TENANT, "memory", "spread"),
                Optional.of(leader),
                1,
                1,
                1,
                1,
                id.equals("tp-1") ? state : "Serving",
                "")));
        Optional<Rebalance.Move> move = rebalance.look(all, members, now);
        move.ifPresent(m -> leaders.put(m.partition().value(), m.to()));
        return move;
    }

    @Test
    void whoComesGetsItsShareOneAfterTheOther() {
        look(TWO, 5);
        assertThat(look(THREE, 5)).isEmpty();
        assertThat(look(THREE, 20)).isEmpty();
        assertThat(look(THREE, 10)).map(Rebalance.Move::to).contains("c");
        assertThat(look(THREE, 5)).isEmpty();
        assertThat(look(THREE, 30)).map(Rebalance.Move::to).contains("c");
        assertThat(look(THREE, 30)).isEmpty();
        assertThat(leaders.values()).containsExactlyInAnyOrder("a", "a", "b", "b", "c", "c");
        assertThat(leaders).containsEntry("directory", "a");
    }

    @Test
    void whatIsMovedByHandStays() {
        look(THREE, 5);
        leaders.replaceAll((id, leader) -> "b");
        for (int i = 0; i < 10; i++) {
            assertThat(look(THREE, 30)).isEmpty();
        }
    }

    /** As after a time in which only one member was fast enough to keep its leases. */
    @Test
    void whoLeadsNothingForLongGetsItsShare() {
        look(THREE, 5);
        leaders.replaceAll((id, leader) -> "b");
        look(THREE, 30);
        look(THREE, 600);
        for (int i = 0; i < 10; i++) {
            look(THREE, 31);
        }
        assertThat(leaders.values()).containsExactlyInAnyOrder("a", "a", "b", "b", "c", "c");
    }

    @Test
    void whoeverLeadsSomethingIsLeftAlone() {
        look(THREE, 5);
        leaders.replaceAll((id, leader) -> "b");
        leaders.put("tp-1", "a");
        leaders.put("tp-2", "c");
        for (int i = 0; i < 40; i++) {
            assertThat(look(THREE, 31)).isEmpty();
        }
    }

    @Test
    void nothingMovesWhileSomethingIsNotServedOrMembersComeAndGo() {
        look(TWO, 5);
        look(THREE, 5);
        state = "Starting";
        assertThat(look(THREE, 40)).isEmpty();
        state = "Serving";
        assertThat(look(THREE, 20)).isEmpty();
        assertThat(look(TWO, 20)).isEmpty();
        assertThat(look(TWO, 40)).isEmpty();
        assertThat(look(THREE, 5)).isEmpty();
        assertThat(look(THREE, 31)).isPresent();
    }

    @Test
    void anotherLeaderOfTheDirectoryIsNotInterferedWith() {
        look(TWO, 5);
        look(THREE, 5);
        rebalance.pause();
        assertThat(look(THREE, 40)).isEmpty();
        assertThat(look(THREE, 40)).isEmpty();
    }
}
