package org.kochab.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Partition;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.plugin.PluginPackages;
import org.kochab.api.plugin.PluginRequest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** A plugin comes, works and goes, and the framework is as before: bundles, services, threads, class loaders. */
final class RoundTrip {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 20_000_000;
    private static final long GC_NANOS = 500_000_000;
    /** The directory and one of each kind. */
    private static final int PARTITIONS = 3;

    private final BundleContext context;
    private final PluginPackages packages;

    RoundTrip(BundleContext context, PluginPackages packages) {
        this.context = context;
        this.packages = packages;
    }

    /** What is done while a plugin is there. */
    interface Work {
        void done() throws Exception;
    }

    /** What may not have been true at once. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Of the project that {@code ./kochab new} makes. */
    void of(String kind, String service, Work work) throws Exception {
        of(VendorProjects.jar(kind).toFile(), List.of(service), work);
    }

    /** Only that it comes with all that it offers, and goes. */
    void of(File jar, Class<?>... services) throws Exception {
        of(jar, Stream.of(services).map(Class::getName).toList(), () -> {});
    }

    /** @param offered by the plugin, as {@code kochab:plugin-info} names it, sorted */
    private void of(File jar, List<String> offered, Work work) throws Exception {
        String kind = jar.getName();
        await(kind + ": all partitions are led, and the nodes' manager serves", this::isServed);
        SortedMap<String, Integer> bundles = bundles();
        SortedMap<String, Integer> services = services();

        PluginPackage installed =
                packages.install(new PluginRequest(jar.getPath(), false, LIMIT)).plugin();
        assertEquals(kind, PluginPackage.State.ACTIVE, installed.state());
        assertEquals(kind, offered, installed.services());
        WeakReference<ClassLoader> loader = loader(installed.name());
        work.done();
        packages.remove(installed.name());

        assertEquals(kind + ": packages", List.of(), packages.list());
        assertEquals(kind + ": bundles", bundles, bundles());
        await(kind + ": services as before: " + services, () -> services().equals(services));
        await(kind + ": its threads end", () -> threads(installed.name()) == 0);
        assertTrue(kind + ": its class loader stays", isCollected(loader));
    }

    static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            assertTrue(what, System.nanoTime() - end < 0);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    static boolean isCollected(WeakReference<?> reference) {
        long end = System.nanoTime() + LIMIT.toNanos();
        System.gc();
        while (reference.get() != null && System.nanoTime() - end < 0) {
            // A collection after the other would leave the member no time to say that it still leads.
            LockSupport.parkNanos(GC_NANOS);
            System.gc();
        }
        return reference.get() == null;
    }

    private WeakReference<ClassLoader> loader(String name) throws ClassNotFoundException {
        for (Bundle b : context.getBundles()) {
            if (name.equals(b.getSymbolicName())) {
                String path = b.findEntries("/", "*.class", true).nextElement().getPath();
                String type = path.substring(1, path.lastIndexOf('.')).replace('/', '.');
                return new WeakReference<>(b.loadClass(type).getClassLoader());
            }
        }
        throw new AssertionError(name + " is not installed");
    }

    private boolean isServed() throws Exception {
        return context.getServiceReferences(Partition.class, null).size() >= PARTITIONS
                && context.getServiceReference(ResourceManager.class) != null;
    }

    private SortedMap<String, Integer> bundles() {
        SortedMap<String, Integer> all = new TreeMap<>();
        for (Bundle b : context.getBundles()) {
            all.merge(b.getSymbolicName() + " " + b.getVersion() + " " + b.getState(), 1, Integer::sum);
        }
        return all;
    }

    /** How many of each, by what they are and whose. */
    private SortedMap<String, Integer> services() throws Exception {
        SortedMap<String, Integer> all = new TreeMap<>();
        for (ServiceReference<?> r : context.getAllServiceReferences(null, null)) {
            Bundle owner = r.getBundle();
            if (owner != null) {
                String what = Arrays.toString((String[]) r.getProperty(Constants.OBJECTCLASS));
                all.merge(owner.getSymbolicName() + " " + what, 1, Integer::sum);
            }
        }
        return all;
    }

    /** Those named for it: a vendor's or the platform's for its calls. */
    private static long threads(String name) {
        String artifact = name.substring(name.lastIndexOf('.') + 1);
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().contains(artifact))
                .count();
    }
}
