package org.kochab.partition.internal.tenant;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Node;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.NodeKeys;
import org.kochab.api.node.ResourceManager;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.NotLeaderException;
import org.kochab.api.partition.Partition;
import org.kochab.api.partition.PartitionId;
import org.kochab.api.partition.PartitionKind;
import org.kochab.api.partition.PartitionService;
import org.kochab.api.partition.Watch;
import org.kochab.api.resource.Applied;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourcePage;
import org.kochab.api.resource.ResourceRef;
import org.kochab.api.resource.ResourceWatch;
import org.kochab.partition.internal.core.tenant.Changes.Next;
import org.kochab.partition.internal.core.tenant.Selection;

/**
 * Nodes, wherever their resource manager is. Lists merge all managers by name; a manager that cannot be reached is named, its nodes are
 * missing. Any thread; blocks at most 30 seconds.
 */
final class NodeObjects {
    private static final Duration MOST = Duration.ofSeconds(30);
    private static final int MOST_ATTEMPTS = 16;

    private final Workshop shop;
    private final PartitionService partitions;
    private final Function<PartitionId, Optional<ResourceManager>> managers;

    NodeObjects(Workshop shop, PartitionService partitions, Function<PartitionId, Optional<ResourceManager>> managers) {
        this.shop = shop;
        this.partitions = partitions;
        this.managers = managers;
    }

    private List<PartitionId> ids() {
        return partitions.partitions().stream()
                .filter(s -> s.spec().kind() == PartitionKind.RESOURCE_MANAGER)
                .map(s -> s.spec().id())
                .sorted()
                .toList();
    }

    private record Found(Partition partition, Entry entry) {}

    private Optional<Found> find(String name) {
        for (PartitionId id : ids()) {
            try {
                Optional<Partition> partition = partitions.partition(id);
                Optional<Entry> entry = partition.flatMap(p -> p.get(NodeKeys.node(name)));
                if (entry.isPresent() && !NodeKeys.isMoved((Node) shop.decoded().decode(entry.get(), Kind.NODE))) {
                    return Optional.of(new Found(partition.get(), entry.get()));
                }
            } catch (NotLeaderException e) {
                // As if it could not be reached: its leader has just gone.
            }
        }
        return Optional.empty();
    }

    Optional<Resource> get(String name) {
        return find(name).map(f -> shop.decoded().decode(f.entry, Kind.NODE));
    }

    ResourcePage list(Query query, Selection selection) {
        Map<String, ListCursor> from = PageToken.cursors(query.continueFrom());
        List<String> unreachable = new ArrayList<>();
        Map<String, Long> revisions = new TreeMap<>();
        Map<String, ListCursor> cursors = new TreeMap<>();
        TreeMap<String, Resource> merged = new TreeMap<>();
        Map<String, String> home = new TreeMap<>();
        boolean more = false;
        for (PartitionId id : ids()) {
            String key = id.value();
            if (query.continueFrom().isPresent() && !from.containsKey(key)) {
                continue;
            }
            Optional<ListPage> page = page(id, Optional.ofNullable(from.get(key)), query, selection, merged, home);
            if (page.isEmpty()) {
                unreachable.add(key);
                continue;
            }
            revisions.put(key, page.get().revision());
            String after = from.containsKey(key) ? from.get(key).afterKey() : "";
            cursors.put(key, new ListCursor(page.get().revision(), after));
            more |= page.get().next().isPresent();
        }
        List<Resource> items = new ArrayList<>();
        for (var e : merged.entrySet()) {
            if (items.size() == query.limit()) {
                more = true;
                break;
            }
            items.add(e.getValue());
            ListCursor before = cursors.get(home.get(e.getKey()));
            cursors.put(home.get(e.getKey()), new ListCursor(before.revision(), NodeKeys.node(e.getKey())));
        }
        return new ResourcePage(
                PageToken.revisions(revisions),
                items,
                more ? Optional.of(PageToken.cursors(cursors)) : Optional.empty(),
                unreachable);
    }

    /** Adds up to a page of one manager's matching nodes. */
    private Optional<ListPage> page(
            PartitionId id,
            Optional<ListCursor> from,
            Query query,
            Selection selection,
            Map<String, Resource> merged,
            Map<String, String> home) {
        try {
            Optional<Partition> partition = partitions.partition(id);
            if (partition.isEmpty()) {
                return Optional.empty();
            }
            Partition p = partition.get();
            boolean begun = from.isPresent() && !from.get().afterKey().isEmpty();
            ListPage page =
                    begun ? p.list(NodeKeys.NODES, query.limit(), from.get()) : p.list(NodeKeys.NODES, query.limit());
            int found = 0;
            while (true) {
                for (Entry entry : page.entries()) {
                    Resource node = shop.decoded().decode(entry, Kind.NODE);
                    Resource other = merged.get(String.valueOf(node.metadata().name()));
                    if (selection.matches(node) && (other == null || isLater((Node) node, (Node) other))) {
                        found++;
                        merged.put(String.valueOf(node.metadata().name()), node);
                        home.put(String.valueOf(node.metadata().name()), id.value());
                    }
                }
                if (page.next().isEmpty() || found >= query.limit()) {
                    return Optional.of(page);
                }
                page = p.list(NodeKeys.NODES, query.limit(), page.next().get());
            }
        } catch (GoneException e) {
            throw new ResourceException(Reason.GONE, e.getMessage());
        } catch (NotLeaderException e) {
            return Optional.empty();
        }
    }

