package org.kochab.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kochab.spi.cluster.MemberCallException;
import org.kochab.spi.cluster.MemberCalls;

class SimulatedProcessTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess a = new SimulatedProcess(simulation, "a", 1);
    private final SimulatedProcess b = new SimulatedProcess(simulation, "b", 1.05);
    private final SimulatedNetwork network = new SimulatedNetwork(simulation, NetworkFaults.NONE);
    private final List<String> seen = new ArrayList<>(List.of("a", "b"));
    private final List<Long> happened = new ArrayList<>();

    @BeforeEach
    void start() {
        a.start();
        b.start();
    }

    @Test
    void whatAPausedProcessWasToDoWaitsAndWhatADeadOneWasToDoNeverHappens() {
        a.pause(Duration.ofSeconds(3));
        a.after(SECOND, () -> happened.add(simulation.nanos()));
        b.after(SECOND, () -> happened.add(-1L));
        simulation.after(Duration.ofMillis(500), b::end);
        simulation.run(Duration.ofSeconds(5));
        assertThat(happened).containsExactly(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void clocksRunAtTheirOwnSpeedJumpAndNeverGoBack() {
        simulation.run(Duration.ofSeconds(100));
        assertThat(b.nanos() - a.nanos()).isEqualTo(Duration.ofSeconds(5).toNanos());
        long before = a.nanos();
        a.jump(Duration.ofSeconds(-2));
        simulation.run(SECOND);
        assertThat(a.nanos()).isEqualTo(before);
        a.jump(Duration.ofSeconds(2));
        assertThat(a.nanos() - before).isEqualTo(SECOND.toNanos());
    }

    @Test
    void aCutIsOneWay() {
        network.cut(a, b);
        network.send(a, b, () -> happened.add(1L));
        network.send(b, a, () -> happened.add(2L));
        simulation.run(SECOND);
        assertThat(happened).containsExactly(2L);
    }

    @Test
    void anAnswerIsWaitedForWhileTheWorldGoesOn() throws Exception {
        MemberCalls asker = calls();
        byte[] answer = asker.request("b", "echo", new byte[] {7}, SECOND)
                .toCompletableFuture()
                .get(1, TimeUnit.SECONDS);
        assertThat(answer).containsExactly(7);
        assertThat(simulation.nanos()).isPositive();
        network.cut(b, a);
        var lost = asker.request("b", "echo", new byte[1], SECOND).toCompletableFuture();
        assertThatThrownBy(() -> lost.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> lost.get(1, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        var late = asker.request("b", "echo", new byte[1], SECOND).toCompletableFuture();
        simulation.after(Duration.ofMillis(100), a::end);
        assertThatThrownBy(() -> late.get(1, TimeUnit.SECONDS)).isInstanceOf(SimulatedProcess.Ended.class);
    }

    @Test
    void callsToWhomIsNotSeenAnyMoreAreLost() {
        SimulatedCalls.Connected asker = calls();
        network.cut(a, b);
        var lost = asker.request("b", "echo", new byte[1], SECOND).toCompletableFuture();
        seen.remove("b");
        asker.changed();
        assertThat(reason(lost::join)).isEqualTo(MemberCallException.Reason.LOST);
        var unreachable = asker.request("b", "echo", new byte[1], SECOND).toCompletableFuture();
        assertThat(reason(unreachable::join)).isEqualTo(MemberCallException.Reason.UNREACHABLE);
    }

    private SimulatedCalls.Connected calls() {
        SimulatedCalls calls = new SimulatedCalls(simulation, network, (service, payload) -> true);
        calls.join(b, () -> seen).serve("echo", (from, payload) -> CompletableFuture.completedFuture(payload));
        return calls.join(a, () -> seen);
    }

    private static MemberCallException.Reason reason(Runnable joins) {
        try {
            joins.run();
            throw new AssertionError("it was answered");
        } catch (CompletionException e) {
            return ((MemberCallException) e.getCause()).reason();
        }
    }
}
