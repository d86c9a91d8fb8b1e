package org.kochab.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.PodDocument;
import org.kochab.api.link.Reported;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskState;

class ReconcilerTest {
    private static final String KIND = "process";

    private final Map<String, PodDocument> specs = new TreeMap<>();
    private long millis = 1_000_000;
    private long generation;
    private Reconciler core = restart(Checkpoint.EMPTY);

    private Moment now() {
        return new Moment(millis, Instant.ofEpochSecond(1_800_000_000).plusMillis(millis));
    }

    private Reconciler restart(Checkpoint saved) {
        return new Reconciler(saved, d -> Optional.ofNullable(specs.get(d)), "127.0.0.1", now());
    }

    private void ready(TaskHandle... tasks) {
        core.driver(KIND, List.of(tasks));
        core.probed(KIND, true, "");
    }

    private static Container container(String name, Container.Probe liveness, Container.Probe readiness) {
        return Container.builder()
                .name(name)
                .command(List.of("run"))
                .livenessProbe(liveness)
                .readinessProbe(readiness)
                .build();
    }

    private PodDocument pod(
            String uid, String policy, PodSpec.Disconnect disconnect, List<Container> inits, Container... mains) {
        return pod(uid, policy, disconnect, inits, null, mains);
    }

    private PodDocument pod(
            String uid,
            String policy,
            PodSpec.Disconnect disconnect,
            List<Container> inits,
            VirtualMachine machine,
            Container... mains) {
        PodSpec spec = PodSpec.builder()
                .containers(List.of(mains))
                .initContainers(inits)
                .runtimeClassName(KIND)
                .restartPolicy(policy)
                .terminationGracePeriodSeconds(7L)
                .disconnect(disconnect)
                .virtualMachine(machine)
                .build();
        return new PodDocument(uid, "acme", "default", uid, Map.of(), spec);
    }

    private PodDocument machine(String uid, Container... mains) {
        VirtualMachine machine = new VirtualMachine("vm", "image", null, List.of(), null, null, null, null);
        return pod(uid, "OnFailure", null, List.of(), machine, mains);
    }

    private PodDocument pod(String uid, String policy) {
        return pod(uid, policy, null, List.of(), container("main", null, null));
    }

    private static String digest(PodDocument pod) {
        return Digests.of((pod + " " + pod.spec()).getBytes(StandardCharsets.UTF_8));
    }

    private Desired.Entry entry(PodDocument pod, long token) {
        specs.put(digest(pod), pod);
        return new Desired.Entry(pod.uid(), digest(pod), token, null);
    }

    private List<Effect> want(Desired.Entry... pods) {
        return want(1, ++generation, pods);
    }

    private List<Effect> want(long epoch, long ofGeneration, Desired.Entry... pods) {
        List<Desired.Entry> list = List.of(pods);
        core.desired(new Desired(epoch, ofGeneration, Digests.of(list), list), now());
        core.missingSpecs().forEach(d -> Optional.ofNullable(specs.get(d)).ifPresent(p -> core.spec(d, p, now())));
        return core.step(now());
    }

    private TaskHandle started(String uid, String container, int attempt) {
        TaskHandle handle = new TaskHandle(uid, container, attempt, "data");
        core.started(uid, handle, "id-" + attempt, null, now());
        return handle;
    }

    private List<Effect> ended(TaskHandle handle, int code) {
        core.exited(handle.podUid(), handle, new TaskExit(code, 0, false, now().wall()), now());
        return core.step(now());
    }

    private List<Effect> later(long ms) {
        millis += ms;
        return core.step(now());
    }

    private PodStatus status(String uid) {
        return core.all().stream()
                .filter(e -> e.uid().equals(uid))
                .findFirst()
                .orElseThrow()
                .status();
    }

    private static List<Integer> attempts(List<Effect> effects) {
        List<Integer> attempts = new ArrayList<>();
        effects.forEach(e -> {
            if (e instanceof Effect.Start s) {
                attempts.add(s.attempt());
            }
        });
        return attempts;
    }

