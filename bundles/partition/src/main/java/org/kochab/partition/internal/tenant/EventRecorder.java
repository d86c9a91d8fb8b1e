package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.Event;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.CommitResult;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Operation;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.Precondition;
import org.kochab.api.resource.ResourceException;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps events of a tenant partition: the same again is counted, each namespace has at most 1,000 and no more than its share of 50,000 a partition, each
 * event goes an hour after it last happened. Written once a second, in few transactions; what comes faster than that is dropped, for events inform and
 * decide nothing. Thread-safe, never blocks.
 */
final class EventRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final int MOST_A_NAMESPACE = 1_000;
    private static final int MOST_A_PARTITION = 50_000;
    /** However many namespaces there are. */
    private static final int LEAST_A_NAMESPACE = 10;

    private static final int MOST_UNWRITTEN = 2_000;
    private static final int LONGEST_MESSAGE = 1_000;
    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private record Id(String uid, String type, String reason, String message) {}

    private record Place(String tenant, String namespace) implements Comparable<Place> {
        @Override
        public int compareTo(Place o) {
            int by = tenant.compareTo(o.tenant);
            return by == 0 ? namespace.compareTo(o.namespace) : by;
        }
    }

    private final Workshop shop;
    private final Partition partition;
    private final int most;
    private final Worker worker;
    private final SinkFollower sinks;
    private final Map<Place, LinkedHashMap<Id, Event>> events = new TreeMap<>();
    private final LinkedHashMap<String, Event> unwritten = new LinkedHashMap<>();
    private final LinkedHashMap<String, Place> removed = new LinkedHashMap<>();

    EventRecorder(Workshop shop, Partition partition, EventSinks sinks) {
        this(shop, partition, MOST_A_PARTITION, sinks);
    }

    /** @param most events of the partition */
    EventRecorder(Workshop shop, Partition partition, int most, EventSinks sinks) {
        this.sinks = new SinkFollower(shop, partition, sinks);
        this.shop = shop;
        this.partition = partition;
        this.most = most;
        this.worker = new Worker("kochab-" + partition.id() + "-events");
    }

    void start() {
        worker.start(this::run);
    }

    void record(Resource about, String type, String reason, String message) {
        ObjectMeta meta = about.metadata();
        if (meta.tenant() == null || meta.namespace() == null) {
            return;
        }
        Event.Involved involved = new Event.Involved(
                about.apiVersion(), about.kind(), meta.namespace(), String.valueOf(meta.name()), meta.uid());
        record(meta.tenant(), involved, type, reason, message);
    }

    void record(String tenant, Event.Involved involved, String type, String reason, String message) {
        String text = message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "..." : message;
        Place place = new Place(tenant, String.valueOf(involved.namespace()));
        Id id = new Id(String.valueOf(involved.uid()), type, reason, text);
        Instant now = shop.now();
        synchronized (this) {
            LinkedHashMap<Id, Event> here = events.computeIfAbsent(place, p -> new LinkedHashMap<>());
            Event known = here.remove(id);
            if (known == null && unwritten.size() >= MOST_UNWRITTEN) {
                return;
            }
            Event next = known == null ? first(tenant, involved, type, reason, text, now) : again(known, now);
            here.put(id, next);
            unwritten.put(key(next), next);
            trim(place, here);
        }
    }

    private Event first(
            String tenant, Event.Involved involved, String type, String reason, String message, Instant now) {
        ObjectMeta meta = ObjectMeta.named(
                        involved.name() + "." + shop.random().uid().substring(0, 13))
                .withPlace(tenant, involved.namespace())
                .created(shop.random().uid(), now);
        return new Event(
                Kind.EVENT.apiVersion(),
                Kind.EVENT.name(),
                meta,
                involved,
                type,
                reason,
                message,
                new Event.Source("kochab", partition.id().value()),
                1,
                now,
                now);
    }

    private static Event again(Event e, Instant now) {
        int count = e.count() == null ? 2 : e.count() + 1;
        return new Event(
                e.apiVersion(),
                e.kind(),
                e.metadata(),
                e.involvedObject(),
                e.type(),
                e.reason(),
                e.message(),
                e.source(),
                count,
                e.firstTimestamp(),
                now);
    }

    private static String key(Event e) {
        ObjectMeta meta = e.metadata();
        return Kind.EVENT.plural() + "/" + meta.tenant() + "/" + meta.namespace() + "/" + meta.name();
    }

    private void trim(Place place, LinkedHashMap<Id, Event> here) {
        int share = Math.min(MOST_A_NAMESPACE, Math.max(LEAST_A_NAMESPACE, most / events.size()));
        for (Iterator<Event> oldest = here.values().iterator(); here.size() > share; ) {
            remove(place, oldest.next());
            oldest.remove();
        }
    }

    private void remove(Place place, Event event) {
        unwritten.remove(key(event));
        removed.put(key(event), place);
    }

    private void run() throws InterruptedException {
        load(ObjectKeys.all(Kind.EVENT));
        while (worker.running()) {
            worker.pause(INTERVAL);
            try {
                write();
                sinks.look();
            } catch (NotLeaderException | ResourceException e) {
                LOG.debug("events of {} are not written now: {}", partition.id(), e.getMessage());
            }
        }
    }

    /** A tenant came from another partition: its events are this one's to count and to end. */
    void arrived(TenantId tenant) {
        load(ObjectKeys.prefix(tenant, Kind.EVENT, null));
    }

    private void load(String prefix) {
        try {
            ListPage page = partition.list(prefix, 1_000);
            while (true) {
                synchronized (this) {
                    for (Entry entry : page.entries()) {
                        Event e = (Event) shop.decoded().former(entry, Kind.EVENT);
                        ObjectMeta m = e.metadata();
                        Place place = new Place(String.valueOf(m.tenant()), String.valueOf(m.namespace()));
                        String uid = e.involvedObject() == null
                                ? ""
                                : String.valueOf(e.involvedObject().uid());
                        events.computeIfAbsent(place, p -> new LinkedHashMap<>())
                                .putIfAbsent(
                                        new Id(
                                                uid,
                                                String.valueOf(e.type()),
                                                String.valueOf(e.reason()),
                                                String.valueOf(e.message())),
                                        e.withMetadata(m.withResourceVersion(null)));
                    }
                }
                if (page.next().isEmpty()) {
                    return;
                }
                page = partition.list(prefix, 1_000, page.next().get());
            }
        } catch (GoneException | NotLeaderException e) {
            LOG.debug("older events of {} are not counted on: {}", partition.id(), e.getMessage());
        }
    }

    void write() {
        List<Chunks.Change> changes = new ArrayList<>();
        List<Event> written = new ArrayList<>();
        synchronized (this) {
            age(shop.now().minus(KEPT));
            // More namespaces leave less for each.
            events.forEach(this::trim);
            for (Event e : unwritten.values()) {
                ObjectMeta m = e.metadata();
                String open = ObjectKeys.openNamespace(
                        new TenantId(String.valueOf(m.tenant())), String.valueOf(m.namespace()));
                changes.add(new Chunks.Change(
                        List.of(new Precondition.Present(open)), List.of(new Operation.Put(key(e), encode(e)))));
                written.add(e);
            }
            unwritten.clear();
            for (String key : removed.keySet()) {
                changes.add(new Chunks.Change(List.of(), List.of(new Operation.Delete(key))));
            }
            removed.clear();
        }
        List<CommitResult> results = Chunks.commit(Committer.of(partition), changes);
        synchronized (this) {
            for (int i = 0; i < written.size(); i++) {
                if (results.get(i) instanceof CommitResult.Conflict) {
                    // Its namespace is being deleted.
                    ObjectMeta m = written.get(i).metadata();
                    events.remove(new Place(String.valueOf(m.tenant()), String.valueOf(m.namespace())));
                }
            }
        }
    }

    private byte[] encode(Event e) {
        TenantId tenant = new TenantId(String.valueOf(e.metadata().tenant()));
        return shop.encode(e, Home.of(partition.get(Home.key(tenant))).era());
    }

    private void age(Instant before) {
        for (var places = events.entrySet().iterator(); places.hasNext(); ) {
            var place = places.next();
            for (Iterator<Event> all = place.getValue().values().iterator(); all.hasNext(); ) {
                Event e = all.next();
                if (e.lastTimestamp() != null && e.lastTimestamp().isAfter(before)) {
                    // Those behind it happened later.
                    break;
                }
                remove(place.getKey(), e);
                all.remove();
            }
            if (place.getValue().isEmpty()) {
                places.remove();
            }
        }
    }

    @Override
    public void close() {
        worker.close();
        sinks.close();
    }
}
