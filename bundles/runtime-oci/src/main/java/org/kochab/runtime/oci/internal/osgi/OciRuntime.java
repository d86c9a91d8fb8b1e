package org.kochab.runtime.oci.internal.osgi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import org.kochab.runtime.oci.internal.OciDriver;
import org.kochab.runtime.oci.internal.Settings;
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
        configurationPid = "org.kochab.runtime.oci")
@Designate(ocd = OciRuntime.Config.class)
public final class OciRuntime {
    /** Configuration, PID {@code org.kochab.runtime.oci}. */
    @ObjectClassDefinition(name = "Kochab OCI runtime")
    public @interface Config {
        @AttributeDefinition(name = "Directory", description = "Where podman keeps this driver's images and containers")
        String directory() default "data/runtime-oci";

        @AttributeDefinition(
                name = "Images",
                description = "Directory with OCI layouts and image archives, loaded without a registry")
        String images() default "images";

        @AttributeDefinition(name = "Subnet", description = "IPv4 subnet of the pods' bridge")
        String subnet() default "10.77.0.0/16";

        @AttributeDefinition(
                name = "Bridge",
                description = "Name of the bridge's network interface, at most 15 characters")
        String bridge() default "kochab0";

        @AttributeDefinition(
                name = "Publish address",
                description = "Address on which a hostPort without hostIP is published")
        String publish_address() default "127.0.0.1";

        @AttributeDefinition(name = "Registries", description = "Where images named without a registry are looked for")
        String[] registries() default {"docker.io"};

        @AttributeDefinition(
                name = "Most processes",
                description = "Processes and threads one container may have",
                min = "1")
        long pids_limit() default 4096;

        @AttributeDefinition(
                name = "Log size",
                description = "Bytes at which a container's log begins anew",
                min = "4096")
        long log_bytes() default 10 << 20;

        @AttributeDefinition(name = "Privileged", description = "Whether containers may ask to be privileged")
        boolean privileged() default false;
    }

    private final OciDriver driver;
    private final ServiceRegistration<RuntimeDriver> registration;

    @Activate
    public OciRuntime(BundleContext context, Config config) throws IOException {
        driver = new OciDriver(settings(config));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(RuntimeDriver.KIND_PROPERTY, driver.kind());
        registration = context.registerService(RuntimeDriver.class, driver, properties);
    }

    static Settings settings(Config config) {
        require(
                config.subnet().matches("([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}"),
                "subnet",
                config.subnet(),
                "10.77.0.0/16");
        require(config.bridge().matches("[a-zA-Z0-9_-]{1,15}"), "bridge", config.bridge(), "kochab0");
        require(
                config.publish_address().matches("[0-9a-fA-F.:]{2,45}"),
                "publish.address",
                config.publish_address(),
                "127.0.0.1");
        Arrays.stream(config.registries())
                .forEach(r -> require(r.matches("[A-Za-z0-9.:/-]{1,255}"), "registries", r, "docker.io"));
        if (config.pids_limit() < 1 || config.log_bytes() < 4096) {
            throw new IllegalArgumentException("pids.limit must be at least 1 and log.bytes at least 4096");
        }
        return new Settings(
                Path.of(config.directory()).toAbsolutePath(),
                Path.of(config.images()).toAbsolutePath(),
                config.subnet(),
                config.bridge(),
                config.publish_address(),
                Arrays.asList(config.registries()),
                config.pids_limit(),
                config.log_bytes(),
                config.privileged());
    }

    private static void require(boolean ok, String key, String value, String example) {
        if (!ok) {
            throw new IllegalArgumentException(key + " '" + value + "' is not valid: write, for example, " + example);
        }
    }

    @Deactivate
    void stop() {
        registration.unregister();
        driver.close();
    }
}
