package org.kochab.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Condition;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskState;

/** A pod that runs is given other resources or another power state. */
class ResizeTest {
    private static final String KIND = "process";
    private static final TaskHandle FIRST = new TaskHandle("u", "main", 0, "data");
    private static final TaskHandle SECOND = new TaskHandle("u", "main", 1, "data");

    private final Map<String, PodDocument> specs = new TreeMap<>();
    private long millis = 1_000_000;
    private long generation;
    private Reconciler core = restart(Checkpoint.EMPTY);

    private Moment now() {
        return new Moment(millis, Instant.ofEpochSecond(1_800_000_000).plusMillis(millis));
    }

    private Reconciler restart(Checkpoint saved) {
        Reconciler fresh = new Reconciler(saved, d -> Optional.ofNullable(specs.get(d)), "127.0.0.1", now());
        fresh.driver(KIND, List.of());
        fresh.probed(KIND, true, "");
        return fresh;
    }

    private static Container container(String cpu, String memory) {
        return Container.of("main", "image", List.of("run"))
                .withResources(new Container.Resources(Map.of("cpu", "1m"), Map.of("cpu", cpu, "memory", memory)));
    }

    private static Container restarting(String memory) {
        return container("1", memory).toBuilder()
                .resizePolicy(List.of(new Container.ResizePolicy("memory", "RestartContainer")))
                .build();
    }

    private static PodDocument pod(String policy, @Nullable VirtualMachine machine, Container... containers) {
        PodSpec spec = PodSpec.builder()
                .containers(List.of(containers))
                .runtimeClassName(KIND)
                .restartPolicy(policy)
                .terminationGracePeriodSeconds(7L)
                .virtualMachine(machine)
                .build();
        return new PodDocument("u", "acme", "default", "u", Map.of(), spec);
    }

    private static PodDocument pod(String cpu, String memory) {
        return pod("Always", null, container(cpu, memory));
    }

    private static PodDocument machine(@Nullable String power) {
        return pod("Never", new VirtualMachine("main", "image", null, List.of(), null, null, power, null));
    }

    private List<Effect> want(PodDocument pod) {
        String digest = Digests.of((pod + " " + pod.spec()).getBytes(StandardCharsets.UTF_8));
        specs.put(digest, pod);
        generation++;
        List<Desired.Entry> list = List.of(new Desired.Entry("u", digest, generation, null));
        core.desired(new Desired(1, generation, Digests.of(list), list), now());
        if (core.missingSpecs().contains(digest)) {
            core.step(now());
            if (generation > 1) {
                assertThat(condition()).as("it waits for its spec").isPresent();
            }
            core.spec(digest, pod, now());
        }
        return core.step(now());
    }

    private void running(PodDocument pod) {
        assertThat(want(pod)).hasSize(1).first().isInstanceOf(Effect.Start.class);
        core.started("u", FIRST, "id", null, now());
        core.step(now());
    }

    private PodStatus status() {
        return core.all().get(0).status();
    }

    private PodStatus.ContainerStatus main() {
        return status().containerStatuses().get(0);
    }

    private Optional<Condition> condition() {
        return status().conditions().stream()
                .filter(c -> c.type().equals("PodResizeInProgress"))
                .findFirst();
    }

    private static TaskExit exit(int code) {
        return new TaskExit(code, 0, false, Instant.EPOCH);
    }

    private static void isUpdate(List<Effect> effects, String cpu) {
        assertThat(effects).hasSize(1).first().isInstanceOfSatisfying(Effect.Update.class, u -> {
            assertThat(u.handle()).isEqualTo(FIRST);
            assertThat(u.container().resources().limits()).containsEntry("cpu", cpu);
        });
    }

    @Test
    void aRunIsBroughtToNewLimitsWithoutBeingEnded() {
        running(pod("1", "1Gi"));
        isUpdate(want(pod("2", "1Gi")), "2");
        assertThat(condition()).isPresent();
        assertThat(main().resources().limits()).containsEntry("cpu", "1");
        assertThat(core.step(now())).isEmpty();
        core.updated("u", FIRST, true, now());
        assertThat(core.step(now())).isEmpty();
        assertThat(condition()).isEmpty();
        assertThat(main().resources().limits()).containsEntry("cpu", "2");
        assertThat(main().restartCount()).isZero();
    }

