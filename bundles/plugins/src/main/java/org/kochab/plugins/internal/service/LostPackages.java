package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.plugins.internal.core.Contents;
import org.kochab.plugins.internal.core.Refused;
import org.kochab.plugins.internal.service.PackageRecord.Stage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugins that are recorded and that the framework has nothing of, as after an upgrade of the distribution: they are installed again from
 * the files that were kept, as if an operator did it. One that does not fit any more stays recorded, and the others go on.
 */
final class LostPackages {
    private static final Logger LOG = LoggerFactory.getLogger(LostPackages.class);

    /** What a plugin waits for may come with another one, or once this member sees the others. */
    private static final int MOST_ROUNDS = 5;

    private final Records records;
    private final Bundles bundles;
    private final PackageFiles files;
    private final Verification verification;
    private final Trials trials;
    private final Settings settings;

    /** Sentences by the plugin's name. */
    private final Map<String, String> reasons = new ConcurrentSkipListMap<>();

    LostPackages(
            Records records,
            Bundles bundles,
            PackageFiles files,
            Verification verification,
            Trials trials,
            Settings settings) {
        this.records = records;
        this.bundles = bundles;
        this.files = files;
        this.verification = verification;
        this.trials = trials;
        this.settings = settings;
        names().forEach(n -> reasons.put(n, "an upgrade took it away, and it is being installed again"));
    }

    /** Those that were installed earlier come first: later ones may need them. */
    private List<String> names() {
        return records.list().stream()
                .filter(this::isLost)
                .sorted(Comparator.comparingLong(PackageRecord::installedAt))
                .map(PackageRecord::name)
                .toList();
    }

    private boolean isLost(PackageRecord record) {
        return record.stage() == Stage.INSTALLED && bundles.isLost(record);
    }

    /** Why a plugin that has bundles missing is not whole, and what to do. Any thread. */
    String reason(String plugin) {
        return reasons.getOrDefault(
                plugin,
                "a bundle of it was taken away by other means: kochab:plugin-install it again, or kochab:plugin-remove");
    }

    /** What was lost is no longer the matter with a plugin. Any thread. */
    void forget(String plugin) {
        reasons.remove(plugin);
    }

    /**
     * Tries all, as long as that brings one back or may do so later.
     *
     * @param attempt calls {@link #tryAgain} when nothing else is done
     */
    void bringBack(Consumer<String> attempt) {
        List<String> left = names();
        boolean hope = true;
        for (int round = 0; round < MOST_ROUNDS && hope && !left.isEmpty(); round++) {
            hope = false;
            List<String> failed = new ArrayList<>();
            for (String name : left) {
                if (trials.isClosed()) {
                    return;
                }
                try {
                    attempt.accept(name);
                    forget(name);
                    hope = true;
                } catch (ResourceException e) {
                    failed.add(name);
                    hope |= e.reason() == Reason.UNAVAILABLE;
                    reasons.put(
                            name,
                            "an upgrade took it away, and it could not be installed again: " + e.getMessage()
                                    + ". kochab:plugin-install a version that fits, or kochab:plugin-remove it");
                }
            }
            left = failed;
        }
        left.forEach(n -> LOG.warn("Plugin {} is not there: {}", n, reasons.get(n)));
    }

    /**
     * Does nothing if somebody else has installed or removed it, or this member stops.
     *
     * @throws ResourceException if it does not fit, or was not well; it stays recorded
     */
    void tryAgain(String plugin) throws IOException, InterruptedException {
        PackageRecord lost = records.get(plugin).filter(this::isLost).orElse(null);
        if (lost == null || trials.isClosed()) {
            return;
        }
        try (Staging from = new Staging(settings.directory());
                Staging staging = new Staging(settings.directory())) {
            Path file = from.directory().resolve("package");
            files.copy(lost.sha256(), file);
            Order order = new Order(
                    "",
                    plugin,
                    lost.source(),
                    lost.sha256(),
                    false,
                    settings.again().toMillis());
            Contents contents = verification.read(order, file, staging.directory());
            trials.putAgain(verification.check(order, file, contents), lost, settings.again());
            LOG.info("Plugin {} {} is installed again from the file that was kept", plugin, lost.version());
        } catch (Refused e) {
            throw new ResourceException(Reason.INVALID, e.getMessage());
        }
    }
}
