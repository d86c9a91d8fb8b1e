package org.kochab.runtime.process.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import org.kochab.runtime.process.internal.ProcessDriver;
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
        configurationPid = "org.kochab.runtime.process")
@Designate(ocd = ProcessRuntime.Config.class)
public final class ProcessRuntime {
    /** Configuration, PID {@code org.kochab.runtime.process}. */
    @ObjectClassDefinition(name = "Kochab process runtime")
    public @interface Config {
        @AttributeDefinition(
                name = "Directory",
                description = "Where the driver keeps which tasks there are and how they ended")
        String directory() default "data/runtime-process";

        @AttributeDefinition(
                name = "Control group",
                description = "Name of the control group that tasks' groups are in")
        String cgroup() default "kochab";

        @AttributeDefinition(
                name = "Most processes",
                description = "Processes and threads one task may have",
                min = "1")
        long pids_limit() default 4096;

        @AttributeDefinition(
                name = "Log size",
                description = "Bytes at which a task's output goes on in a new file; two are kept",
                min = "4096")
        long log_bytes() default 10 << 20;
    }

    private final ProcessDriver driver;
    private final ServiceRegistration<RuntimeDriver> registration;

    @Activate
    public ProcessRuntime(BundleContext context, Config config) throws IOException {
        driver = new ProcessDriver(settings(config));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RuntimeDriver.KIND_PROPERTY, driver.kind());
        registration = context.registerService(RuntimeDriver.class, driver, properties);
    }

    static ProcessDriver.Settings settings(Config config) {
        if (!config.cgroup().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "cgroup '" + config.cgroup() + "' is not valid: use letters, digits, '.', '_' and '-'");
        }
        if (config.pids_limit() < 1 || config.log_bytes() < 4096) {
            throw new IllegalArgumentException("pids.limit must be at least 1 and log.bytes at least 4096");
        }
        return new ProcessDriver.Settings(
                Path.of(config.directory()).toAbsolutePath(), config.cgroup(), config.pids_limit(), config.log_bytes());
    }

    @Deactivate
    void stop() {
        registration.unregister();
        driver.close();
    }
}
