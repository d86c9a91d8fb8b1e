package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.kochab.api.model.Container;
import org.kochab.runtime.bundle.internal.trial.TrialActivator;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.RuntimeProbe;
import org.kochab.spi.runtime.TaskExit;
import org.kochab.spi.runtime.TaskHandle;
import org.kochab.spi.runtime.TaskSpec;

/** Really installs, starts and removes a bundle, to see whether the driver works here. */
final class Trial {
    private static final int CODE = 7;
    private static final long SECONDS = 20;

    private final BundleDriver driver;
    private final Path directory;

    Trial(BundleDriver driver, Path directory) {
        this.driver = driver;
        this.directory = directory.toAbsolutePath().resolve("trial");
    }

    RuntimeProbe run() {
        TaskSpec task = TaskSpec.trial(Container.of("trial", "trial.jar", List.of()), directory, null, null);
        try {
            TaskHandle handle = driver.start(task, Trial::write);
            try {
                TaskExit exit = driver.exit(handle).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
                StringBuilder output = new StringBuilder();
                driver.logs(
                        handle,
                        -1,
                        false,
                        (error, bytes, offset, length) ->
                                output.append(new String(bytes, offset, length, StandardCharsets.UTF_8)),
                        () -> false);
                boolean ok = exit.exitCode() == CODE && output.toString().equals("kochab" + System.lineSeparator());
                return new RuntimeProbe(
                        ok,
                        ok ? "" : "a trial bundle ended with " + exit.exitCode() + " and said '" + output + "'",
                        List.of());
            } finally {
                driver.stop(handle, Duration.ZERO);
                driver.remove(handle);
            }
        } catch (RuntimeFailure | ExecutionException | TimeoutException e) {
            return new RuntimeProbe(false, "a trial bundle could not be run: " + e.getMessage(), List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new RuntimeProbe(false, "interrupted", List.of());
        }
    }

    private static void write(Path to) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "org.kochab.runtime.bundle.trial");
        main.putValue("Bundle-Activator", TrialActivator.class.getName());
        main.putValue("Import-Package", "org.osgi.framework");
        String entry = TrialActivator.class.getName().replace('.', '/') + ".class";
        try (InputStream in = Trial.class.getClassLoader().getResourceAsStream(entry);
                OutputStream out = Files.newOutputStream(to);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            if (in == null) {
                throw new IOException("this driver's own bundle lacks " + entry);
            }
            jar.putNextEntry(new JarEntry(entry));
            in.transferTo(jar);
            jar.closeEntry();
        }
    }
}
