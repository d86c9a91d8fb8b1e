package org.kochab.chaos.plugins;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.kochab.spi.scheduler.GroupScorer;
import org.kochab.spi.scheduler.PlacementContext;
import org.kochab.spi.scheduler.PlacementScorer;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * In the member, as a plugin: a scorer without an opinion, which writes down all that becomes of bundles that came by another way than it did. The
 * framework needs the class to be public.
 */
public final class Witness implements BundleActivator, PlacementScorer {
    /** The header with the file to write to. */
    static final String FILE = "Chaos-Events";

    private static final String PLUGIN = "kochab-plugin:";
    private static final Map<Integer, String> EVENTS = Map.of(
            BundleEvent.INSTALLED, "installed",
            BundleEvent.RESOLVED, "resolved",
            BundleEvent.STARTED, "started",
            BundleEvent.STOPPED, "stopped",
            BundleEvent.UPDATED, "updated",
            BundleEvent.UNRESOLVED, "unresolved",
            BundleEvent.UNINSTALLED, "uninstalled");

    @Override
    public void start(BundleContext context) {
        Path file = Path.of(context.getBundle().getHeaders("").get(FILE));
        write(file, "");
        context.addBundleListener((SynchronousBundleListener) event -> {
            String what = EVENTS.get(event.getType());
            if (what != null && !event.getBundle().getLocation().startsWith(PLUGIN)) {
                write(file, event.getBundle().getSymbolicName() + " was " + what + "\n");
            }
        });
        context.registerService(PlacementScorer.class, this, null);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The framework takes back the listener and the service. */
    @Override
    public void stop(BundleContext context) {}

    @Override
    public String name() {
        return "kochab.org/witness";
    }

    @Override
    public Optional<GroupScorer> begin(PlacementContext context) {
        return Optional.empty();
    }
}
