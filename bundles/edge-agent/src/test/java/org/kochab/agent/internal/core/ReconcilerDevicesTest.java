package org.kochab.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kochab.api.link.Desired;
import org.kochab.api.link.Digests;
import org.kochab.api.link.PodDocument;
import org.kochab.api.model.Container;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodStatus;
import org.kochab.spi.device.Device;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;

class ReconcilerDevicesTest {
    private static final String RESOURCE = "vendor.com/thing";

    private final Map<String, PodDocument> specs = new TreeMap<>();
    private final Map<String, Desired.Entry> wanted = new TreeMap<>();
    private long millis = 1_000_000;
    private long generation;
    private Reconciler core = restart(Checkpoint.EMPTY);

    private Moment now() {
        return new Moment(millis, Instant.ofEpochSecond(1_800_000_000).plusMillis(millis));
    }

    private Reconciler restart(Checkpoint saved) {
        Reconciler made = new Reconciler(saved, d -> Optional.ofNullable(specs.get(d)), "127.0.0.1", now());
        made.driver("process", List.of());
        made.probed("process", true, "");
        return made;
    }

    private static Device device(String id, Integer numa) {
        return new Device(id, null, new TreeMap<>(), numa);
    }

    private void devices(String... ids) {
        core.devices()
                .present(
                        RESOURCE,
                        List.of(ids).stream().map(i -> device(i, null)).toList());
    }

    private static Container container(String name, String number) {
        Map<String, String> amounts = number == null ? Map.of() : Map.of(RESOURCE, number, "cpu", "1");
        return Container.builder()
                .name(name)
                .command(List.of("run"))
                .resources(new Container.Resources(amounts, amounts))
                .build();
    }

    private List<String> want(String uid, List<Container> inits, Container... mains) {
        put(uid, inits, mains);
        return desire();
    }

