package org.kochab.runtime.wasm.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import org.kochab.runtime.wasm.internal.Settings;
import org.kochab.runtime.wasm.internal.WasmDriver;
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
        configurationPid = "org.kochab.runtime.wasm")
@Designate(ocd = WasmRuntime.Config.class)
public final class WasmRuntime {
    private static final long SMALLEST_MEMORY = 1 << 20;
    private static final int SMALLEST_LOG = 4096;

    /** Configuration, PID {@code org.kochab.runtime.wasm}. */
    @ObjectClassDefinition(name = "Kochab WebAssembly runtime")
    public @interface Config {
        @AttributeDefinition(
                name = "Directory",
                description =
                        "Where the driver keeps which tasks there are, how they ended, and modules it has fetched")
        String directory() default "data/runtime-wasm";

        @AttributeDefinition(
                name = "Memory",
                description =
                        "Bytes of the agent's heap for all modules together; loading one may take as much again for a moment; 0 for a quarter of the heap")
        long memory_bytes() default 0;

        @AttributeDefinition(
                name = "Memory of a task",
                description = "Bytes of linear memory of a task without limits.memory",
                min = "65536")
        long task_memory_bytes() default 4 << 20;

        @AttributeDefinition(name = "Most tasks", description = "Modules that run at once", min = "1")
        int tasks() default 64;

        @AttributeDefinition(name = "Cache size", description = "Bytes on disk for fetched modules", min = "65536")
        long cache_bytes() default 64 << 20;

        @AttributeDefinition(
                name = "Log size",
                description = "Bytes at which a task's output goes on in a new file; two are kept",
                min = "4096")
        long log_bytes() default 10 << 20;

        @AttributeDefinition(
                name = "Interpreter",
                description =
                        "Whether functions too large for the compiler are interpreted; what they take of the heap then has no limit")
        boolean interpreter() default false;
    }

    private final WasmDriver driver;
    private final ServiceRegistration<RuntimeDriver> registration;

    @Activate
    public WasmRuntime(BundleContext context, Config config) throws IOException {
        driver = new WasmDriver(settings(config, Runtime.getRuntime().maxMemory()));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RuntimeDriver.KIND_PROPERTY, driver.kind());
        registration = context.registerService(RuntimeDriver.class, driver, properties);
    }

    static Settings settings(Config config, long heap) {
        long memory = config.memory_bytes() == 0 ? heap / 4 : config.memory_bytes();
        if (memory < SMALLEST_MEMORY || memory > heap / 2) {
            throw new IllegalArgumentException(
                    "memory.bytes " + memory + " must be at least " + SMALLEST_MEMORY + " and at most half the heap, "
                            + heap / 2 + ": the agent needs the other half to load modules and for itself");
        }
        if (config.task_memory_bytes() < 1 << 16 || config.cache_bytes() < 1 << 16) {
            throw new IllegalArgumentException("task.memory.bytes and cache.bytes must be at least 65536");
        }
        if (config.tasks() < 1 || config.log_bytes() < SMALLEST_LOG) {
            throw new IllegalArgumentException("tasks must be at least 1 and log.bytes at least " + SMALLEST_LOG);
        }
        return new Settings(
                Path.of(config.directory()).toAbsolutePath(),
                memory,
                config.task_memory_bytes(),
                config.tasks(),
                config.cache_bytes(),
                config.log_bytes(),
                config.interpreter());
    }

    @Deactivate
    void stop() {
        registration.unregister();
        driver.close();
    }
}