    @Test
    void theNewestOfSeveralChangesIsInForceInTheEnd() {
        running(pod("1", "1Gi"));
        isUpdate(want(pod("2", "1Gi")), "2");
        assertThat(want(pod("3", "1Gi"))).isEmpty();
        core.updated("u", FIRST, true, now());
        isUpdate(core.step(now()), "3");
        core.updated("u", FIRST, true, now());
        core.step(now());
        assertThat(main().resources().limits()).containsEntry("cpu", "3");
    }

    @Test
    void aChangeDuringTheStartIsMadeAfterIt() {
        want(pod("1", "1Gi"));
        assertThat(want(pod("2", "1Gi"))).isEmpty();
        core.started("u", FIRST, "id", null, now());
        assertThat(core.step(now())).anySatisfy(e -> assertThat(e).isInstanceOf(Effect.Update.class));
    }

    @Test
    void aChangeThatIsTakenBackBeforeItsSpecCameIsOver() {
        running(pod("1", "1Gi"));
        List<Desired.Entry> list = List.of(new Desired.Entry("u", "0".repeat(64), ++generation, null));
        core.desired(new Desired(1, generation, Digests.of(list), list), now());
        core.step(now());
        assertThat(condition()).isPresent();
        assertThat(want(pod("1", "1Gi"))).isEmpty();
        assertThat(condition()).isEmpty();
    }

    @Test
    void requestsAloneChangeNothingThatRuns() {
        running(pod("1", "1Gi"));
        Container other = Container.of("main", "image", List.of("run"))
                .withResources(new Container.Resources(Map.of("cpu", "500m"), Map.of("cpu", "1", "memory", "1Gi")));
        assertThat(want(pod("Always", null, other))).isEmpty();
        assertThat(condition()).isEmpty();
        assertThat(main().resources().requests()).containsEntry("cpu", "500m");
    }

    @Test
    void anotherSpecIsStillAnotherRun() {
        running(pod("1", "1Gi"));
        Container other = Container.of("main", "other", List.of("run"));
        assertThat(want(pod("Always", null, other))).hasSize(1).first().isInstanceOf(Effect.Stop.class);
    }

    private void isStartedAnew(List<Effect> stop) {
        assertThat(stop).hasSize(1).first().isInstanceOf(Effect.Stop.class);
        core.exited("u", FIRST, exit(143), now());
        assertThat(core.step(now())).hasSize(1).first().isInstanceOf(Effect.Start.class);
        assertThat(condition()).isPresent();
        core.started("u", SECOND, "id", null, now());
        core.step(now());
        assertThat(condition()).isEmpty();
        assertThat(main().restartCount()).isEqualTo(1);
        assertThat(status().phase()).isEqualTo("Running");
    }

    @Test
    void whatTheDriverCannotDoIsARestart() {
        running(pod("Never", null, container("1", "1Gi")));
        isUpdate(want(pod("Never", null, container("2", "1Gi"))), "2");
        core.updated("u", FIRST, false, now());
        isStartedAnew(core.step(now()));
        assertThat(main().resources().limits()).containsEntry("cpu", "2");
    }

    @Test
    void whatWantsARestartGetsIt() {
        running(pod("Always", null, restarting("1Gi")));
        isStartedAnew(want(pod("Always", null, restarting("2Gi"))));
        assertThat(main().resources().limits()).containsEntry("memory", "2Gi");
    }

    @Test
    void whatFailedIsToldAndTriedAgain() {
        running(pod("1", "1Gi"));
        isUpdate(want(pod("2", "1Gi")), "2");
        core.updateFailed("u", FIRST, "the kernel does not take it", now());
        assertThat(core.step(now())).isEmpty();
        assertThat(condition()).hasValueSatisfying(c -> {
            assertThat(c.reason()).isEqualTo("Error");
            assertThat(c.message()).isEqualTo("the kernel does not take it");
        });
        assertThat(core.nextDue(now())).isEqualTo(millis + 5_000);
        millis += 5_000;
        isUpdate(core.step(now()), "2");
    }

