package org.kochab.plugins.internal.service;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.kochab.api.plugin.Plugin;
import org.kochab.codec.JacksonCodec;
import org.kochab.plugins.internal.Vendor;
import org.kochab.plugins.internal.core.Limits;
import org.kochab.plugins.internal.core.Signatures;
import org.kochab.spi.scheduler.PlacementScorer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** A Felix with Declarative Services and a bundle of somebody else, and the plugins in it. */
final class Member implements AutoCloseable {
    private static final int DISTURBING = BundleEvent.STOPPED | BundleEvent.UNRESOLVED | BundleEvent.UPDATED;

    final Framework framework;
    final Settings settings;
    /** In which one that was lost must be well: they are, but for one that a test waits for. */
    Duration again;

    final List<Plugin> used = new ArrayList<>();
    private final List<String> disturbed = Collections.synchronizedList(new ArrayList<>());
    private final Path directory;
    private RollingPackages packages;

    /** @param directory what an earlier one left there is found again */
    Member(Path directory, boolean requireSignature, Vendor... trusted) throws Exception {
        this(directory, requireSignature, Duration.ofSeconds(20), trusted);
    }

    private Member(Path directory, boolean requireSignature, Duration again, Vendor... trusted) throws Exception {
        this.directory = directory;
        this.again = again;
        FrameworkFactory factory =
                ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
        framework = factory.newFramework(Map.of(
                "org.osgi.framework.storage",
                directory.resolve("felix").toString(),
                "felix.log.level",
                "1",
                "org.osgi.framework.system.packages.extra",
                "org.osgi.service.component;version=1.5.0,org.osgi.service.component.runtime;version=1.5.0,"
                        + "org.osgi.service.component.runtime.dto;version=1.5.0,org.osgi.util.promise;version=1.3.0,"
                        + "org.osgi.util.function;version=1.2.0,org.kochab.spi.scheduler;version=1.1.0"));
        framework.start();
        if (framework.getBundleContext().getBundles().length == 1) {
            install("reference:" + jarOf("org.apache.felix.scr.impl.Activator"));
        }
        settings = new Settings(
                directory.resolve("plugins"),
                new Limits(8 << 20, 32 << 20, 1000),
                requireSignature,
                new Signatures(
                        List.of(trusted).stream().map(Vendor::certificate).toList()),
                Duration.ofMillis(200),
                Duration.ofSeconds(5),
                again);
        packages = open();
        context().addBundleListener((SynchronousBundleListener) event -> {
            if ((event.getType() & DISTURBING) != 0 && !Bundles.isPlugin(event.getBundle())) {
                disturbed.add(event.getBundle() + " " + event.getType());
            }
        });
    }

    private static String jarOf(String type) throws ClassNotFoundException {
        return Class.forName(type)
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
    }

    private RollingPackages open() throws Exception {
        ServiceComponentRuntime components =
                context().getService(context().getServiceReference(ServiceComponentRuntime.class));
        Settings now = new Settings(
                settings.directory(),
                settings.limits(),
                settings.requireSignature(),
                settings.signatures(),
                settings.settle(),
                settings.back(),
                again);
        return new RollingPackages(context(), components, Commands.NONE, new JacksonCodec(), now, () -> used);
    }

    /** As after an upgrade of the distribution: closes it, and starts one that has nothing but what is written down. */
    Member upgraded(Duration wait, Vendor... trusted) throws Exception {
        close();
        try (Stream<Path> cache = Files.walk(directory.resolve("felix"))) {
            for (Path p : cache.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
        return new Member(directory, settings.requireSignature(), wait, trusted);
    }

    /** As after a crash in which the framework went on. */
    RollingPackages reopen() throws Exception {
        packages.close();
        packages = open();
        return packages;
    }

    RollingPackages packages() {
        return packages;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle install(String location) throws Exception {
        Bundle bundle = context().installBundle(location);
        bundle.start();
        return bundle;
    }

    List<String> disturbed() {
        return disturbed;
    }

    List<String> scorers() throws Exception {
        return context().getServiceReferences(PlacementScorer.class, null).stream()
                .map(r -> r.getBundle().getSymbolicName() + " " + r.getBundle().getVersion())
                .sorted()
                .toList();
    }

    List<String> pluginBundles() {
        return List.of(context().getBundles()).stream()
                .filter(Bundles::isPlugin)
                .map(b -> b.getSymbolicName() + " " + b.getVersion() + " " + Health.state(b))
                .sorted()
                .toList();
    }

    @Override
    public void close() throws BundleException {
        packages.close();
        framework.stop();
        try {
            framework.waitForStop(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
