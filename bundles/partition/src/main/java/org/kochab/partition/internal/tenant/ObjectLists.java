package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Resource;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.ListPage;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.Query;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.api.resource.ResourcePage;
import org.kochab.partition.internal.core.kernel.FencedException;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Selection;
import org.kochab.partition.internal.core.tenant.Versions;
import org.kochab.partition.internal.remote.OpenReads;

/** Lists one partition's objects by query. Any thread. */
final class ObjectLists {
    /** How many entries are read at a time, at most. */
    private static final int STEP = 1_000;

    private ObjectLists() {}

    static ResourcePage list(
            Committer committer, Decoded decoded, TenantId tenant, Kind kind, Query query, Selection selection) {
        String prefix = ObjectKeys.prefix(tenant, kind, query.namespace());
        String name = query.fields().get("metadata.name");
        if (name != null && !prefix.equals(ObjectKeys.prefix(tenant, kind, null))
                || name != null && kind.scope() != Kind.Scope.NAMESPACE) {
            // One name is one key: no need to look at the others.
            return committer.read(p -> {
                Found found = one(p, prefix + name, decoded, kind, selection);
                return at(home(p, tenant, kind), found);
            });
        }
        Optional<ListCursor> from = query.continueFrom().map(PageToken::cursor);
        return committer.read(p -> {
            Optional<ListCursor> here = from.map(cursor -> here(cursor, home(p, tenant, kind)));
            Found found = scan(p, prefix, here, query.limit(), decoded, kind, selection);
            return at(home(p, tenant, kind), found);
        });
    }

    /** A page with what is stored nowhere in its places, by which it may be longer than was asked for. */
    static ResourcePage with(List<Resource> more, ResourcePage page, Query query, Selection selection) {
        String after = query.continueFrom()
                .map(token -> PageToken.cursor(token).afterKey())
                .map(key -> key.substring(key.lastIndexOf('/') + 1))
                .orElse("");
        List<Resource> items = new ArrayList<>(page.items());
        for (Resource object : more) {
            String name = name(object);
            boolean isHere = name.compareTo(after) > 0
                    && (page.next().isEmpty()
                            || name.compareTo(name(page.items().get(page.items().size() - 1))) < 0);
            if (isHere && selection.matches(object)) {
                items.add(object);
            }
        }
        items.sort(Comparator.comparing(ObjectLists::name));
        return new ResourcePage(page.resourceVersion(), items, page.next(), page.unreachable());
    }

    private static String name(Resource object) {
        return String.valueOf(object.metadata().name());
    }

    private record Found(long revision, List<Resource> objects, Optional<String> lastKey) {}

    private static Home home(Partition p, TenantId tenant, Kind kind) {
        return Home.of(kind.scope() == Kind.Scope.PLATFORM ? Optional.empty() : OpenReads.get(p, Home.key(tenant)));
    }

    /** The cursor of a list that was begun here; its revision is a version. */
    private static ListCursor here(ListCursor cursor, Home home) {
        long revision = Versions.revision(cursor.revision());
        if (Versions.era(cursor.revision()) != home.era() || revision < home.since()) {
            throw new ResourceException(
                    Reason.GONE, "the tenant has moved to another partition since this list was begun: begin it again");
        }
        return new ListCursor(revision, cursor.afterKey());
    }

    /** What was found. @param home read afterwards: if the tenant came before the list's revision, it was here all the time */
    private static ResourcePage at(Home home, Found found) {
        if (found.revision < home.since()) {
            throw new FencedException("a move that has just ended");
        }
        return new ResourcePage(
                home.version(found.revision),
                found.objects,
                found.lastKey.map(key -> PageToken.next(new ListCursor(Versions.of(home.era(), found.revision), key))),
                List.of());
    }

    private static Found one(Partition p, String key, Decoded decoded, Kind kind, Selection selection) {
        // The revision first: a watch from it may show the object again, but misses nothing.
        long revision = p.revision();
        List<Resource> found = p.get(key).map(e -> decoded.decode(e, kind)).filter(selection::matches).stream()
                .toList();
        return new Found(revision, found, Optional.empty());
    }

    private static Found scan(
            Partition p,
            String prefix,
            Optional<ListCursor> from,
            int limit,
            Decoded decoded,
            Kind kind,
            Selection selection) {
        List<Resource> found = new ArrayList<>();
        // One more than is wanted says whether there is a next page; where few match, steps grow.
        int step = Math.min(STEP - 1, limit) + 1;
        try {
            ListPage page = from.isPresent() ? p.list(prefix, step, from.get()) : p.list(prefix, step);
            while (true) {
                for (Entry entry : page.entries()) {
                    if (found.size() == limit) {
                        return new Found(page.revision(), found, Optional.of(lastKey(found, kind)));
                    }
                    if (selection.mayMatch(entry.value())) {
                        Resource object = decoded.listed(entry, kind);
                        if (selection.matches(object)) {
                            found.add(object);
                        }
                    }
                }
                if (page.next().isEmpty()) {
                    return new Found(page.revision(), found, Optional.empty());
                }
                step = Math.min(STEP, 2 * step);
                page = p.list(prefix, step, page.next().get());
            }
        } catch (GoneException e) {
            throw new ResourceException(Reason.GONE, e.getMessage());
        }
    }

    private static String lastKey(List<Resource> found, Kind kind) {
        return ObjectKeys.key(org.kochab.api.resource.ResourceRef.of(kind, found.get(found.size() - 1)));
    }
}
