package ${package};

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.kochab.spi.device.Device;
import org.kochab.spi.device.DeviceAccess;
import org.kochab.spi.device.DeviceListener;
import org.kochab.spi.device.DeviceProvider;
import org.kochab.spi.device.DeviceWatch;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Offers the files of {@code /dev} whose name begins with {@code ${artifactId}} as the resource {@code ${vendor}/${artifactId}}. */
@Component(service = DeviceProvider.class, configurationPid = "${package}")
public final class ${className} implements DeviceProvider {
    static final String RESOURCE = "${vendor}/${artifactId}";
    /** The most that the agent takes. */
    private static final int MOST = 1024;

    private static final int EVERY_SECONDS = 1;

    /** What {@code etc/${package}.cfg} may say. */
    public @interface Config {
        /** Where the devices are. */
        String directory() default "/dev";

        /** Which files there are devices: a glob. */
        String names() default "${artifactId}*";
    }

    private final Path directory;
    private final String names;
    private final List<DeviceListener> listeners = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "${artifactId}-devices");
        made.setDaemon(true);
        return made;
    });

    private List<Device> known;

    @Activate
    public ${className}(Config config) {
        this(Path.of(config.directory()), config.names());
    }

    ${className}(Path directory, String names) {
        this.directory = directory;
        this.names = names;
        thread.scheduleWithFixedDelay(this::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    @Deactivate
    void close() {
        thread.shutdownNow();
    }

    @Override
    public String resource() {
        return RESOURCE;
    }

    private synchronized void look() {
        List<Device> now = find();
        if (!now.equals(known)) {
            known = now;
            listeners.forEach(listener -> listener.devices(now));
        }
    }

    /** In an order that stays: the agent is told only when something has changed. */
    private List<Device> find() {
        List<Device> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
            for (Path file : files) {
                String fault = Files.isReadable(file) ? null : file + " cannot be read";
                found.add(new Device(file.getFileName().toString(), fault, new TreeMap<>(), null));
                if (found.size() == MOST) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Without the directory there are no devices.
            return List.of();
        }
        found.sort(Comparator.comparing(Device::id));
        return found;
    }

    @Override
    public synchronized DeviceWatch watch(DeviceListener listener) {
        listeners.add(listener);
        if (known != null) {
            listener.devices(known);
        }
        return () -> unwatch(listener);
    }

    private synchronized void unwatch(DeviceListener listener) {
        listeners.remove(listener);
    }

    @Override
    public DeviceAccess allocate(List<String> ids) {
        List<DeviceAccess.Node> nodes = new ArrayList<>();
        for (Device device : find()) {
            if (ids.contains(device.id()) && device.healthy()) {
                Path file = directory.resolve(device.id()).toAbsolutePath();
                nodes.add(new DeviceAccess.Node(file, file.toString(), "rw"));
            }
        }
        if (nodes.size() < ids.size()) {
            throw new IllegalStateException(
                    "of " + ids + " not all are in " + directory + " and can be read: plug them in again");
        }
        TreeMap<String, String> environment = new TreeMap<>();
        environment.put("DEVICES", String.join(",", ids));
        return new DeviceAccess(environment, nodes, List.of());
    }
}
