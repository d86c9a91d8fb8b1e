package org.kochab.shell.internal.command;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.kochab.api.model.CustomResourceDefinition;
import org.kochab.api.model.Kind;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.Pod;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.DeleteOptions;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.Requester;
import org.kochab.api.resource.ResourceEvent;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceService;
import org.kochab.api.resource.ResourceWatch;

/** The resource service over a map: enough for what commands do with it. */
final class MapResources implements ResourceService {
    private final Map<String, Resource> objects = new TreeMap<>();
    private final List<LinkedBlockingQueue<ResourceEvent>> watchers = new ArrayList<>();
    private long revision;

    /** Names that are refused. */
    final List<String> refused = new ArrayList<>();

    /** What becomes of what is made, as a controller would see to it. */
    UnaryOperator<Resource> controller = UnaryOperator.identity();

    /** The options of the last deletion. */
    DeleteOptions deleted = DeleteOptions.DEFAULT;

    @Override
    public ResourceService as(Requester requester) {
        return this;
    }

    @Override
    public synchronized List<Kind> kinds(TenantId tenant) {
        List<Kind> kinds = new ArrayList<>(Kind.BUILT_IN);
        for (Resource r : objects.values()) {
            if (r instanceof CustomResourceDefinition d
                    && tenant.value().equals(d.metadata().tenant())) {
                kinds.addAll(d.kinds());
            }
        }
        return kinds;
    }

    synchronized Resource add(String tenant, Resource resource) {
        return create(new TenantId(tenant), resource);
    }

    @Override
    public synchronized Resource create(TenantId tenant, Resource resource) {
        ObjectMeta meta = resource.metadata();
        if (refused.contains(meta.name())) {
            throw new ResourceException(
                    ResourceException.Reason.INVALID, "spec.replicas is -1: write a number of 0 or more");
        }
        if (meta.uid() == null) {
            meta = meta.created("uid-" + (revision + 1), Instant.now());
        }
        return put(controller.apply(resource.withMetadata(meta.withPlace(tenant.value(), meta.namespace()))));
    }

    @Override
    public List<Outcome> createAll(TenantId tenant, List<Resource> resources) {
        return resources.stream()
                .map(r -> (Outcome) new Outcome.Stored(create(tenant, r)))
                .toList();
    }

    @Override
    public synchronized Applied apply(TenantId tenant, Resource resource) {
        Applied planned = dryRun(tenant, resource);
        return planned.change() == Applied.Change.UNCHANGED
                ? planned
                : new Applied(create(tenant, planned.resource()), planned.change());
    }

    @Override
    public synchronized Applied dryRun(TenantId tenant, Resource resource) {
        ObjectMeta wanted = resource.metadata();
        Resource there = objects.get(key(tenant, resource));
        if (there == null) {
            return new Applied(resource, Applied.Change.CREATED);
        }
        ObjectMeta meta = there.metadata().withLabels(wanted.labels()).withAnnotations(wanted.annotations());
        Resource next = resource.withMetadata(meta);
        return new Applied(next, next.equals(there) ? Applied.Change.UNCHANGED : Applied.Change.CONFIGURED);
    }

    @Override
    public synchronized Resource update(TenantId tenant, Resource resource) {
        Resource there = objects.get(key(tenant, resource));
        if (there == null
                || !String.valueOf(there.metadata().resourceVersion())
                        .equals(resource.metadata().resourceVersion())) {
            throw new ResourceException(ResourceException.Reason.CONFLICT, "it has changed");
        }
        return put(resource);
    }

    @Override
    public Resource updateStatus(TenantId tenant, Resource resource) {
        return update(tenant, resource);
    }

    @Override
    public synchronized Optional<Resource> get(ResourceRef ref) {
        return Optional.ofNullable(
                objects.get(ref.tenant() + "|" + ref.kind().name() + "|" + ref.namespace() + "|" + ref.name()));
    }

    @Override
    public synchronized ResourcePage list(TenantId tenant, Kind kind, Query query) {
        List<Resource> all = objects.entrySet().stream()
                .filter(e -> e.getKey().startsWith(tenant + "|" + kind.name() + "|"))
                .map(Map.Entry::getValue)
                .filter(r -> query.namespace() == null
                        || query.namespace().equals(r.metadata().namespace()))
                .filter(r -> query.labels() == null
                        || query.labels().matches(r.metadata().labels()))
                .filter(r -> matches(r, query.fields()))
                .toList();
        int from = query.continueFrom().map(Integer::parseInt).orElse(0);
        int to = Math.min(all.size(), from + query.limit());
        return new ResourcePage(
                Long.toString(revision),
                all.subList(from, to),
                to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty(),
                List.of());
    }

    private static boolean matches(Resource r, Map<String, String> fields) {
        String name = fields.get("metadata.name");
        String node = fields.get("spec.nodeName");
        return (name == null || name.equals(r.metadata().name()))
                && (node == null
                        || r instanceof Pod p
                                && p.spec() != null
                                && node.equals(p.spec().nodeName()));
    }

    @Override
    public synchronized Resource delete(ResourceRef ref, DeleteOptions options) {
        deleted = options;
        Resource there =
                objects.remove(ref.tenant() + "|" + ref.kind().name() + "|" + ref.namespace() + "|" + ref.name());
        if (there == null) {
            throw new ResourceException(ResourceException.Reason.NOT_FOUND, "There is no " + ref);
        }
        watchers.forEach(w -> w.add(new ResourceEvent.Deleted(there)));
        return there;
    }

    /** Answers of evictions, one for each, before any is done: refusals. */
    final Deque<String> refusals = new ArrayDeque<>();

    @Override
    public synchronized Resource evict(ResourceRef pod, DeleteOptions options) {
        String refusal = refusals.poll();
        if (refusal != null) {
            throw new ResourceException(ResourceException.Reason.BUSY, refusal);
        }
        return delete(pod, options);
    }

    @Override
    public synchronized ResourceWatch watch(TenantId tenant, Kind kind, Query query, String resourceVersion) {
        var events = new LinkedBlockingQueue<ResourceEvent>();
        watchers.add(events);
        return new ResourceWatch() {
            @Override
            public List<ResourceEvent> poll(Duration timeout) throws InterruptedException {
                ResourceEvent e = events.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
                return e == null ? List.of() : List.of(e);
            }

            @Override
            public void onAvailable(Runnable signal) {
                throw new UnsupportedOperationException("the shell waits in poll");
            }

            @Override
            public void close() {
                synchronized (MapResources.this) {
                    watchers.remove(events);
                }
            }
        };
    }

    /** All that there is, by {@code TENANT|KIND|NAMESPACE|NAME}. */
    synchronized Map<String, Resource> all() {
        return new TreeMap<>(objects);
    }

    synchronized int watching() {
        return watchers.size();
    }

    private Resource put(Resource resource) {
        Resource stored = resource.withMetadata(resource.metadata().withResourceVersion(Long.toString(++revision)));
        boolean fresh =
                objects.put(key(new TenantId(String.valueOf(stored.metadata().tenant())), stored), stored) == null;
        watchers.forEach(w -> w.add(fresh ? new ResourceEvent.Added(stored) : new ResourceEvent.Modified(stored)));
        return stored;
    }

    private static String key(TenantId tenant, Resource r) {
        return tenant + "|" + r.kind() + "|" + r.metadata().namespace() + "|"
                + r.metadata().name();
    }
}