    @Test
    void aPodIsStartedOnceHoweverOftenItIsDesired() {
        ready();
        Desired.Entry pod = entry(pod("a", "Always"), 1);
        assertThat(attempts(want(pod))).containsExactly(0);
        assertThat(want(1, generation, pod)).isEmpty();
        started("a", "main", 0);
        assertThat(attempts(want(pod))).isEmpty();
        assertThat(status("a").phase()).isEqualTo("Running");
    }

    @Test
    void aVirtualMachineIsThePodsOneTask() {
        ready();
        List<Effect> effects = want(entry(machine("a"), 1));
        assertThat(effects).anySatisfy(e -> assertThat(e).isInstanceOfSatisfying(Effect.Start.class, s -> assertThat(
                        Tasks.of(s.document(), s.container(), 0, List.of(), Path.of("task"), GivenDevices.NONE)
                                .virtualMachine())
                .isEqualTo(s.document().spec().virtualMachine())));
        TaskHandle run = started("a", "vm", 0);
        assertThat(status("a").containerStatuses()).singleElement().satisfies(c -> assertThat(c.name())
                .isEqualTo("vm"));
        ended(run, 0);
        assertThat(status("a").phase()).isEqualTo("Succeeded");
    }

    @Test
    void containersBesideAVirtualMachineAreRefused() {
        ready();
        want(entry(machine("a", container("main", null, null)), 1));
        assertThat(status("a").reason()).isEqualTo("InvalidSpec");
    }

    @Test
    void olderEpochsAndGenerationsChangeNothing() {
        ready();
        want(5, 10, entry(pod("a", "Always"), 1));
        started("a", "main", 0);
        Checkpoint before = core.checkpoint();
        assertThat(want(4, 99)).noneMatch(e -> e instanceof Effect.Stop);
        assertThat(want(5, 9)).isEmpty();
        assertThat(core.checkpoint().epoch()).isEqualTo(before.epoch());
        assertThat(core.checkpoint().desired()).isEqualTo(before.desired());
        assertThat(want(6, 1))
                .anyMatch(e -> e instanceof Effect.Stop s && s.grace().equals(Duration.ofSeconds(7)));
    }

