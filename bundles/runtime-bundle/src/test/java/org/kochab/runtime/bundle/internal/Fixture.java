package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.kochab.api.model.Container;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** A Felix with a driver in it, and short ways to run bundles. */
final class Fixture implements AutoCloseable {
    final Path directory;
    final Framework framework;
    final BundleDriver driver;

    Fixture(Path directory) throws IOException, BundleException {
        this(directory, settings(directory, Duration.ofSeconds(60)));
    }

    Fixture(Path directory, Settings settings) throws IOException, BundleException {
        this.directory = directory;
        framework = framework(directory.resolve("felix"));
        driver = new BundleDriver(framework.getBundleContext(), settings);
    }

    static Settings settings(Path directory, Duration startLimit) {
        return new Settings(directory.resolve("state"), directory.resolve("images"), 1 << 20, 8, 64 * 1024, startLimit);
    }

    static Settings settings(Path directory, Duration startLimit, Duration giveUp) {
        return new Settings(
                directory.resolve("state"), directory.resolve("images"), 1 << 20, 8, 64 * 1024, startLimit, giveUp);
    }

    static Framework framework(Path storage) throws BundleException {
        FrameworkFactory factory =
                ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
        Framework framework =
                factory.newFramework(Map.of("org.osgi.framework.storage", storage.toString(), "felix.log.level", "1"));
        framework.start();
        return framework;
    }

    static void stop(Framework framework) {
        try {
            framework.stop();
            framework.waitForStop(10_000);
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void image(String name, Map<String, String> headers) {
        Jars.write(directory.resolve("images").resolve(name), headers);
    }

    static Container container(String image, String... args) {
        return Container.builder().name("main").image(image).args(List.of(args)).build();
    }

    TaskSpec task(String uid, int attempt, Container container) {
        return new TaskSpec(
                uid,
                "acme",
                "default",
                uid,
                attempt,
                container,
                Map.of(),
                List.of(),
                directory.resolve("tasks").resolve(uid + "-" + container.name() + "-" + attempt),
                null,
                null,
                false,
                null,
                List.of(),
                null);
    }

    TaskHandle start(TaskSpec task) {
        driver.prepare(task);
        return driver.start(task);
    }

    TaskHandle start(String uid, String image, String... args) {
        return start(task(uid, 0, container(image, args)));
    }

    TaskExit exit(TaskHandle handle) throws Exception {
        return driver.exit(handle).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    String log(TaskHandle handle) {
        StringBuffer text = new StringBuffer();
        driver.logs(
                handle,
                -1,
                false,
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> false);
        return text.toString();
    }

    /** Waits for its first line. */
    String firstLine(TaskHandle handle) {
        StringBuffer text = new StringBuffer();
        driver.logs(
                handle,
                -1,
                true,
                (error, bytes, offset, length) ->
                        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                () -> text.indexOf("\n") >= 0);
        return text.toString();
    }

    boolean leftNothing(String uid) throws IOException {
        try (var files = Files.walk(directory.resolve("state"))) {
            return files.noneMatch(f -> f.getFileName().toString().startsWith(uid + "_"))
                    && java.util.Arrays.stream(framework.getBundleContext().getBundles())
                            .noneMatch(b -> b.getLocation().contains(uid + "_"));
        }
    }

    @Override
    public void close() {
        driver.close();
        stop(framework);
    }
}
