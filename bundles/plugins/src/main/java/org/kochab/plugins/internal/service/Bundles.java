package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.kochab.plugins.internal.core.BundleFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Brings plugins' bundles into the framework and out of it, touching no other. Any thread; blocks while a bundle starts or stops. */
final class Bundles {
    private static final String SCHEME = "kochab-plugin:";

    private final BundleContext context;

    Bundles(BundleContext context) {
        this.context = context;
    }

    /** Where a plugin's bundle is said to be from: by that it is known again. */
    static String location(String plugin, String version, BundleFile bundle) {
        return SCHEME + plugin + "/" + version + "/" + bundle.symbolicName() + "/" + bundle.version();
    }

    static boolean isPlugin(Bundle bundle) {
        return bundle.getLocation().startsWith(SCHEME);
    }

    FrameworkWiring wiring() {
        return context.getBundle(0).adapt(FrameworkWiring.class);
    }

    Optional<Bundle> find(String location) {
        return Optional.ofNullable(context.getBundle(location));
    }

    List<Bundle> find(List<PackageRecord.Item> items) {
        return items.stream().flatMap(i -> find(i.location()).stream()).toList();
    }

    /** Whether the framework lacks a bundle of it. */
    boolean isMissing(PackageRecord record) {
        return record.bundles().stream().anyMatch(i -> find(i.location()).isEmpty());
    }

    /** Whether the framework has none of it, as a new one. */
    boolean isLost(PackageRecord record) {
        return !record.bundles().isEmpty() && find(record.bundles()).isEmpty();
    }

    Stream<Bundle> named(String symbolicName) {
        return Stream.of(context.getBundles()).filter(b -> symbolicName.equals(b.getSymbolicName()));
    }

    Bundle install(String location, BundleFile file) throws IOException, BundleException {
        try (InputStream in = Files.newInputStream(file.file())) {
            return context.installBundle(location, in);
        }
    }

    /** Starts them until the next restart of the framework. */
    static void tryOut(List<Bundle> bundles) throws BundleException {
        for (Bundle b : bundles) {
            b.start(Bundle.START_TRANSIENT);
        }
    }

    /** Starts them, now and whenever the framework starts. */
    static void keep(List<Bundle> bundles) throws BundleException {
        for (Bundle b : bundles) {
            b.start();
        }
    }

    /**
     * Stops them, the last one first.
     *
     * @param options as {@link Bundle#stop(int)} takes them
     * @return what could not be done in time, a sentence each
     */
    static List<String> stop(List<Bundle> bundles, int options, Duration limit) throws InterruptedException {
        return backwards("stop", bundles, limit, b -> b.stop(options));
    }

    /** As {@link #stop}, but takes them out, and frees what they exported to each other. */
    List<String> uninstall(List<Bundle> bundles, Duration limit) throws InterruptedException {
        List<String> left = backwards("remove", bundles, limit, Bundle::uninstall);
        refresh(bundles);
        return left;
    }

    private interface Step {
        void of(Bundle bundle) throws BundleException;
    }

    private static List<String> backwards(String role, List<Bundle> bundles, Duration limit, Step step)
            throws InterruptedException {
        List<String> left = new ArrayList<>();
        long last = System.nanoTime() + limit.toNanos();
        for (int i = bundles.size() - 1; i >= 0; i--) {
            Bundle bundle = bundles.get(i);
            try {
                Limited.call(role, Duration.ofNanos(last - System.nanoTime()), () -> {
                    if (bundle.getState() != Bundle.UNINSTALLED) {
                        step.of(bundle);
                    }
                    return null;
                });
            } catch (TimeoutException e) {
                left.add("bundle " + bundle.getSymbolicName() + " hangs");
            } catch (ExecutionException e) {
                left.add("bundle " + bundle.getSymbolicName() + ": " + e.getCause());
            }
        }
        return left;
    }

    private void refresh(List<Bundle> bundles) {
        Collection<Bundle> gone = wiring().getRemovalPendingBundles().stream()
                .filter(b -> b.getState() == Bundle.UNINSTALLED && bundles.contains(b))
                .toList();
        Collection<Bundle> touched = wiring().getDependencyClosure(gone);
        if (!gone.isEmpty() && touched.stream().allMatch(gone::contains)) {
            wiring().refreshBundles(touched);
        }
    }

    /** Other bundles that are wired to these, a sentence each. */
    static List<String> users(List<Bundle> bundles) {
        Set<String> users = new TreeSet<>();
        for (Bundle b : bundles) {
            BundleWiring wiring = b.adapt(BundleWiring.class);
            for (BundleWire wire : wiring == null ? List.<BundleWire>of() : wiring.getProvidedWires(null)) {
                Bundle user = wire.getRequirer().getBundle();
                if (!bundles.contains(user)) {
                    users.add("bundle " + user.getSymbolicName() + " uses it");
                }
            }
        }
        return List.copyOf(users);
    }
}
