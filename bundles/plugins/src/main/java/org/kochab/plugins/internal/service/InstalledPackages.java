package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.kochab.api.codec.Codec;
import org.kochab.api.plugin.Plugin;
import org.kochab.api.plugin.PluginPackage;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.plugins.internal.core.Contents;
import org.kochab.plugins.internal.core.Refused;
import org.kochab.plugins.internal.service.PackageRecord.Stage;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugins in this member. What is being done is written down first, so that whoever comes after a crash can take it back. */
final class InstalledPackages implements Seat, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InstalledPackages.class);

    private final Records records;
    private final Bundles bundles;
    private final Health health;
    private final Verification verification;
    private final Trials trials;
    private final PackageFiles files;
    private final LostPackages lost;
    private final Path directory;
    private final Duration back;
    private final Supplier<List<Plugin>> used;
    private final ReentrantLock operation = new ReentrantLock();

    /**
     * Takes back what was begun before a crash.
     *
     * @param used the services that are plugged in, and who uses them
     */
    InstalledPackages(
            BundleContext context,
            ServiceComponentRuntime components,
            Commands commands,
            Codec codec,
            Settings settings,
            Supplier<List<Plugin>> used)
            throws IOException {
        this.used = used;
        directory = settings.directory();
        back = settings.back();
        records = new Records(settings.directory(), codec);
        bundles = new Bundles(context);
        health = new Health(context, components, commands);
        verification = new Verification(bundles, records, settings);
        trials = new Trials(records, bundles, health, settings);
        Staging.clean(directory);
        trials.recover();
        files = new PackageFiles(directory, records);
        lost = new LostPackages(records, bundles, files, verification, trials, settings);
    }

    /** Installs again what the framework had lost when this was made. Blocks as long as that takes; {@link #close} ends it. */
    void bringBack() {
        lost.bringBack(plugin -> {
            operation.lock();
            locked(() -> {
                lost.tryAgain(plugin);
                return plugin;
            });
        });
    }

    /** All that are here, by name. */
    List<PluginPackage> list() {
        return records.list().stream().map(this::view).toList();
    }

    /** {@code NOT_FOUND} if there is none of that name. */
    PluginPackage get(String name) {
        return view(record(name));
    }

    private PackageRecord record(String name) {
        return records.get(name)
                .orElseThrow(() -> new ResourceException(
                        Reason.NOT_FOUND, "there is no plugin " + name + ": kochab:plugin-info lists them"));
    }

    private PluginPackage view(PackageRecord r) {
        List<PluginPackage.Part> parts = r.bundles().stream()
                .map(i -> new PluginPackage.Part(
                        i.symbolicName(),
                        i.version(),
                        bundles.find(i.location()).map(Health::state).orElse("UNINSTALLED")))
                .toList();
        Health.Verdict verdict = health.look(bundles.find(r.bundles()));
        List<String> notes = new ArrayList<>(r.notes());
        notes.addAll(verdict.notes());
        boolean missing = bundles.isMissing(r);
        return new PluginPackage(
                r.name(),
                r.version(),
                r.source(),
                r.sha256(),
                r.signer(),
                r.trusted(),
                Instant.ofEpochMilli(r.installedAt()),
                missing
                        ? PluginPackage.State.MISSING
                        : verdict.well() ? PluginPackage.State.ACTIVE : PluginPackage.State.FAILED,
                missing ? lost.reason(r.name()) : verdict.reason(),
                parts,
                verdict.services(),
                r.imports(),
                notes);
    }

    @Override
    public Done put(Order order, Path file) {
        return alone(() -> {
            try (Staging staging = new Staging(directory)) {
                Contents contents = verification.read(order, file, staging.directory());
                Optional<PackageRecord> held = records.get(contents.name()).filter(r -> r.stage() == Stage.INSTALLED);
                if (held.isPresent()) {
                    // Whoever could have wanted the one before back would not begin anew.
                    trials.keep(held.get());
                }
                Verification.Checked checked = verification.check(order, file, contents);
                files.keep(file, order.sha256());
                if (!checked.isThere()) {
                    tryOut(checked, contents.name(), Duration.ofMillis(order.timeoutMillis()));
                    lost.forget(contents.name());
                }
                return new Done(contents.name(), !checked.isThere());
            }
        });
    }

    /** One that had bundles missing is not what {@link Trials#put} brings back: it stays recorded. */
    private void tryOut(Verification.Checked checked, String plugin, Duration timeout) throws InterruptedException {
        Optional<PackageRecord> before = records.get(plugin);
        try {
            trials.put(checked, timeout);
        } finally {
            if (before.isPresent() && records.get(plugin).isEmpty()) {
                records.write(before.get());
            }
        }
    }

    @Override
    public void keep(String plugin, Order order) {
        alone(() -> {
            Optional<PackageRecord> last = last(plugin, order);
            if (last.isPresent()) {
                trials.keep(last.get());
            }
            return plugin;
        });
    }

    @Override
    public void takeBack(String plugin, Order order) {
        alone(() -> {
            Optional<PackageRecord> last = last(plugin, order);
            if (last.isEmpty()
                    && records.get(plugin)
                            .filter(r -> r.sha256().equals(order.sha256()))
                            .isPresent()) {
                throw new ResourceException(Reason.UNKNOWN, "plugin " + plugin + " is kept there and stays");
            }
            List<String> left = last.isPresent() ? trials.giveUp(last.get()) : List.of();
            if (!left.isEmpty()) {
                throw new ResourceException(
                        Reason.UNKNOWN,
                        "plugin " + plugin + " could not be taken back as a whole (" + String.join("; ", left)
                                + "): restart that member");
            }
            return plugin;
        });
    }

    private Optional<PackageRecord> last(String plugin, Order order) {
        return records.get(plugin)
                .filter(r -> r.stage() == Stage.INSTALLED && r.order().equals(order.id()));
    }

    @Override
    public void remove(String name) {
        alone(() -> {
            PackageRecord r = record(name);
            List<String> users = new ArrayList<>(Bundles.users(bundles.find(r.bundles())));
            users.addAll(partitions(r));
            if (!users.isEmpty()) {
                throw new ResourceException(
                        Reason.CONFLICT, "plugin " + name + " is in use: " + String.join("; ", users));
            }
            List<String> left = trials.takeOut(r.with(Stage.REMOVING, r.former()));
            if (!left.isEmpty()) {
                throw new ResourceException(
                        Reason.UNKNOWN,
                        "plugin " + name + " could not be taken out as a whole (" + String.join("; ", left)
                                + "): the rest goes at the next start of this member");
            }
            lost.forget(name);
            return r;
        });
    }

    /** Partitions that would be left without what they name. */
    private List<String> partitions(PackageRecord r) {
        return used.get().stream()
                .filter(p -> p.kind().equals(Plugin.SCHEDULER) || p.kind().equals(Plugin.STORE))
                .filter(p -> !p.usedBy().isEmpty())
                .filter(p -> r.bundles().stream().anyMatch(b -> b.symbolicName().equals(p.bundle())))
                .map(p -> p.kind() + " " + p.name() + " is that of " + String.join(", ", p.usedBy())
                        + ", which must get another one first")
                .toList();
    }

    private interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    private <T> T alone(Work<T> work) {
        if (!operation.tryLock()) {
            throw new ResourceException(
                    Reason.CONFLICT,
                    "a plugin is being installed or removed on this member: try again when that is done");
        }
        return locked(work);
    }

    /** Ends with what nobody may want back gone, and the operation unlocked. */
    private <T> T locked(Work<T> work) {
        try {
            try {
                return work.run();
            } finally {
                files.retain(records.digests());
            }
        } catch (Refused e) {
            throw new ResourceException(Reason.INVALID, "Nothing was changed. " + e.getMessage());
        } catch (IOException e) {
            throw new ResourceException(Reason.UNAVAILABLE, "Nothing was changed: " + e);
        } catch (UncheckedIOException e) {
            throw new ResourceException(
                    Reason.UNKNOWN, e.getMessage() + " (" + e.getCause() + "): make room, then restart this member");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNKNOWN, "interrupted: kochab:plugin-info says what is there now");
        } finally {
            operation.unlock();
        }
    }

    /** Ends what is under way, and waits for that. */
    @Override
    public void close() {
        trials.close();
        try {
            if (operation.tryLock(back.toMillis(), TimeUnit.MILLISECONDS)) {
                operation.unlock();
            } else {
                LOG.warn("A plugin is still being installed or removed; the next start of this member goes on with it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
