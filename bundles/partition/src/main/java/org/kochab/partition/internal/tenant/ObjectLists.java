package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
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
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Selection;

/** Lists one partition's objects by query. Any thread. */
final class ObjectLists {
    private static final int STEP = 1_000;

    private ObjectLists() {}

    static ResourcePage list(
            Committer committer, Decoded decoded, TenantId tenant, Kind kind, Query query, Selection selection) {
        String prefix = ObjectKeys.prefix(tenant, kind, query.namespace());
        String name = query.fields().get("metadata.name");
        if (name != null && !prefix.equals(ObjectKeys.prefix(tenant, kind, null))
                || name != null && kind.scope() != Kind.Scope.NAMESPACE) {
            // One name is one key: no need to look at the others.
            return committer.read(p -> one(p, prefix + name, decoded, kind, selection));
        }
        Optional<ListCursor> from = query.continueFrom().map(PageToken::cursor);
        return committer.read(p -> scan(p, prefix, from, query.limit(), decoded, kind, selection));
    }

    private static ResourcePage one(Partition p, String key, Decoded decoded, Kind kind, Selection selection) {
        // The revision first: a watch from it may show the object again, but misses nothing.
        String revision = Long.toString(p.revision());
        List<Resource> found = p.get(key).map(e -> decoded.decode(e, kind)).filter(selection::matches).stream()
                .toList();
        return new ResourcePage(revision, found, Optional.empty(), List.of());
    }

    private static ResourcePage scan(
            Partition p,
            String prefix,
            Optional<ListCursor> from,
            int limit,
            Decoded decoded,
            Kind kind,
            Selection selection) {
        List<Resource> found = new ArrayList<>();
        try {
            ListPage page = from.isPresent() ? p.list(prefix, STEP, from.get()) : p.list(prefix, STEP);
            while (true) {
                for (Entry entry : page.entries()) {
                    if (found.size() == limit) {
                        ListCursor next = new ListCursor(page.revision(), lastKey(found, kind));
                        return new ResourcePage(
                                Long.toString(page.revision()), found, Optional.of(PageToken.next(next)), List.of());
                    }
                    Resource object = decoded.decode(entry, kind);
                    if (selection.matches(object)) {
                        found.add(object);
                    }
                }
                if (page.next().isEmpty()) {
                    return new ResourcePage(Long.toString(page.revision()), found, Optional.empty(), List.of());
                }
                page = p.list(prefix, STEP, page.next().get());
            }
        } catch (GoneException e) {
            throw new ResourceException(Reason.GONE, e.getMessage());
        }
    }

    private static String lastKey(List<Resource> found, Kind kind) {
        return ObjectKeys.key(org.kochab.api.resource.ResourceRef.of(kind, found.get(found.size() - 1)));
    }
}