    /** Of a node that changes its manager both have something. */
    private static boolean isLater(Node node, Node other) {
        return !NodeKeys.isMoved(node) && (NodeKeys.isMoved(other) || NodeKeys.moves(node) >= NodeKeys.moves(other));
    }

    ResourceWatch watch(Query query, String resourceVersion, Selection selection) {
        Map<String, Long> revisions = PageToken.revisions(resourceVersion);
        List<Watch> sources = new ArrayList<>();
        try {
            for (PartitionId id : ids()) {
                Optional<Partition> partition = partitions.partition(id);
                if (partition.isEmpty()) {
                    continue;
                }
                // A manager that could not be listed is watched from its beginning, or Gone asks for a new list.
                sources.add(partition.get().watch(NodeKeys.NODES, revisions.getOrDefault(id.value(), 0L)));
            }
            return new ObjectWatch(
                    sources.stream().map(ObjectWatch.Source::of).toList(), shop.decoded(), Kind.NODE, selection);
        } catch (GoneException e) {
            sources.forEach(Watch::close);
            throw new ResourceException(Reason.GONE, e.getMessage());
        } catch (NotLeaderException e) {
            sources.forEach(Watch::close);
            throw new ResourceException(Reason.GONE, e.getMessage() + "; list again");
        }
    }

    private static ResourceRef ref(String name) {
        return new ResourceRef(TenantId.SYSTEM, Kind.NODE, null, name);
    }

    Applied apply(Resource manifest, boolean dry, Gate gate) {
        String name = String.valueOf(manifest.metadata().name());
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Found found = find(name).orElseThrow(() -> noSuch(name));
            Node current = (Node) shop.decoded().decode(found.entry, Kind.NODE);
            Node written = (Node) gate.mutated(ref(name), current, manifest, dry, Gate.Reads.NONE);
            Next next = shop.changes().applied(Kind.NODE, current, written);
            gate.admit(ref(name), current, next, dry, Gate.Reads.NONE);
            if (!(next instanceof Next.Store store)) {
                return new Applied(current, Applied.Change.UNCHANGED);
            }
            if (dry) {
                return new Applied(store.object(), Applied.Change.CONFIGURED);
            }
            Optional<Node> stored = await(manager(found.partition).update((Node) store.object()), name);
            if (stored.isPresent()) {
                return new Applied(stored.get(), Applied.Change.CONFIGURED);
            }
        }
        throw new ResourceException(Reason.BUSY, "Node " + name + " is being changed all the time; try again shortly");
    }

    Resource update(Resource wanted, Gate gate) {
        String name = String.valueOf(wanted.metadata().name());
        Found found = find(name).orElseThrow(() -> noSuch(name));
        Node current = (Node) shop.decoded().decode(found.entry, Kind.NODE);
        if (!Long.toString(found.entry.revision()).equals(wanted.metadata().resourceVersion())) {
            throw TenantObjects.changed(ResourceRef.of(Kind.NODE, current));
        }
        Resource asked = gate.mutated(ref(name), current, wanted, false, Gate.Reads.NONE);
        Next next = shop.changes().updated(Kind.NODE, current, asked);
        gate.admit(ref(name), current, next, false, Gate.Reads.NONE);
        if (!(next instanceof Next.Store store)) {
            return current;
        }
        return await(manager(found.partition).update((Node) store.object()), name)
                .orElseThrow(() -> TenantObjects.changed(ResourceRef.of(Kind.NODE, current)));
    }

    Resource remove(String name, Gate gate) {
        Found found = find(name).orElseThrow(() -> noSuch(name));
        Node current = (Node) shop.decoded().decode(found.entry, Kind.NODE);
        gate.admitDeletion(ref(name), current, Gate.Reads.NONE);
        await(manager(found.partition).remove(name), name).ifPresent(why -> {
            throw new ResourceException(Reason.INVALID, "Node " + name + " cannot be removed: " + why);
        });
        return current;
    }

    private ResourceManager manager(Partition partition) {
        return managers.apply(partition.id())
                .orElseThrow(() -> new ResourceException(
                        Reason.UNAVAILABLE,
                        "resource manager " + partition.id() + " does not run on this member now; try again"));
    }

    private static <T> T await(CompletionStage<T> stage, String node) {
        try {
            return stage.toCompletableFuture().get(MOST.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException(Reason.UNKNOWN, "interrupted while changing node " + node + "; read it again");
        } catch (TimeoutException e) {
            throw new ResourceException(
                    Reason.UNKNOWN, "node " + node + ": its resource manager did not answer; read it again");
        } catch (ExecutionException e) {
            throw new ResourceException(
                    Reason.UNAVAILABLE, "node " + node + ": " + e.getCause().getMessage());
        }
    }

    private static ResourceException noSuch(String name) {
        return new ResourceException(
                Reason.NOT_FOUND,
                "there is no Node " + name + " that can be reached; nodes register themselves, see kochab:node-list");
    }
}
