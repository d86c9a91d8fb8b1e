package org.kochab.runtime.bundle.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import org.kochab.runtime.bundle.internal.BundleDriver;
import org.kochab.runtime.bundle.internal.Settings;
import org.kochab.spi.runtime.RuntimeDriver;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers the driver while the bundle is active. Whether it works on this machine is for its probe to say. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.runtime.bundle")
@Designate(ocd = BundleRuntime.Config.class)
public final class BundleRuntime {
    private static final int SMALLEST_LOG = 4096;
    private static final int LONGEST_START = 600;

    /** Configuration, PID {@code org.kochab.runtime.bundle}. */
    @ObjectClassDefinition(name = "Kochab bundle runtime")
    public @interface Config {
        @AttributeDefinition(
                name = "Directory",
                description = "Where the driver keeps which tasks there are and how they ended")
        String directory() default "data/runtime-bundle";

        @AttributeDefinition(name = "Images", description = "Directory of the jars that pods may run")
        String images() default "bundle-images";

        @AttributeDefinition(name = "Largest jar", description = "Bytes of one jar", min = "1")
        long largest_bytes() default 32 << 20;

        @AttributeDefinition(name = "Most tasks", description = "Bundles that run at once", min = "1")
        int tasks() default 64;

        @AttributeDefinition(
                name = "Log size",
                description = "Bytes at which a task's output goes on in a new file; two are kept",
                min = "4096")
        long log_bytes() default 10 << 20;

        @AttributeDefinition(
                name = "Start limit",
                description = "Seconds that an activator may take to start",
                min = "1",
                max = "600")
        int start_seconds() default 60;
    }

    private final BundleDriver driver;
    private final ServiceRegistration<RuntimeDriver> registration;

    @Activate
    public BundleRuntime(BundleContext context, Config config) throws IOException {
        driver = new BundleDriver(context, settings(config));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RuntimeDriver.KIND_PROPERTY, driver.kind());
        registration = context.registerService(RuntimeDriver.class, driver, properties);
    }

    static Settings settings(Config config) {
        if (config.tasks() < 1 || config.largest_bytes() < 1 || config.log_bytes() < SMALLEST_LOG) {
            throw new IllegalArgumentException(
                    "tasks and largest.bytes must be at least 1, and log.bytes at least " + SMALLEST_LOG);
        }
        if (config.start_seconds() < 1 || config.start_seconds() > LONGEST_START) {
            throw new IllegalArgumentException("start.seconds must be from 1 to " + LONGEST_START);
        }
        return new Settings(
                Path.of(config.directory()).toAbsolutePath(),
                Path.of(config.images()).toAbsolutePath(),
                config.largest_bytes(),
                config.tasks(),
                config.log_bytes(),
                Duration.ofSeconds(config.start_seconds()));
    }

    @Deactivate
    void stop() {
        registration.unregister();
        driver.close();
    }
}
