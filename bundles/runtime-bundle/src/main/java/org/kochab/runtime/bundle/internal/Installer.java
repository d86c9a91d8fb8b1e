package org.kochab.runtime.bundle.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.runtime.TaskHandle;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings tasks' bundles into the framework and out of it, touching no other. Any thread; blocks while a bundle starts or stops. */
final class Installer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

    private final BundleContext context;
    private final List<ServiceRegistration<?>> hooks;

    Installer(BundleContext context) {
        this.context = context;
        Separation separation = new Separation();
        hooks = List.of(
                context.registerService(CollisionHook.class, separation, null),
                context.registerService(ResolverHookFactory.class, separation, null));
    }

    void removeLeftOvers(Duration wait) {
        Thread remover = new Thread(
                () -> {
                    for (Bundle bundle : context.getBundles()) {
                        if (Separation.isTask(bundle)) {
                            LOG.info("Removing {}, left by a former run", bundle.getLocation());
                            uninstall(bundle);
                        }
                    }
                },
                "kochab-runtime-bundle-remover");
        remover.setDaemon(true);
        remover.start();
        try {
            // One that hangs is in the way of its own task only.
            remover.join(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return false if somebody else has done it */
    boolean uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
            refresh(Separation.pod(bundle));
            return true;
        } catch (IllegalStateException e) {
            LOG.debug("{} was uninstalled by somebody else", bundle.getLocation(), e);
            return false;
        } catch (BundleException e) {
            LOG.warn("{} cannot be uninstalled", bundle.getLocation(), e);
            return true;
        }
    }

    /** Frees what uninstalled bundles of a pod have exported to each other; nothing else is touched. */
    private void refresh(String pod) {
        FrameworkWiring wiring = context.getBundle(0).adapt(FrameworkWiring.class);
        if (wiring == null) {
            return;
        }
        Collection<Bundle> gone = wiring.getRemovalPendingBundles().stream()
                .filter(b ->
                        b.getState() == Bundle.UNINSTALLED && Separation.pod(b).equals(pod))
                .toList();
        Collection<Bundle> touched = wiring.getDependencyClosure(gone);
        if (!gone.isEmpty() && touched.stream().allMatch(gone::contains)) {
            wiring.refreshBundles(touched);
        }
    }

    /** @throws RuntimeFailure if the framework will not have it */
    Bundle install(TaskHandle handle, Path jar) throws IOException {
        String location = Separation.location(handle);
        if (context.getBundle(location) != null) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY,
                    "a former run's bundle is still installed and cannot be removed: restart the agent");
        }
        try (InputStream in = Files.newInputStream(jar)) {
            return context.installBundle(location, in);
        } catch (BundleException e) {
            if (e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR) {
                throw new RuntimeFailure(
                        RuntimeFailure.Code.INVALID,
                        "image: a bundle of the same symbolic name and version is a part of this node, or the"
                                + " framework takes none twice (org.osgi.framework.bsnversion): " + e.getMessage(),
                        e);
            }
            throw new RuntimeFailure(
                    RuntimeFailure.Code.INVALID, "image: the framework refuses the bundle: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        hooks.forEach(ServiceRegistration::unregister);
    }
}