    @Test
    void wrongDigestsAreRefused() {
        List<Desired.Entry> pods = List.of(entry(pod("a", "Always"), 1));
        assertThatThrownBy(() -> core.desired(new Desired(1, 1, "0", pods), now()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(core.epoch()).isZero();
    }

    @Test
    void aPodThatIsGoneComesBackOnlyUnderAHigherToken() {
        ready();
        Desired.Entry pod = entry(pod("a", "Always"), 3);
        want(pod);
        TaskHandle task = started("a", "main", 0);
        assertThat(want()).anyMatch(e -> e instanceof Effect.Stop);
        assertThat(ended(task, 0)).anyMatch(e -> e instanceof Effect.Remove r && r.last());
        core.removed("a", task, true, now());
        assertThat(core.step(now())).anyMatch(e -> e instanceof Effect.Discard);
        core.discarded("a", true, now());
        core.step(now());
        assertThat(core.takeChanges()).anyMatch(Reported.Entry::gone);
        assertThat(want(pod)).isEmpty();
        core = restart(core.checkpoint());
        ready();
        assertThat(want(pod)).isEmpty();
        assertThat(attempts(want(entry(pod("a", "Always"), 4)))).containsExactly(0);
    }

    @Test
    void restartsWaitLongerAndLonger() {
        ready();
        want(entry(pod("a", "Always"), 1));
        TaskHandle task = started("a", "main", 0);
        assertThat(attempts(ended(task, 1))).containsExactly(1);
        long[] waits = {10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000};
        int attempt = 1;
        for (long wait : waits) {
            task = started("a", "main", attempt++);
            assertThat(attempts(ended(task, 1))).isEmpty();
            assertThat(status("a").containerStatuses().get(0).state().waiting().reason())
                    .isEqualTo("CrashLoopBackOff");
            assertThat(core.nextDue(now())).isEqualTo(millis + wait);
            assertThat(attempts(later(wait - 1))).isEmpty();
            assertThat(attempts(later(1))).containsExactly(attempt);
        }
        task = started("a", "main", attempt);
        millis += 600_000;
        assertThat(attempts(ended(task, 1))).containsExactly(attempt + 1);
    }

    @Test
    void restartPoliciesDecide() {
        ready();
        want(
                entry(pod("never", "Never"), 1),
                entry(pod("failure", "OnFailure"), 1),
                entry(pod("fine", "OnFailure"), 1));
        assertThat(attempts(ended(started("never", "main", 0), 3))).isEmpty();
        assertThat(status("never").phase()).isEqualTo("Failed");
        assertThat(attempts(ended(started("failure", "main", 0), 3))).containsExactly(1);
        assertThat(attempts(ended(started("fine", "main", 0), 0))).isEmpty();
        assertThat(status("fine").phase()).isEqualTo("Succeeded");
    }

    @Test
    void initContainersRunFirstOneAfterTheOther() {
        ready();
        List<Container> inits = List.of(container("one", null, null), container("two", null, null));
        List<Effect> effects = want(entry(pod("a", "Always", null, inits, container("main", null, null)), 1));
        assertThat(effects)
                .singleElement()
                .matches(
                        e -> e instanceof Effect.Start s && s.container().name().equals("one"));
        assertThat(attempts(ended(started("a", "one", 0), 1))).containsExactly(1);
        assertThat(ended(started("a", "one", 1), 0))
                .anyMatch(
                        e -> e instanceof Effect.Start s && s.container().name().equals("two"));
        assertThat(status("a").phase()).isEqualTo("Pending");
        assertThat(ended(started("a", "two", 0), 0))
                .anyMatch(
                        e -> e instanceof Effect.Start s && s.container().name().equals("main"));
        started("a", "main", 0);
        core.step(now());
        assertThat(status("a").phase()).isEqualTo("Running");
    }

    @Test
    void probesGateAndKill() {
        ready();
        Container.Probe probe =
                new Container.Probe(null, new Container.TcpSocket("80", null), null, 5, 10, null, null, 2, null);
        want(entry(pod("a", "Always", null, List.of(), container("main", probe, probe)), 1));
        TaskHandle task = started("a", "main", 0);
        assertThat(later(4_999)).noneMatch(e -> e instanceof Effect.Check);
        assertThat(later(1)).filteredOn(e -> e instanceof Effect.Check).hasSize(2);
        assertThat(later(1)).isEmpty();
        core.checked("a", task, ProbeCycle.Kind.READINESS, true, "", now());
        core.checked("a", task, ProbeCycle.Kind.LIVENESS, false, "refused", now());
        assertThat(core.step(now())).isEmpty();
        assertThat(status("a").containerStatuses().get(0).ready()).isTrue();
        later(10_000);
        core.checked("a", task, ProbeCycle.Kind.LIVENESS, false, "refused", now());
        assertThat(core.step(now())).anyMatch(e -> e instanceof Effect.Stop);
        assertThat(attempts(ended(task, 137))).containsExactly(1);
        assertThat(status("a")
                        .containerStatuses()
                        .get(0)
                        .lastState()
                        .terminated()
                        .message())
                .contains("liveness");
    }

    @Test
    void afterARestartWhatRunsIsAdopted() {
        ready();
        want(entry(pod("a", "Always"), 1), entry(pod("b", "Always"), 1));
        TaskHandle a = started("a", "main", 0);
        core.step(now());
        core = restart(core.checkpoint());
        assertThat(core.step(now())).isEmpty();
        assertThat(core.settled()).isFalse();
        // The agent died between starting b and keeping its handle: b is found by its name.
        TaskHandle b = new TaskHandle("b", "main", 0, "found");
        ready(a, b);
        assertThat(core.step(now()))
                .containsExactlyInAnyOrder(new Effect.Recover("a", "main", a), new Effect.Recover("b", "main", b));
        core.recovered("a", a, new TaskState.Running("1"), null, now());
        core.recovered("b", b, new TaskState.Running("2"), null, now());
        assertThat(attempts(core.step(now()))).isEmpty();
        assertThat(core.settled()).isTrue();
        assertThat(status("a").containerStatuses().get(0).restartCount()).isZero();
    }

    @Test
    void afterARestartOfTheMachineWhatWasLostIsStartedAtOnce() {
        ready();
        want(entry(pod("a", "Always"), 1), entry(pod("b", "Never"), 1));
        TaskHandle a = started("a", "main", 0);
        TaskHandle b = started("b", "main", 0);
        core = restart(core.checkpoint());
        ready();
        core.step(now());
        core.recovered("a", a, new TaskState.Lost(""), null, now());
        core.recovered("b", b, new TaskState.Lost(""), null, now());
        assertThat(attempts(core.step(now()))).containsExactly(1);
        assertThat(status("b").phase()).isEqualTo("Failed");
    }

    @Test
    void nothingIsSweptBeforeTheManagerHasSpoken() {
        TaskHandle orphan = new TaskHandle("z", "main", 0, "data");
        TaskHandle wanted = new TaskHandle("a", "main", 4, "data");
        ready(orphan, wanted);
        assertThat(later(1_000_000)).isEmpty();
        // The checkpoint is lost: what runs for a wanted pod is adopted, not started twice.
        List<Effect> effects = want(entry(pod("a", "Always"), 1));
        assertThat(effects).contains(new Effect.Sweep(KIND, orphan), new Effect.Recover("a", "main", wanted));
        assertThat(attempts(effects)).isEmpty();
    }

    @Test
    void withoutContactOnlyPodsThatSaySoEnd() {
        ready();
        PodSpec.Disconnect disconnect = new PodSpec.Disconnect(null, "1m30s", null, null);
        want(
                entry(pod("a", "Always", disconnect, List.of(), container("main", null, null)), 1),
                entry(pod("b", "Always"), 1));
        TaskHandle a = started("a", "main", 0);
        started("b", "main", 0);
        core.step(now());
        assertThat(core.shortestDisconnect()).contains(90_000L);
        core.outOfContact(89_999);
        assertThat(core.step(now())).isEmpty();
        core.outOfContact(90_000);
        assertThat(core.step(now()))
                .singleElement()
                .matches(e -> e instanceof Effect.Stop s && s.uid().equals("a"));
        ended(a, 143);
        assertThat(status("a").phase()).isEqualTo("Failed");
        assertThat(status("a").reason()).isEqualTo("Disconnected");
        assertThat(status("b").phase()).isEqualTo("Running");
    }

    @Test
    void whatCannotBeStartedSaysWhyAndIsTriedAgain() {
        ready();
        want(entry(pod("a", "Always"), 1));
        core.startFailed("a", "main", RuntimeFailure.Code.INVALID, "limits.cpu cannot be enforced", now());
        assertThat(core.step(now())).isEmpty();
        PodStatus.Waiting waiting =
                status("a").containerStatuses().get(0).state().waiting();
        assertThat(waiting.reason()).isEqualTo("CreateContainerConfigError");
        assertThat(waiting.message()).contains("limits.cpu");
        // Nothing was left by the failed start: the attempt keeps its number, which drivers start at most once.
        assertThat(attempts(later(300_000))).containsExactly(0);
    }

    @Test
    void aDriverThatIsMissingIsNamed() {
        want(entry(pod("a", "Always"), 1));
        assertThat(status("a").containerStatuses().get(0).state().waiting().message())
                .contains("'process'");
        core.driver(KIND, List.of());
        core.probed(KIND, false, "it lacks setsid");
        core.step(now());
        assertThat(status("a").containerStatuses().get(0).state().waiting().message())
                .contains("setsid");
    }

    @Test
    void anotherSpecForTheSamePodReplacesWhatRuns() {
        ready();
        want(entry(pod("a", "Always"), 1));
        TaskHandle old = started("a", "main", 0);
        PodDocument changed =
                pod("a", "Always", null, List.of(), container("main", null, null), container("more", null, null));
        assertThat(want(entry(changed, 2))).anyMatch(e -> e instanceof Effect.Stop);
        List<Effect> effects = new ArrayList<>(ended(old, 143));
        effects.addAll(core.step(now()));
        assertThat(attempts(effects)).containsExactlyInAnyOrder(1, 0);
        assertThat(effects).anyMatch(e -> e instanceof Effect.Remove r && !r.last());
    }

    @Test
    void aPodThatIsToEndAndIsNotHereIsReportedGone() {
        Desired.Entry pod = new Desired.Entry("a", "0", 1, 5L);
        assertThat(want(pod)).isEmpty();
        assertThat(core.takeChanges()).singleElement().matches(Reported.Entry::gone);
        assertThat(core.missingSpecs()).isEmpty();
    }
}
