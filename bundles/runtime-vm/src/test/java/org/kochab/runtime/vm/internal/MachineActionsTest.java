package org.kochab.runtime.vm.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kochab.api.model.Container;
import org.kochab.api.model.VirtualMachine;
import org.kochab.spi.runtime.ActionEnd;
import org.kochab.spi.runtime.ActionEnd.Result;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskAction;
import org.kochab.spi.runtime.TaskAction.Reboot;
import org.kochab.spi.runtime.TaskAction.Restore;
import org.kochab.spi.runtime.TaskAction.Snapshot;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.kochab.spi.runtime.TaskState;

/** With a real machine, whose guest says what is in its memory and on its disk. */
@Timeout(300)
class MachineActionsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern COUNT =
            Pattern.compile("(?m)^[" + CountingGuest.FIRST + "-" + CountingGuest.LAST + "]\n");
    /** Longer than a test takes from a snapshot to where it restores it: else that might be seen as no jump at all. */
    private static final int CYCLE = CountingGuest.LAST - CountingGuest.FIRST + 1;

    private final Path base = Path.of("target/vm-actions").toAbsolutePath();
    private final String uid = "actions-" + UUID.randomUUID();
    private VmDriver driver;
    private TaskHandle machine;
    private int ids;

    @BeforeEach
    void begin() throws IOException {
        Assumptions.assumeTrue(VmDriver.missing().isEmpty(), VmDriver.missing());
        Path images = Files.createDirectories(base.resolve("images"));
        Files.write(images.resolve("counting.raw"), CountingGuest.image());
        driver = open();
        machine = driver.start(task(null));
        awaitCounts(3);
    }

    private TaskSpec task(@Nullable String power) {
        Container container = VmDriverContractTest.container("counting.raw", "16Mi", List.of());
        VirtualMachine its = new VirtualMachine(
                container.name(), container.image(), container.resources(), List.of(), null, null, power, null);
        return new TaskSpec(
                uid,
                "acme",
                "default",
                "pod",
                0,
                container,
                Map.of(),
                List.of(),
                base.resolve("tasks").resolve(uid),
                null,
                null,
                false,
                "machine",
                List.of(),
                its);
    }

    private VmDriver open() throws IOException {
        return new VmDriver(VmDriverContractTest.settings(base.resolve("state"), "tcg"));
    }

    /** The driver's process is killed, and another comes. */
    private void another() throws IOException {
        driver.close();
        driver = open();
    }

    @AfterEach
    void end() {
        if (machine != null) {
            driver.stop(machine, Duration.ZERO);
            driver.remove(machine);
        }
        if (driver != null) {
            driver.close();
        }
    }

    private String console() {
        StringBuilder text = new StringBuilder();
        driver.logs(
                machine,
                -1,
                false,
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.US_ASCII)),
                () -> false);
        return text.toString();
    }

    private String await(Pattern wanted) {
        return await(text -> wanted.matcher(text).find());
    }

    private String await(Predicate<CharSequence> wanted) {
        StringBuffer text = new StringBuffer();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        driver.logs(
                machine,
                -1,
                true,
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.US_ASCII)),
                () -> System.nanoTime() > end || wanted.test(text));
        assertThat(text).matches(wanted);
        return text.toString();
    }

    private int counts() {
        return counts(console());
    }

    private static int counts(CharSequence text) {
        return (int) COUNT.matcher(text).results().count();
    }

    private void awaitCounts(int number) {
        await(text -> counts(text) >= number);
    }

    private ActionEnd act(TaskAction action) {
        return driver.act(machine, "id-" + ++ids, action, LIMIT);
    }

    private void done(TaskAction action, String message) {
        assertThat(act(action)).isEqualTo(new ActionEnd(Result.DONE, message));
    }

    /** Where the guest's count does not go on by one: what it would have been, and what it was. What QEMU itself says is on the console, too. */
    private List<String> jumps() {
        return jumps(console());
    }

    private static List<String> jumps(CharSequence text) {
        String letters =
                COUNT.matcher(text).results().map(r -> r.group().strip()).collect(Collectors.joining());
        List<String> jumps = new ArrayList<>();
        for (int i = 1; i < letters.length(); i++) {
            char last = letters.charAt(i - 1);
            char next = last == CountingGuest.LAST ? CountingGuest.FIRST : (char) (last + 1);
            if (letters.charAt(i) != next) {
                jumps.add(next + " " + letters.charAt(i));
            }
        }
        return jumps;
    }

    /** What the guest says is on the console a moment later: another process puts it there. */
    private void awaitJump() {
        await(text -> !jumps(text).isEmpty());
    }

    @Test
    void aRebootBeginsAnewWithTheSameDisk() {
        done(new Reboot(), "The machine was reset.");
        assertThat(await(Pattern.compile("boot B\n0\n"))).startsWith("boot A\n0\n");
        assertThat(driver.recover(machine)).isInstanceOf(TaskState.Running.class);

        assertThat(driver.act(machine, "id-1", new Reboot(), LIMIT))
                .isEqualTo(new ActionEnd(Result.DONE, "The machine was reset."));
        awaitCounts(counts() + 3);
        assertThat(console()).doesNotContain("boot C");
    }

    @Test
    void aRestoreBringsMemoryAndDiskBack() {
        int before = counts();
        done(new Snapshot("one"), "The snapshot was taken. Snapshots of this run of the machine: one.");
        awaitCounts(counts() + 5);
        int after = counts();
        assertThat(jumps()).isEmpty();

        done(new Restore("one"), "The machine is back at the snapshot. Snapshots of this run of the machine: one.");
        awaitJump();
        awaitCounts(counts() + 3);
        assertThat(jumps()).singleElement().satisfies(jump -> {
            int at = jump.charAt(2) - CountingGuest.FIRST;
            assertThat(IntStream.rangeClosed(before - 1, after + 1).map(i -> i % CYCLE))
                    .as(jump + " between " + before + " and " + after)
                    .contains(at);
        });

        done(new Reboot(), "The machine was reset.");
        await(Pattern.compile("boot B\n"));
        done(new Restore("one"), "The machine is back at the snapshot. Snapshots of this run of the machine: one.");
        done(new Reboot(), "The machine was reset.");
        await(Pattern.compile("(?s)boot B\n.*boot B\n"));
        assertThat(console()).doesNotContain("boot C");
    }

    @Test
    void whatCannotBeIsRefusedAndChangesNothing() {
        assertThat(act(new Restore("one")))
                .isEqualTo(new ActionEnd(
                        Result.REFUSED, "There is no snapshot one. This run of the machine has no snapshots."));
        for (int i = 1; i <= MachineActions.MOST_SNAPSHOTS; i++) {
            assertThat(act(new Snapshot("s" + i)).result()).isEqualTo(Result.DONE);
        }
        assertThat(act(new Snapshot("s9"))).satisfies(e -> {
            assertThat(e.result()).isEqualTo(Result.REFUSED);
            assertThat(e.message()).contains("at most 8", "s1, s2, s3, s4, s5, s6, s7, s8.");
        });
        assertThat(act(new Snapshot("s1"))).satisfies(e -> {
            assertThat(e.result()).isEqualTo(Result.DONE);
            assertThat(e.message()).contains(": s2, s3, s4, s5, s6, s7, s8, s1.");
        });
        awaitCounts(counts() + 3);
        assertThat(jumps()).isEmpty();
    }

    @Test
    void whatADriverThatWasKilledHadBegunIsBroughtToItsEndOnce() throws Exception {
        left("save", new Snapshot("one"));
        another();
        assertThat(driver.act(machine, "save", new Snapshot("one"), LIMIT).result())
                .isEqualTo(Result.DONE);
        awaitCounts(counts() + 5);

        left("load", new Restore("one"));
        another();
        assertThat(driver.act(machine, "load", new Restore("one"), LIMIT).result())
                .isEqualTo(Result.DONE);
        awaitJump();
        awaitCounts(counts() + 5);
        assertThat(jumps()).hasSize(1);

        another();
        for (TaskAction again : List.of(new Snapshot("one"), new Restore("one"))) {
            String id = again instanceof Snapshot ? "save" : "load";
            assertThat(driver.act(machine, id, again, LIMIT).result()).isEqualTo(Result.DONE);
        }
        awaitCounts(counts() + 3);
        assertThat(jumps()).hasSize(1);
    }

    /** Leaves an action when QEMU has just begun it. */
    private void left(String id, TaskAction action) {
        assertThatThrownBy(() -> driver.act(machine, id, action, Duration.ZERO))
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(RuntimeFailure.Code.TEMPORARY));
    }

    private void power(String state) {
        assertThat(driver.update(machine, task(state))).isTrue();
    }

    /** Whether there is a QEMU of this machine. */
    private boolean isThere() {
        String own = Monitors.uuid(machine).toString();
        return ProcessHandle.allProcesses().anyMatch(p -> {
            String words = VmDriverTest.commandLine(p.pid());
            return words.startsWith(Machine.PROGRAM) && words.contains(own);
        });
    }

    private Monitors monitors() throws IOException {
        return new Monitors(base.resolve("state"));
    }

    @Test
    void aSuspendedMachineUsesNothingAndGoesOnWhereItWas() throws Exception {
        assertThat(act(new Snapshot("mine")).result()).isEqualTo(Result.DONE);
        power("Suspended");
        assertThat(isThere()).isFalse();
        String before = console();
        another();
        power("Suspended");
        assertThat(driver.recover(machine)).isInstanceOf(TaskState.Running.class);
        assertThat(driver.exit(machine).toCompletableFuture()).isNotDone();
        assertThat(act(new Reboot()).message())
                .isEqualTo("The machine is suspended: set its powerSpec to Running, and try again.");

        power("Paused");
        try (Qmp qmp = monitors().open(machine)) {
            assertThat(Monitors.isPaused(qmp)).isTrue();
        }
        power("Running");
        awaitCounts(counts(before) + 3);
        assertThat(jumps()).isEmpty();
        assertThat(console()).doesNotContain("boot B");
        power("Suspended");
        power("Running");
        assertThat(act(new Restore("mine")).message()).endsWith("Snapshots of this run of the machine: mine.");
        awaitCounts(counts() + 3);
        // The disk is the machine's own, too.
        done(new Reboot(), "The machine was reset.");
        await(Pattern.compile("boot B\n"));
    }

    @Test
    void whatADriverThatWasKilledHadBegunToSuspendOrToResumeIsBroughtToItsEnd() throws Exception {
        for (int millis : new int[] {0, 60, 150, 300}) {
            Suspension killed = new Suspension(monitors(), m -> true, new HashSet<>(), Duration.ofMillis(millis));
            begun(() -> killed.suspend(machine));
            another();
            power("Suspended");
            assertThat(isThere()).isFalse();
            int counts = counts();
            begun(() -> killed.resume(machine));
            another();
            power("Running");
            awaitCounts(counts + 2);
            // And one that is told otherwise meanwhile.
            begun(() -> killed.suspend(machine));
            another();
            power("Running");
            awaitCounts(counts() + 2);
        }
        assertThat(jumps()).isEmpty();
        assertThat(console()).doesNotContain("boot B");
    }

    private static void begun(Runnable call) {
        try {
            call.run();
        } catch (RuntimeFailure f) {
            assertThat(f.code()).isEqualTo(RuntimeFailure.Code.TEMPORARY);
        }
    }

    @Test
    void aMachineThatCannotGoOnSaysWhyAndGoesOnOnceItCan() throws Exception {
        power("Suspended");
        Path memory = Path.of(machine.data()).resolve(Qcow2Files.MEMORY + ".qcow2");
        Path elsewhere = memory.resolveSibling("elsewhere");
        Files.move(memory, elsewhere);
        assertThatThrownBy(() -> power("Running")).hasMessageContaining("QEMU does not start again");
        Qcow2Files.memory(memory);
        assertThatThrownBy(() -> power("Running")).hasMessageContaining("the machine cannot be resumed: ");
        assertThat(driver.recover(machine)).isInstanceOf(TaskState.Running.class);
        int before = counts();
        Files.move(elsewhere, memory, StandardCopyOption.REPLACE_EXISTING);
        power("Running");
        awaitCounts(before + 3);
        assertThat(jumps()).isEmpty();
    }

    @Test
    void aSuspendedMachineIsEndedAtOnce() throws Exception {
        power("Suspended");
        long begun = System.nanoTime();
        driver.stop(machine, Duration.ofSeconds(100));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
        assertThat(driver.recover(machine)).isInstanceOf(TaskState.Ended.class);
    }

    @Test
    void aResetThatCannotBeKnownToBeDoneIsNotCalledDone() throws Exception {
        ActionRecords.begin(machine, "reset");
        another();
        assertThat(driver.act(machine, "reset", new Reboot(), LIMIT).result()).isEqualTo(Result.INTERRUPTED);
        assertThat(driver.act(machine, "reset", new Reboot(), LIMIT).result()).isEqualTo(Result.INTERRUPTED);
        awaitCounts(counts() + 3);
        assertThat(console()).doesNotContain("boot B");
    }

    @Test
    void aMachineThatHasEndedIsNotActedOn() throws Exception {
        driver.stop(machine, Duration.ZERO);
        for (TaskAction action : List.of(new Reboot(), new Snapshot("one"), new Restore("one"))) {
            assertThatThrownBy(() -> act(action)).isInstanceOf(RuntimeFailure.class);
        }
    }
}
