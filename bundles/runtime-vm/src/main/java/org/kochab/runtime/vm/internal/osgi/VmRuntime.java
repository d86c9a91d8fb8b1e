package org.kochab.runtime.vm.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import org.kochab.runtime.vm.internal.Settings;
import org.kochab.runtime.vm.internal.VmDriver;
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
        configurationPid = "org.kochab.runtime.vm")
@Designate(ocd = VmRuntime.Config.class)
public final class VmRuntime {
    private static final long MEBIBYTE = 1 << 20;

    /** Configuration, PID {@code org.kochab.runtime.vm}. */
    @ObjectClassDefinition(name = "Kochab virtual machine runtime")
    public @interface Config {
        @AttributeDefinition(
                name = "Directory",
                description = "Where the driver keeps which machines there are and how they ended")
        String directory() default "data/runtime-vm";

        @AttributeDefinition(name = "Images", description = "Directory with machine images")
        String images() default "machine-images";

        @AttributeDefinition(
                name = "Control group",
                description = "Name of the control group that machines' groups are in")
        String cgroup() default "kochab-vm";

        @AttributeDefinition(
                name = "Publish address",
                description = "IPv4 address on which a hostPort without hostIP is published")
        String publish_address() default "127.0.0.1";

        @AttributeDefinition(
                name = "Accelerator",
                description = "kvm, tcg, or auto for KVM where a machine really boots with it")
        String accelerator() default "auto";

        @AttributeDefinition(
                name = "User",
                description = "Number of the user and group that QEMU becomes if the agent is root; 0 to stay root",
                min = "0")
        int user() default 64055;

        @AttributeDefinition(
                name = "Overhead",
                description = "MiB that QEMU itself may use beside a machine's memory",
                min = "128")
        long overhead_mebibytes() default 256;

        @AttributeDefinition(name = "Most threads", description = "Threads one machine's QEMU may have", min = "16")
        long pids_limit() default 1024;

        @AttributeDefinition(
                name = "Log size",
                description = "Bytes at which a console's output goes on in a new file; two are kept",
                min = "4096")
        long log_bytes() default 10 << 20;
    }

    private final VmDriver driver;
    private final ServiceRegistration<RuntimeDriver> registration;

    @Activate
    public VmRuntime(BundleContext context, Config config) throws IOException {
        driver = new VmDriver(settings(config));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RuntimeDriver.KIND_PROPERTY, driver.kind());
        registration = context.registerService(RuntimeDriver.class, driver, properties);
    }

    static Settings settings(Config config) {
        require(
                config.cgroup().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                "cgroup '" + config.cgroup() + "' is not valid: use letters, digits, '.', '_' and '-'");
        require(
                config.publish_address().matches("([0-9]{1,3}\\.){3}[0-9]{1,3}"),
                "publish.address '" + config.publish_address() + "' is not valid: write, for example, 127.0.0.1");
        require(
                config.accelerator().matches("auto|kvm|tcg"),
                "accelerator '" + config.accelerator() + "' is not valid: write auto, kvm or tcg");
        require(
                config.user() >= 0,
                "user " + config.user() + " is not valid: write a user's number, for example 64055");
        require(
                config.overhead_mebibytes() >= 128 && config.pids_limit() >= 16 && config.log_bytes() >= 4096,
                "overhead.mebibytes must be at least 128, pids.limit 16 and log.bytes 4096");
        return new Settings(
                Path.of(config.directory()).toAbsolutePath(),
                Path.of(config.images()).toAbsolutePath(),
                config.cgroup(),
                config.publish_address(),
                config.accelerator(),
                config.user(),
                config.overhead_mebibytes() * MEBIBYTE,
                config.pids_limit(),
                config.log_bytes());
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }

    @Deactivate
    void stop() {
        registration.unregister();
        driver.close();
    }
}
