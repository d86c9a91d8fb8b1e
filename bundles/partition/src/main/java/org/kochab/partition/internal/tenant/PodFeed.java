package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.TenantOwner;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Watch;
import org.kochab.api.partition.WatchEvent;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.PodDesk;
import org.kochab.partition.internal.core.tenant.VolumeDesk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a tenant partition's pods into the desk, and which tenants are the partition's: first all, then every change; again from the start whenever the thread
 * was lost. Used by the pod thread only.
 */
final class PodFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodFeed.class);
    /** More than are placed in the time: else the history of a partition whose pods are made faster than placed is over before it is read. */
    private static final int MOST_A_ROUND = 10_000;

    private static final String PODS = ObjectKeys.all(Kind.POD);
    private static final String CONFIG_MAPS = ObjectKeys.all(Kind.CONFIG_MAP);
    private static final String SECRETS = ObjectKeys.all(Kind.SECRET);
    private static final Map<String, Kind> VOLUMES =
            VolumeDesk.KINDS.stream().collect(Collectors.toMap(ObjectKeys::all, kind -> kind));

    /** Who must know of tenants. */
    interface Tenants {
        /** A tenant is this partition's from this revision on. */
        void arrived(String tenant, long revision);

        /** A tenant that is here has another home record: managers must hear that it is this partition's. */
        void changed();

        /** A config map or secret of a tenant's namespace came, went or changed. */
        void valuesChanged(String tenant, String namespace);
    }

    private final Workshop shop;
    private final Partition partition;
    private final PodDesk desk;
    private final Inbox inbox;
    private final Tenants tenants;
    /** Of tenants that came from other partitions, as the desk knows them. */
    private final Map<String, Long> eras = new TreeMap<>();

    private Watch watch;

    PodFeed(Workshop shop, Partition partition, PodDesk desk, Inbox inbox, Tenants tenants) {
        this.shop = shop;
        this.partition = partition;
        this.desk = desk;
        this.inbox = inbox;
        this.tenants = tenants;
        this.watch = readAll();
    }

    /** Takes what is there, up to a limit. @return whether there were pods among it */
    boolean read() {
        try {
            boolean any = false;
            int taken = 0;
            List<WatchEvent> events;
            do {
                events = watch.poll();
                for (WatchEvent event : events) {
                    any |= take(event);
                }
                taken += events.size();
            } while (!events.isEmpty() && taken < MOST_A_ROUND);
            return any;
        } catch (GoneException e) {
            LOG.info("{} lists its pods again: {}", partition.id(), e.getMessage());
            watch.close();
            watch = readAll();
            return false;
        }
    }

    /**
     * Tenants that came from other partitions and are here as far as the desk knows: what it is told of their claims it must be able to compare with
     * their pods.
     */
    List<TenantOwner> owned() {
        List<TenantOwner> owned = new ArrayList<>();
        eras.forEach((tenant, era) -> {
            if (!desk.isClosed(tenant)) {
                owned.add(new TenantOwner(tenant, era, partition.id().value()));
            }
        });
        return owned;
    }

    /** All pods, and a watch from there: of everything, for whether a pod is this partition's is said by its tenant's fence. */
    private Watch readAll() {
        while (true) {
            try {
                long at = partition.revision();
                readTenants(at);
                readVolumes(at);
                Set<String> gone = desk.keys();
                for (Entry entry : Pages.all(partition, PODS, at)) {
                    gone.remove(entry.key());
                    put(entry);
                }
                Watch from = partition.watch("", at);
                from.onAvailable(inbox::signal);
                gone.forEach(desk::podDeleted);
                return from;
            } catch (GoneException e) {
                LOG.info("{} lists its pods once more: {}", partition.id(), e.getMessage());
            }
        }
    }

    /** Before pods: what they use must be known by then. */
    private void readVolumes(long at) throws GoneException {
        Map<String, Resource> all = new TreeMap<>();
        for (Kind kind : VolumeDesk.KINDS) {
            for (Entry entry : Pages.all(partition, ObjectKeys.all(kind), at)) {
                if (!desk.isClosed(ObjectKeys.tenantOf(entry.key()))) {
                    all.put(entry.key(), shop.decoded().decode(entry, kind));
                }
            }
        }
        desk.volumes().replace(all);
    }

    /** A tenant has come if it was closed, or if it is in another era: then it was away and is here again. */
    private void readTenants(long at) throws GoneException {
        Set<String> came = desk.closed();
        Map<String, Long> former = new TreeMap<>(eras);
        eras.clear();
        for (Entry home : Pages.all(partition, Home.all(), at)) {
            String tenant = ObjectKeys.tenantOf(home.key());
            long era = Home.of(Optional.of(home)).era();
            eras.put(tenant, era);
            if (!Long.valueOf(era).equals(former.get(tenant))) {
                came.add(tenant);
            }
        }
        for (Entry fence : Pages.all(partition, Fences.PREFIX, at)) {
            String tenant = ObjectKeys.tenantOf(fence.key());
            came.remove(tenant);
            desk.closed(tenant);
        }
        came.forEach(tenant -> tenants.arrived(tenant, at));
    }

    /** @return whether it is a pod's */
    private boolean take(WatchEvent event) throws GoneException {
        String key = event instanceof WatchEvent.Put p
                ? p.entry().key()
                : event instanceof WatchEvent.Deleted d ? d.previous().key() : "";
        if (key.startsWith(Fences.PREFIX)) {
            fence(ObjectKeys.tenantOf(key), event);
        } else if (key.startsWith(Home.all())) {
            home(ObjectKeys.tenantOf(key), event);
        } else if (key.startsWith(PODS)) {
            pod(event);
            return true;
        } else if (key.startsWith(CONFIG_MAPS) || key.startsWith(SECRETS)) {
            String[] parts = key.split("/", 4);
            tenants.valuesChanged(parts[1], parts[2]);
        } else {
            Kind kind = VOLUMES.get(key.substring(0, key.indexOf('/') + 1));
            if (kind != null) {
                volume(kind, event);
            }
        }
        return false;
    }

    private void fence(String tenant, WatchEvent event) throws GoneException {
        if (event instanceof WatchEvent.Put) {
            desk.closed(tenant);
        } else {
            tenants.arrived(tenant, event.revision());
            for (Kind kind : VolumeDesk.KINDS) {
                String prefix = ObjectKeys.prefix(new TenantId(tenant), kind, null);
                Pages.all(partition, prefix, event.revision()).forEach(e -> volume(kind, e));
            }
            String prefix = ObjectKeys.prefix(new TenantId(tenant), Kind.POD, null);
            Pages.all(partition, prefix, event.revision()).forEach(this::put);
        }
    }

    /** A tenant came, or a new one has the name of one that moved. */
    private void home(String tenant, WatchEvent event) {
        if (event instanceof WatchEvent.Put put) {
            eras.put(tenant, Home.of(Optional.of(put.entry())).era());
            if (!desk.isClosed(tenant)) {
                tenants.changed();
            }
        } else {
            eras.remove(tenant);
        }
    }

    private void pod(WatchEvent event) {
        if (event instanceof WatchEvent.Put p) {
            put(p.entry());
        } else if (event instanceof WatchEvent.Deleted d) {
            desk.podDeleted(d.previous().key());
        }
    }

    private void volume(Kind kind, WatchEvent event) {
        if (event instanceof WatchEvent.Put p) {
            volume(kind, p.entry());
        } else if (event instanceof WatchEvent.Deleted d) {
            desk.volumes().deleted(d.previous().key());
        }
    }

    private void volume(Kind kind, Entry entry) {
        if (!desk.isClosed(ObjectKeys.tenantOf(entry.key()))) {
            desk.volumes().put(entry.key(), shop.decoded().decode(entry, kind));
        }
    }

    /** Those it has already need not be decoded: else whoever fell behind once would fall behind further. */
    private void put(Entry entry) {
        if (!desk.has(entry.key(), entry.revision()) && !desk.isClosed(ObjectKeys.tenantOf(entry.key()))) {
            desk.podPut(entry.key(), entry.revision(), entry.createRevision(), (Pod)
                    shop.decoded().decode(entry, Kind.POD));
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
