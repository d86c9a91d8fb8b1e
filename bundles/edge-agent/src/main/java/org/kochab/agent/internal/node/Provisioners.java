package org.kochab.agent.internal.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.kochab.api.model.Annotations;
import org.kochab.spi.runtime.RuntimeFailure;
import org.kochab.spi.volume.VolumeId;
import org.kochab.spi.volume.VolumeProvisioner;
import org.kochab.spi.volume.VolumeRequest;
import org.kochab.spi.volume.VolumeUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What makes persistent volumes on this node: the agent's own provisioners, and vendors'. Any thread; one call at a time for one volume. */
public final class Provisioners {
    private static final Logger LOG = LoggerFactory.getLogger(Provisioners.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final int LOCKS = 64;

    private static final class Slot {
        final VolumeProvisioner provisioner;
        boolean usable;

        Slot(VolumeProvisioner provisioner) {
            this.provisioner = provisioner;
        }
    }

    /** By name, the first of a name serves. */
    private final SortedMap<String, List<Slot>> slots = new TreeMap<>();

    private final Lock[] locks = new Lock[LOCKS];
    private boolean news;

    /** @param own the agent's, before which no other of their names comes */
    public Provisioners(List<VolumeProvisioner> own) {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
        own.forEach(p -> {
            add(p);
            probe(p);
        });
    }

    /** It may be used by pods that are placed here; {@link #probe} is what has them placed here. */
    public void add(VolumeProvisioner provisioner) {
        String name = provisioner.name();
        if (name == null || !NAME.matcher(name).matches()) {
            LOG.warn(
                    "{} is called {}, which is no name of a provisioner, and is not used",
                    provisioner.getClass().getName(),
                    name);
            return;
        }
        synchronized (this) {
            List<Slot> same = slots.computeIfAbsent(name, n -> new ArrayList<>());
            if (!same.isEmpty()) {
                LOG.warn(
                        "There is a provisioner {} already; {} waits",
                        name,
                        provisioner.getClass().getName());
            }
            same.add(new Slot(provisioner));
        }
    }

    /** Asks it whether it can work here; blocks as long as that takes. */
    public void probe(VolumeProvisioner provisioner) {
        Optional<String> obstacle = obstacle(provisioner);
        obstacle.ifPresent(why -> LOG.info("No volumes of {} are made here: {}", provisioner.name(), why));
        if (obstacle.isEmpty()) {
            usable(provisioner);
        }
    }

    private synchronized void usable(VolumeProvisioner provisioner) {
        slots.values().stream()
                .flatMap(List::stream)
                .filter(s -> s.provisioner == provisioner)
                .forEach(s -> s.usable = true);
        news = true;
    }

    private static Optional<String> obstacle(VolumeProvisioner provisioner) {
        try {
            return provisioner.obstacle();
        } catch (RuntimeException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    public synchronized void remove(VolumeProvisioner provisioner) {
        slots.values().forEach(same -> same.removeIf(s -> s.provisioner == provisioner));
        slots.values().removeIf(List::isEmpty);
        news = true;
    }

    /** Labels of the node: where volumes can be made. */
    public synchronized SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        slots.forEach((name, same) -> {
            if (same.get(0).usable) {
                labels.put(Annotations.PROVISIONER_PREFIX + name, "true");
            }
        });
        return labels;
    }

    /** Whether {@link #labels} may be others than at the last call. */
    public synchronized boolean takeNews() {
        boolean was = news;
        news = false;
        return was;
    }

    private synchronized VolumeProvisioner get(String name) {
        List<Slot> same = slots.get(name);
        if (same == null) {
            throw new IllegalStateException(
                    "provisioner " + name + " is not on this node; install it, or wait until it is back");
        }
        return same.get(0).provisioner;
    }

    private Lock lock(VolumeId id) {
        return locks[Math.floorMod(id.hashCode(), LOCKS)];
    }

    /** @return the volume's directory, mounted */
    public Path provision(String provisioner, VolumeRequest request) {
        Lock lock = lock(request.id());
        lock.lock();
        try {
            Path path = get(provisioner).provision(request);
            if (path == null || !path.isAbsolute()) {
                throw new IllegalStateException("provisioner " + provisioner + " gave no absolute path, but " + path);
            }
            return path;
        } catch (RuntimeException e) {
            throw new RuntimeFailure(
                    RuntimeFailure.Code.TEMPORARY, "volume " + request.id().uid() + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Deletes a volume. Returns only if the provisioner says that nothing of it is left.
     *
     * @return one sentence on what was there
     */
    public String delete(String provisioner, VolumeId id) {
        Lock lock = lock(id);
        lock.lock();
        try {
            VolumeProvisioner of = get(provisioner);
            if (!of.list().contains(id)) {
                return "There is no such volume.";
            }
            Optional<VolumeUsage> usage = of.usage(id);
            of.delete(id);
            if (of.list().contains(id)) {
                throw new IllegalStateException("provisioner " + provisioner + " still has volume " + id.uid());
            }
            LOG.info("Deleted volume {} of {}", id, provisioner);
            return usage.map(u -> "Deleted, with " + u.used() + " bytes.").orElse("Deleted.");
        } finally {
            lock.unlock();
        }
    }
}
