package org.kochab.runtime.bundle.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kochab.agenttasks.Ledger;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskState;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;

/** What a bundle does to the framework that it runs in, and what others do to it. The framework is a real one. */
final class BundleDriverTest {
    private static final Map<String, String> CHORES = Jars.chores("com.example.chores;singleton:=true");

    @TempDir
    Path directory;

    private static Bundle install(BundleContext context, Path jar) throws Exception {
        Bundle bundle = context.installBundle(jar.toUri().toString());
        bundle.start();
        return bundle;
    }

    /** Identifiers, states and wirings; a wiring is the same object as long as a bundle is not refreshed. */
    private static Map<Long, List<Object>> others(BundleContext context) {
        Map<Long, List<Object>> all = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (!Separation.isTask(bundle)) {
                all.put(
                        bundle.getBundleId(),
                        Arrays.asList(bundle.getSymbolicName(), bundle.getState(), bundle.adapt(BundleWiring.class)));
            }
        }
        return all;
    }

    private static List<Bundle> tasks(BundleContext context) {
        return Arrays.stream(context.getBundles()).filter(Separation::isTask).toList();
    }

    private static Map<String, String> passive(String name, String header, String value) {
        return Jars.with(Jars.without(Jars.chores(name), "Bundle-Activator"), header, value);
    }

    private void refuses(Fixture fixture, RuntimeFailure.Code code, String image, String what) throws Exception {
        assertThatThrownBy(() -> fixture.start("refused", image, "STAY"))
                .as(image)
                .isInstanceOfSatisfying(
                        RuntimeFailure.class, f -> assertThat(f.code()).isEqualTo(code))
                .hasMessageContaining(what);
        assertThat(fixture.leftNothing("refused")).isTrue();
    }

    @Test
    void othersAreLeftAlone() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            BundleContext context = fixture.framework.getBundleContext();
            install(
                    context,
                    Jars.write(
                            directory.resolve("a.jar"),
                            passive("com.example.a", "Export-Package", "com.example.shared")));
            install(
                    context,
                    Jars.write(
                            directory.resolve("b.jar"),
                            Jars.with(
                                    passive("com.example.b", "Import-Package", "com.example.shared"),
                                    "DynamicImport-Package",
                                    "*")));
            Map<Long, List<Object>> before = others(context);
            List<String> events = Collections.synchronizedList(new ArrayList<>());
            SynchronousBundleListener listener = event -> {
                if (!Separation.isTask(event.getBundle())) {
                    events.add(event.getType() + " " + event.getBundle());
                }
            };
            context.addBundleListener(listener);
            Map<String, String> both = Jars.with(CHORES, "Import-Package", "org.osgi.framework,com.example.shared");
            fixture.image("both.jar", Jars.with(both, "Export-Package", "com.example.shared,com.example.own"));
            fixture.image("user.jar", Jars.with(CHORES, "Import-Package", "org.osgi.framework,com.example.own"));
            TaskHandle exports = fixture.start("pod", "both.jar", "STAY");
            TaskHandle imports = fixture.start(fixture.task("pod", 1, Fixture.container("user.jar", "STAY")));
            assertThat(others(context)).isEqualTo(before);
            fixture.driver.stop(exports, Duration.ofSeconds(10));
            fixture.driver.remove(exports);
            assertThat(fixture.driver.recover(imports)).isInstanceOf(TaskState.Running.class);
            fixture.driver.stop(imports, Duration.ofSeconds(10));
            fixture.driver.remove(imports);
            assertThat(others(context)).isEqualTo(before);
            assertThat(tasks(context)).isEmpty();
            assertThat(events).isEmpty();
            context.removeBundleListener(listener);
        }
    }

    @Test
    void exportsAreSeenByTheirPodOnly() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("exports.jar", Jars.with(CHORES, "Export-Package", "com.example.own"));
            Map<String, String> importer = Jars.with(CHORES, "Import-Package", "org.osgi.framework,com.example.own");
            fixture.image("imports.jar", importer);
            fixture.start("one", "exports.jar", "STAY");
            refuses(fixture, RuntimeFailure.Code.IMAGE, "imports.jar", "com.example.own");
            TaskHandle same = fixture.start(fixture.task("one", 1, Fixture.container("imports.jar", "STAY")));
            assertThat(fixture.driver.recover(same)).isInstanceOf(TaskState.Running.class);
        }
    }

    @Test
    void oneBundleRunsSeveralTimes() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("chores.jar", CHORES);
            TaskHandle first = fixture.start("one", "chores.jar", "STAY");
            TaskHandle second = fixture.start("two", "chores.jar", "HEED");
            assertThat(fixture.firstLine(first)).isEqualTo("here\n");
            assertThat(fixture.firstLine(second)).isEqualTo("ready\n");
            fixture.driver.stop(first, Duration.ofSeconds(10));
            assertThat(fixture.exit(first).exitCode()).isZero();
            assertThat(fixture.driver.recover(second)).isInstanceOf(TaskState.Running.class);
        }
    }

    @Test
    void whatIsAPartOfTheNodeIsNotInstalledOverIt() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            install(
                    fixture.framework.getBundleContext(),
                    Jars.write(
                            directory.resolve("own.jar"),
                            Jars.without(Jars.chores("com.example.own"), "Bundle-Activator")));
            fixture.image("own.jar", Jars.chores("com.example.own"));
            refuses(fixture, RuntimeFailure.Code.INVALID, "own.jar", "org.osgi.framework.bsnversion");
        }
    }

    @Test
    void whatAFormerProcessLeftIsRemovedAndNotStarted() throws Exception {
        TaskHandle handle =
                new TaskHandle("one", "main", 0, directory.resolve("tasks/one").toString());
        new Ledger(directory.resolve("state/tasks")).began(handle);
        Framework former = Fixture.framework(directory.resolve("felix"));
        Path jar = Jars.write(directory.resolve("chores.jar"), Jars.without(CHORES, "Bundle-Activator"));
        try (InputStream in = Files.newInputStream(jar)) {
            // As a killed process leaves it: installed, and started transiently.
            former.getBundleContext()
                    .installBundle(Separation.location(handle), in)
                    .start(Bundle.START_TRANSIENT);
        }
        Fixture.stop(former);
        Framework next = Fixture.framework(directory.resolve("felix"));
        assertThat(tasks(next.getBundleContext())).singleElement().satisfies(left -> assertThat(left.getState())
                .isNotEqualTo(Bundle.ACTIVE));
        lost(next, handle);
    }

    private void lost(Framework next, TaskHandle handle) throws Exception {
        BundleContext context = next.getBundleContext();
        try (BundleDriver driver = new BundleDriver(context, Fixture.settings(directory, Duration.ofSeconds(60)))) {
            assertThat(tasks(context)).isEmpty();
            assertThat(driver.tasks()).contains(handle);
            assertThat(driver.recover(handle)).isInstanceOf(TaskState.Lost.class);
        } finally {
            Fixture.stop(next);
        }
    }

    @Test
    void whatEndsWithTheFrameworkHasNotEndedByItself() throws Exception {
        Fixture former = new Fixture(directory);
        former.image("chores.jar", CHORES);
        TaskHandle handle = former.start("one", "chores.jar", "STAY");
        Fixture.stop(former.framework);
        lost(Fixture.framework(directory.resolve("felix")), handle);
    }

    @Test
    void aCrashIsToldWithItsReason() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("chores.jar", CHORES);
            TaskHandle handle = fixture.start("one", "chores.jar", "CRASH");
            assertThat(fixture.exit(handle).exitCode()).isEqualTo(1);
            assertThat(fixture.log(handle)).contains("IllegalStateException: this one crashes", "ChoreActivator.start");
        }
    }

    @Test
    void whatHangsAtItsStartFailsAndIsNotStartedTwice() throws Exception {
        Path file = directory.resolve("go");
        Settings soonTired = Fixture.settings(directory, Duration.ofSeconds(5), Duration.ofMillis(300));
        try (Fixture fixture = new Fixture(directory, soonTired)) {
            fixture.image("chores.jar", CHORES);
            TaskHandle handle = fixture.start("one", "chores.jar", "HANG", file.toString());
            assertThat(fixture.exit(handle).exitCode()).isEqualTo(1);
            assertThat(fixture.log(handle)).contains("has not started within", "it is left behind");
            assertThatThrownBy(() -> fixture.driver.remove(handle)).hasMessageContaining("hangs");
            assertThatThrownBy(() -> fixture.start(fixture.task("one", 1, Fixture.container("chores.jar", "STAY"))))
                    .isInstanceOf(RuntimeFailure.class)
                    .hasMessageContaining("attempt 0 of this container still hangs");
            // Others are not held up.
            TaskHandle other = fixture.start("two", "chores.jar", "EXIT_42");
            assertThat(fixture.exit(other).exitCode()).isEqualTo(42);
            Files.createFile(file);
            awaitRemoval(fixture, handle);
            TaskHandle again = fixture.start(fixture.task("one", 1, Fixture.container("chores.jar", "STAY")));
            assertThat(fixture.driver.recover(again)).isInstanceOf(TaskState.Running.class);
        }
    }

    /** As the agent does it: again and again. */
    private static void awaitRemoval(Fixture fixture, TaskHandle handle) {
        long last = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                fixture.driver.remove(handle);
                return;
            } catch (RuntimeFailure e) {
                if (System.nanoTime() - last > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void threadsThatAreLeftBehindAreNamed() throws Exception {
        Path file = directory.resolve("go");
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("chores.jar", CHORES);
            TaskHandle handle = fixture.start("one", "chores.jar", "LEAVE_A_THREAD", file.toString());
            fixture.driver.stop(handle, Duration.ofSeconds(10));
            assertThat(fixture.exit(handle).exitCode()).isZero();
            assertThat(fixture.log(handle)).contains("left threads behind that hear no interrupt: left-behind");
            Files.createFile(file);
        }
    }

    @Test
    void whatOthersDoToItIsTold() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("chores.jar", CHORES);
            BundleContext context = fixture.framework.getBundleContext();
            TaskHandle stopped = fixture.start("one", "chores.jar", "STAY");
            context.getBundle(Separation.location(stopped)).stop();
            assertThat(fixture.exit(stopped).exitCode()).isZero();
            TaskHandle uninstalled = fixture.start("two", "chores.jar", "STAY");
            context.getBundle(Separation.location(uninstalled)).uninstall();
            assertThat(fixture.exit(uninstalled))
                    .extracting(TaskExit::exitCode, TaskExit::signal)
                    .containsExactly(137, 9);
            assertThat(fixture.log(uninstalled)).contains("somebody has uninstalled its bundle");
        }
    }

    @Test
    void imagesAreLookedAtFirst() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("chores.jar", CHORES);
            refuses(fixture, RuntimeFailure.Code.INVALID, "../chores.jar", "is not valid");
            refuses(fixture, RuntimeFailure.Code.INVALID, "/etc/passwd", "is not valid");
            refuses(fixture, RuntimeFailure.Code.INVALID, "chores.jar@sha256:12", "is not valid");
            refuses(fixture, RuntimeFailure.Code.IMAGE, "absent.jar", "put the jar there");
            refuses(fixture, RuntimeFailure.Code.IMAGE, "chores.jar@sha256:" + "0".repeat(64), "it has sha256:");
            Files.createSymbolicLink(directory.resolve("images/link.jar"), directory.resolve("images/chores.jar"));
            refuses(fixture, RuntimeFailure.Code.IMAGE, "link.jar", "is not a file");
            Files.writeString(directory.resolve("images/text.jar"), "no jar");
            refuses(fixture, RuntimeFailure.Code.INVALID, "text.jar", "is not a jar");
            Files.write(directory.resolve("images/large.jar"), new byte[(1 << 20) + 1]);
            refuses(fixture, RuntimeFailure.Code.INVALID, "large.jar", "largest.bytes");
            fixture.image("old.jar", Jars.without(CHORES, "Bundle-ManifestVersion"));
            refuses(fixture, RuntimeFailure.Code.INVALID, "old.jar", "is no bundle");
            fixture.image("nameless.jar", Jars.without(CHORES, "Bundle-SymbolicName"));
            refuses(fixture, RuntimeFailure.Code.INVALID, "nameless.jar", "is no bundle");
            fixture.image("fragment.jar", Jars.with(CHORES, "Fragment-Host", "system.bundle"));
            refuses(fixture, RuntimeFailure.Code.INVALID, "fragment.jar", "fragment");
            fixture.image("long.jar", Jars.with(CHORES, "Long", "x".repeat(65_000)));
            refuses(fixture, RuntimeFailure.Code.INVALID, "long.jar", "manifest of more than");
            fixture.image("lacks.jar", Jars.with(CHORES, "Import-Package", "org.osgi.framework,com.example.absent"));
            refuses(fixture, RuntimeFailure.Code.IMAGE, "lacks.jar", "com.example.absent");
            assertThat(fixture.driver.images())
                    .anySatisfy(i -> assertThat(i.names()).containsExactly("chores.jar"))
                    .noneSatisfy(i -> assertThat(i.names()).containsExactly("link.jar"));
        }
    }

    @Test
    void aPinnedImageIsTheOneThatRuns() throws Exception {
        try (Fixture fixture = new Fixture(directory)) {
            fixture.image("chores.jar", CHORES);
            byte[] bytes = Files.readAllBytes(directory.resolve("images/chores.jar"));
            String digest = java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
            TaskHandle handle = fixture.start("one", "chores.jar@sha256:" + digest, "EXIT_42");
            assertThat(fixture.exit(handle).exitCode()).isEqualTo(42);
        }
    }
}