    @Test
    void anAgentThatIsKilledMakesTheChangeAfterItsRestart() {
        running(pod("1", "1Gi"));
        want(pod("2", "1Gi"));
        core = restart(core.checkpoint());
        assertThat(core.step(now())).hasSize(1).first().isInstanceOf(Effect.Recover.class);
        core.recovered("u", FIRST, new TaskState.Running("id"), null, now());
        assertThat(core.step(now())).anySatisfy(e -> isUpdate(List.of(e), "2"));
        core.updated("u", FIRST, true, now());
        core.step(now());
        core = restart(core.checkpoint());
        core.step(now());
        core.recovered("u", FIRST, new TaskState.Running("id"), null, now());
        assertThat(core.step(now())).noneSatisfy(e -> assertThat(e).isInstanceOf(Effect.Update.class));
    }

    @Test
    void anAgentThatIsKilledInARestartGoesOnWithIt() {
        running(pod("Never", null, container("1", "1Gi")));
        want(pod("Never", null, container("2", "1Gi")));
        core.updated("u", FIRST, false, now());
        core.step(now());
        core = restart(core.checkpoint());
        core.step(now());
        core.recovered("u", FIRST, new TaskState.Ended(exit(143)), null, now());
        assertThat(core.step(now())).anySatisfy(e -> assertThat(e).isInstanceOf(Effect.Start.class));
    }

    @Test
    void aMachineIsPausedAndGoesOn() {
        running(machine(null));
        assertThat(want(machine("Paused"))).hasSize(1).first().isInstanceOf(Effect.Update.class);
        core.updated("u", FIRST, true, now());
        core.step(now());
        assertThat(status().reason()).isEqualTo("Paused");
        assertThat(main().ready()).isFalse();
        assertThat(want(machine("Running"))).hasSize(1).first().isInstanceOf(Effect.Update.class);
        core.updated("u", FIRST, true, now());
        core.step(now());
        assertThat(status().reason()).isNull();
        assertThat(main().ready()).isTrue();
    }

    @Test
    void aMachineIsSuspendedAndGoesOn() {
        running(machine(null));
        assertThat(want(machine("Suspended"))).hasSize(1).first().isInstanceOf(Effect.Update.class);
        core.updateFailed("u", FIRST, "no room", now());
        core.step(now());
        assertThat(condition().orElseThrow().message()).contains("no room");
        millis += 5_000;
        assertThat(core.step(now())).hasSize(1).first().isInstanceOf(Effect.Update.class);
        core.updated("u", FIRST, true, now());
        core.step(now());
        assertThat(condition()).isEmpty();
        assertThat(status().reason()).isEqualTo("Suspended");
        assertThat(main().ready()).isFalse();
        assertThat(want(machine("Running"))).hasSize(1).first().isInstanceOf(Effect.Update.class);
        core.updated("u", FIRST, true, now());
        core.step(now());
        assertThat(status().reason()).isNull();
        assertThat(main().ready()).isTrue();
        assertThat(main().restartCount()).isZero();
    }

    @Test
    void aMachineOfWhichNothingIsThereIsNotStartedToBeSuspended() {
        assertThat(want(machine("Suspended"))).isEmpty();
        assertThat(main().state().waiting().reason()).isEqualTo("Suspended");
        assertThat(want(machine("Running"))).hasSize(1).first().isInstanceOf(Effect.Start.class);
    }

    @Test
    void aMachineIsShutDownAndKeepsItsPlace() {
        running(machine(null));
        assertThat(want(machine("Shutdown"))).hasSize(1).first().isInstanceOf(Effect.Stop.class);
        assertThat(condition()).isPresent();
        core.exited("u", FIRST, exit(0), now());
        millis += 1_000_000;
        assertThat(core.step(now())).isEmpty();
        assertThat(condition()).isEmpty();
        assertThat(status().phase()).isEqualTo("Running");
        assertThat(status().reason()).isEqualTo("Shutdown");
        assertThat(main().state().waiting().reason()).isEqualTo("Shutdown");
        core = restart(core.checkpoint());
        assertThat(core.step(now())).isEmpty();
        assertThat(want(machine("Running"))).hasSize(1).first().isInstanceOf(Effect.Start.class);
        core.started("u", SECOND, "id", null, now());
        core.step(now());
        assertThat(status().reason()).isNull();
        assertThat(condition()).isEmpty();
    }

    @Test
    void aMachineThatIsOffIsNotStarted() {
        assertThat(want(machine("Shutdown"))).isEmpty();
        assertThat(main().state().waiting().reason()).isEqualTo("Shutdown");
        assertThat(want(machine(null))).hasSize(1).first().isInstanceOf(Effect.Start.class);
    }
}