    private void put(String uid, List<Container> inits, Container... mains) {
        PodSpec spec = PodSpec.builder()
                .containers(List.of(mains))
                .initContainers(inits)
                .runtimeClassName("process")
                .restartPolicy("OnFailure")
                .terminationGracePeriodSeconds(7L)
                .build();
        PodDocument pod = new PodDocument(uid, "acme", "default", uid, Map.of(), spec);
        String digest = Digests.of((pod + " " + pod.spec()).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        specs.put(digest, pod);
        wanted.put(uid, new Desired.Entry(uid, digest, 1, null));
    }

    private List<String> want(String uid, String number) {
        return want(uid, List.of(), container("main", number));
    }

    private List<String> desire() {
        List<Desired.Entry> pods = List.copyOf(wanted.values());
        core.desired(new Desired(1, ++generation, Digests.of(pods), pods), now());
        core.missingSpecs().forEach(d -> core.spec(d, specs.get(d), now()));
        return step();
    }

    /** @return what is started, {@code uid/container} each */
    private List<String> step() {
        List<String> starts = new ArrayList<>();
        for (Effect effect : core.step(now())) {
            if (effect instanceof Effect.Start start) {
                starts.add(start.uid() + "/" + start.container().name());
            }
        }
        return starts;
    }

    private TaskHandle started(String uid, String container) {
        TaskHandle handle = new TaskHandle(uid, container, 0, "data");
        core.started(uid, handle, "id", null, now());
        step();
        return handle;
    }

    private List<String> of(String uid) {
        return core.devices().of(uid, "main").getOrDefault(RESOURCE, List.of());
    }

    private PodStatus.Waiting waiting(String uid) {
        return core.all().stream()
                .filter(e -> e.uid().equals(uid))
                .findFirst()
                .orElseThrow()
                .status()
                .containerStatuses()
                .get(0)
                .state()
                .waiting();
    }

    private void end(String uid) {
        wanted.remove(uid);
        desire();
        TaskHandle handle = new TaskHandle(uid, "main", 0, "data");
        core.exited(uid, handle, new TaskExit(143, 15, false, now().wall()), now());
        step();
        core.removed(uid, handle, true, now());
        step();
        core.discarded(uid, true, now());
        core.step(now());
    }

    @Test
    void whatIsGivenIsInTheCheckpointBeforeTheStart() {
        devices("a", "b");
        assertThat(want("p", "1")).containsExactly("p/main");
        assertThat(of("p")).containsExactly("a");
        assertThat(core.checkpoint().devices())
                .containsExactly(new Checkpoint.HeldDevices("p", "main", false, RESOURCE, List.of("a")));
    }

    @Test
    void anAgentThatDiedBeforeTheStartGivesTheSameAgain() {
        devices("b");
        want("p", "1");
        core = restart(core.checkpoint());
        assertThat(step()).isEmpty();
        assertThat(waiting("p").message()).contains("no device provider for " + RESOURCE);
        devices("a", "b");
        assertThat(step()).containsExactly("p/main");
        assertThat(of("p")).containsExactly("b");
    }

    @Test
    void nobodyElseGetsADeviceUntilThePodIsGone() {
        devices("a");
        want("p", "1");
        started("p", "main");
        assertThat(want("q", "1")).isEmpty();
        assertThat(waiting("q").reason()).isEqualTo("DevicesNotReady");
        assertThat(waiting("q").message())
                .isEqualTo(
                        "needs 1 of vendor.com/thing, and 0 of the 1 devices that this node has are healthy and free");
        end("p");
        assertThat(core.nextDue(now())).isEqualTo(now().millis());
        assertThat(step()).containsExactly("q/main");
        assertThat(of("q")).containsExactly("a");
    }

    @Test
    void aPodThatHasEndedHasNoDevicesAnyMore() {
        devices("a");
        want("p", "1");
        TaskHandle run = started("p", "main");
        want("q", "1");
        core.exited("p", run, new TaskExit(0, 0, false, now().wall()), now());
        assertThat(step()).containsExactly("q/main");
        assertThat(core.all().get(0).status().phase()).isEqualTo("Succeeded");
        core = restart(core.checkpoint());
        devices("a");
        assertThat(core.checkpoint().devices())
                .containsExactly(new Checkpoint.HeldDevices("q", "main", false, RESOURCE, List.of("a")));
    }

    @Test
    void aContainerKeepsItsDevicesWhenItIsStartedAgainAndWaitsForThem() {
        devices("a", "b");
        want("p", "1");
        TaskHandle run = started("p", "main");
        devices("b");
        step();
        assertThat(waiting("p")).isNull();
        core.exited("p", run, new TaskExit(1, 0, false, now().wall()), now());
        step();
        millis += 600_000;
        assertThat(step()).isEmpty();
        assertThat(waiting("p").message()).contains("device a of vendor.com/thing is not there any more");
        core.devices().present(RESOURCE, List.of(new Device("a", "no power", new TreeMap<>(), null)));
        assertThat(step()).isEmpty();
        assertThat(waiting("p").message()).contains("device a of vendor.com/thing is not healthy: no power");
        devices("a", "b");
        assertThat(step()).containsExactly("p/main");
        assertThat(of("p")).containsExactly("a");
    }

    @Test
    void initContainersLeaveTheirDevicesToTheOthersOfTheirPod() {
        devices("a", "b", "c");
        want("p", List.of(container("i", "2"), container("j", "1")), container("main", "1"), container("side", "1"));
        assertThat(core.devices().of("p", "i")).containsEntry(RESOURCE, List.of("a", "b"));
        core.exited("p", started("p", "i"), new TaskExit(0, 0, false, now().wall()), now());
        assertThat(step()).containsExactly("p/j");
        core.exited("p", started("p", "j"), new TaskExit(0, 0, false, now().wall()), now());
        assertThat(step()).containsExactly("p/main", "p/side");
        assertThat(of("p")).containsExactly("a");
        assertThat(core.devices().of("p", "side")).containsEntry(RESOURCE, List.of("b"));
        assertThat(want("q", "1")).containsExactly("q/main");
        assertThat(of("q")).containsExactly("c");
    }

    @Test
    void devicesOfOneMemoryNodeArePreferred() {
        core.devices().present(RESOURCE, List.of(device("a", 0), device("b", 1), device("c", 1), device("d", null)));
        want("p", "2");
        assertThat(of("p")).containsExactly("b", "c");
        want("q", "2");
        assertThat(of("q")).containsExactly("a", "d");
    }

    @Test
    void unhealthyDevicesAreNotGivenAndNotAllocatable() {
        core.devices().present(RESOURCE, List.of(new Device("a", "broken", new TreeMap<>(), null), device("b", null)));
        assertThat(core.devices().numbers(false)).containsEntry(RESOURCE, 2L);
        assertThat(core.devices().numbers(true)).containsEntry(RESOURCE, 1L);
        want("p", "1");
        assertThat(of("p")).containsExactly("b");
    }

    @Test
    void whatIsOnlyANumberNeedsNoDevices() {
        core.devices().countOnly(new TreeSet<>(List.of(RESOURCE)));
        assertThat(want("p", "3")).containsExactly("p/main");
        assertThat(core.checkpoint().devices()).isEmpty();
    }

    @Test
    void aPodThatAsksForPartOfADeviceIsNoPod() {
        devices("a");
        assertThat(want("p", "500m")).isEmpty();
        assertThat(core.all().get(0).status().message()).contains("'500m' of vendor.com/thing is not a whole number");
    }

    @Test
    void whileDevicesOfWhatRunsAreNotKnownNoneIsGivenAway() {
        devices("a", "b");
        // The checkpoint is lost; a task of z runs.
        core.driver("process", List.of(new TaskHandle("z", "main", 0, "data")));
        put("z", List.of(), container("main", "1"));
        assertThat(want("p", "1")).isEmpty();
        assertThat(waiting("p").message()).contains("container main of pod z runs with devices");
        assertThat(core.checkpoint().devices())
                .containsExactly(new Checkpoint.HeldDevices("z", "main", false, RESOURCE, List.of()));
    }
}
