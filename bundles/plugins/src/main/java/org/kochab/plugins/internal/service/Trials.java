package org.kochab.plugins.internal.service;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.plugins.internal.service.PackageRecord.Stage;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts plugins into the framework on trial. One thread at a time, but for {@link #close}; blocks. */
final class Trials {
    private static final Logger LOG = LoggerFactory.getLogger(Trials.class);
    private static final long LOOK_MILLIS = 100;

    private final Records records;
    private final Bundles bundles;
    private final Health health;
    private final Duration settle;
    private final Duration back;
    private final CountDownLatch closed = new CountDownLatch(1);

    Trials(Records records, Bundles bundles, Health health, Settings settings) {
        this.records = records;
        this.bundles = bundles;
        this.health = health;
        this.settle = settings.settle();
        this.back = settings.back();
    }

    /** Takes back what was begun before a crash, and goes on with what is to be taken out. */
    void recover() {
        try {
            for (PackageRecord r : records.list()) {
                switch (r.stage()) {
                    case TRIAL -> {
                        LOG.warn(
                                "Plugin {} {} was being tried when this member ended: it is taken out",
                                r.name(),
                                r.version());
                        takeBack(r);
                    }
                    case RETURNING -> takeOutAgain(r, r.kept());
                    case REMOVING -> takeOut(r);
                    case INSTALLED -> keep(r);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Installs what was found good, and takes it out again if it is not well in time. What was there before is held.
     *
     * @throws ResourceException if it was not well; the former version is back
     */
    PackageRecord put(Verification.Checked checked, Duration timeout) throws InterruptedException {
        PackageRecord former = checked.former();
        PackageRecord trial = checked.record().with(Stage.TRIAL, former);
        long deadline = System.nanoTime() + timeout.toNanos();
        records.write(trial);
        Optional<String> fault;
        try {
            fault = fault(checked, trial, deadline);
        } catch (InterruptedException e) {
            takeBack(trial);
            throw e;
        }
        if (fault.isPresent()) {
            String what = "plugin " + trial.name() + " " + trial.version() + " was not well: " + fault.get() + ". ";
            List<String> left = takeBack(trial);
            if (!left.isEmpty()) {
                throw new ResourceException(
                        Reason.UNKNOWN,
                        what + "It could not be taken back as a whole (" + String.join("; ", left)
                                + "): restart this member");
            }
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    what + (former == null ? "It was taken out again" : "Version " + former.version() + " is back"));
        }
        PackageRecord installed = trial.with(Stage.INSTALLED, former);
        records.write(installed);
        LOG.info("Plugin {} {} is installed from {}", trial.name(), trial.version(), trial.source());
        return installed;
    }

    /**
     * Installs again what the framework has lost, and takes it out again if it is not well in time; it stays recorded then.
     *
     * @throws ResourceException if it was not well
     */
    void putAgain(Verification.Checked checked, PackageRecord lost, Duration timeout) throws InterruptedException {
        PackageRecord returning = checked.record().returning(lost);
        records.write(returning);
        List<String> faults = new ArrayList<>();
        try {
            fault(checked, returning, System.nanoTime() + timeout.toNanos()).ifPresent(faults::add);
        } catch (InterruptedException e) {
            takeOutAgain(returning, lost);
            throw e;
        }
        if (faults.isEmpty()) {
            faults.addAll(start(returning));
        }
        if (!faults.isEmpty()) {
            List<String> left = takeOutAgain(returning, lost);
            throw new ResourceException(
                    Reason.UNAVAILABLE,
                    "it was not well: " + String.join("; ", faults)
                            + (left.isEmpty()
                                    ? ""
                                    : ". It could not be taken out as a whole (" + String.join("; ", left)
                                            + "): restart this member"));
        }
        records.write(returning.kept());
    }

    /** @return what could not be taken out; it is tried again at the next start */
    private List<String> takeOutAgain(PackageRecord returning, PackageRecord lost) throws InterruptedException {
        List<String> left = bundles.uninstall(bundles.find(returning.bundles()), back);
        if (left.isEmpty()) {
            records.write(lost);
        }
        return left;
    }

    /** Why it is not well; empty if it is. Everything that vendors' code may hold up has its end. */
    private Optional<String> fault(Verification.Checked checked, PackageRecord trial, long deadline)
            throws InterruptedException {
        try {
            List<String> stale = bundles.uninstall(checked.leftOvers(), left(deadline));
            if (!stale.isEmpty()) {
                return Optional.of("what is left of a former one cannot be removed: " + String.join("; ", stale));
            }
            for (Verification.Fresh f : checked.fresh()) {
                bundles.install(f.location(), f.file());
            }
            PackageRecord former = trial.former();
            if (former != null) {
                List<String> stuck =
                        Bundles.stop(bundles.find(former.without(trial)), Bundle.STOP_TRANSIENT, left(deadline));
                if (!stuck.isEmpty()) {
                    return Optional.of("the former version does not stop: " + String.join("; ", stuck));
                }
            }
            List<Bundle> all = bundles.find(trial.bundles());
            Limited.call("start", left(deadline), () -> {
                Bundles.tryOut(all);
                return null;
            });
            return settle(all, deadline);
        } catch (TimeoutException e) {
            return Optional.of("its bundles were not started in time: an activator of it waits");
        } catch (ExecutionException e) {
            return Optional.of(sentence(e.getCause()));
        } catch (BundleException | IOException e) {
            return Optional.of(sentence(e));
        }
    }

    private static String sentence(Throwable t) {
        Throwable deepest = t;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest == t ? String.valueOf(t.getMessage()) : t.getMessage() + " (" + deepest + ")";
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    /** Waits until they were well for a while. */
    private Optional<String> settle(List<Bundle> all, long deadline) throws InterruptedException, ExecutionException {
        long since = 0;
        String reason = "its services were not made in time: a component of it waits";
        while (true) {
            Health.Verdict verdict;
            try {
                verdict = Limited.call("look", left(deadline), () -> health.probe(all));
            } catch (TimeoutException e) {
                return Optional.of(reason);
            }
            reason = verdict.well() ? "it was not well for long enough" : verdict.reason();
            long now = System.nanoTime();
            if (!verdict.well()) {
                since = 0;
            } else if (since == 0) {
                since = now;
            }
            if (since != 0 && now - since >= settle.toNanos()) {
                return Optional.empty();
            }
            if (verdict.hopeless() || now - deadline >= 0) {
                return Optional.of(reason);
            }
            if (closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return Optional.of("this member stops");
            }
        }
    }

    /** Takes a trial out and brings back what was there before. */
    private List<String> takeBack(PackageRecord trial) throws InterruptedException {
        PackageRecord former = trial.former();
        List<String> left = new ArrayList<>(bundles.uninstall(bundles.find(trial.without(former)), back));
        if (former != null) {
            left.addAll(start(former));
            records.write(former);
        } else if (left.isEmpty()) {
            records.delete(trial.name());
        }
        return left;
    }

    /** @return what could not be taken out; it is tried again at the next start */
    List<String> takeOut(PackageRecord removing) throws InterruptedException {
        records.write(removing);
        List<Bundle> all = new ArrayList<>(bundles.find(removing.bundles()));
        PackageRecord former = removing.former();
        if (former != null) {
            all.addAll(bundles.find(former.without(removing)));
        }
        List<String> left = bundles.uninstall(all, back);
        if (left.isEmpty()) {
            records.delete(removing.name());
            LOG.info("Plugin {} {} is removed", removing.name(), removing.version());
        }
        return left;
    }

    /** From now on it is started whenever the framework starts, and nothing is held for it. */
    void keep(PackageRecord installed) throws InterruptedException {
        if (installed.equals(installed.kept())) {
            return;
        }
        PackageRecord former = installed.former();
        List<String> faults = new ArrayList<>(start(installed));
        if (faults.isEmpty() && former != null) {
            faults.addAll(bundles.uninstall(bundles.find(former.without(installed)), back));
        }
        if (faults.isEmpty()) {
            records.write(installed.kept());
        } else {
            LOG.warn(
                    "Plugin {} {} still has its former version beside it: {}",
                    installed.name(),
                    installed.version(),
                    faults);
        }
    }

    /** Starts it for good. */
    private List<String> start(PackageRecord record) throws InterruptedException {
        List<Bundle> all = bundles.find(record.bundles());
        try {
            Limited.call("start", back, () -> {
                Bundles.keep(all);
                return null;
            });
            return List.of();
        } catch (ExecutionException e) {
            return List.of("version " + record.version() + " does not start: " + sentence(e.getCause()));
        } catch (TimeoutException e) {
            return List.of("version " + record.version() + " does not start in time");
        }
    }

    /**
     * Brings back what was there before one that was well.
     *
     * @return what could not be done
     */
    List<String> giveUp(PackageRecord installed) throws InterruptedException {
        if (installed.former() == null) {
            return takeOut(installed.with(Stage.REMOVING, null));
        }
        PackageRecord trial = installed.with(Stage.TRIAL, installed.former());
        records.write(trial);
        return takeBack(trial);
    }

    /** Ends the trial that is under way: it is taken back. */
    void close() {
        closed.countDown();
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }
}
