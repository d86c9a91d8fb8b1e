package org.kochab.devices.sysfs.internal.osgi;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.kochab.devices.sysfs.internal.Kind;
import org.kochab.devices.sysfs.internal.SysfsProvider;
import org.kochab.devices.sysfs.internal.Tree;
import org.kochab.spi.device.DeviceProvider;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A provider for each kind that has a resource. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.kochab.devices.sysfs")
@Designate(ocd = SysfsDevices.Config.class)
public final class SysfsDevices {
    private static final Logger LOG = LoggerFactory.getLogger(SysfsDevices.class);
    private static final int MOST_SECONDS = 3600;
    private static final int MOST_FAILURES = 16;

    /** Configuration, PID {@code org.kochab.devices.sysfs}. */
    @ObjectClassDefinition(name = "Kochab devices of a Linux node")
    public @interface Config {
        @AttributeDefinition(name = "sysfs", description = "Where the kernel says which devices there are")
        String sys() default "/sys";

        @AttributeDefinition(name = "Device nodes", description = "Where the device nodes are")
        String dev() default "/dev";

        @AttributeDefinition(
                name = "Poll interval",
                description = "Seconds between two looks for devices that have come or gone",
                min = "1",
                max = "3600")
        int poll_seconds() default 5;

        @AttributeDefinition(name = "Resource of serial ports", description = "What pods ask for; empty offers none")
        String serial_resource() default "kochab.org/serial";

        @AttributeDefinition(name = "Serial ports", description = "Regular expression for names of those to offer")
        String serial_names() default ".*";

        @AttributeDefinition(name = "Resource of cameras", description = "What pods ask for; empty offers none")
        String camera_resource() default "kochab.org/camera";

        @AttributeDefinition(name = "Cameras", description = "Regular expression for names of those to offer")
        String camera_names() default ".*";

        @AttributeDefinition(name = "Resource of GPUs", description = "What pods ask for; empty offers none")
        String gpu_resource() default "kochab.org/gpu";

        @AttributeDefinition(name = "GPUs", description = "Regular expression for names of those to offer")
        String gpu_names() default ".*";
    }

    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kochab-devices-sysfs");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ServiceRegistration<DeviceProvider>> registrations = new ArrayList<>();
    private final SortedSet<String> failures = new TreeSet<>();

    @Activate
    public SysfsDevices(BundleContext context, Config config) {
        List<SysfsProvider> providers = providers(config);
        int seconds = config.poll_seconds();
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw new IllegalArgumentException("poll.seconds is " + seconds + ": use 1 to " + MOST_SECONDS);
        }
        providers.forEach(provider -> registrations.add(context.registerService(DeviceProvider.class, provider, null)));
        poller.scheduleWithFixedDelay(() -> providers.forEach(this::poll), 0, seconds, TimeUnit.SECONDS);
    }

    static List<SysfsProvider> providers(Config config) {
        Tree tree = new Tree(
                Path.of(config.sys()).toAbsolutePath(), Path.of(config.dev()).toAbsolutePath());
        Map<Kind, String> resources = new TreeMap<>(Map.of(
                Kind.SERIAL, config.serial_resource(),
                Kind.CAMERA, config.camera_resource(),
                Kind.GPU, config.gpu_resource()));
        Map<Kind, String> names = Map.of(
                Kind.SERIAL, config.serial_names(), Kind.CAMERA, config.camera_names(), Kind.GPU, config.gpu_names());
        List<SysfsProvider> providers = new ArrayList<>();
        resources.forEach((kind, resource) -> {
            if (!resource.isBlank()) {
                providers.add(new SysfsProvider(kind, resource.strip(), pattern(kind, names.get(kind)), tree));
            }
        });
        return providers;
    }

    private static Pattern pattern(Kind kind, String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    kind.name().toLowerCase(java.util.Locale.ROOT) + ".names is not a regular expression: "
                            + e.getMessage(),
                    e);
        }
    }

    /** What fails once must not end the looking. */
    private void poll(SysfsProvider provider) {
        try {
            provider.poll();
        } catch (RuntimeException e) {
            if (failures.size() < MOST_FAILURES && failures.add(String.valueOf(e.getMessage()))) {
                LOG.warn("Devices of {} cannot be looked for; it is tried again", provider.resource(), e);
            }
        }
    }

    @Deactivate
    void stop() {
        registrations.forEach(ServiceRegistration::unregister);
        poller.shutdownNow();
    }
}
