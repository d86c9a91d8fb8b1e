package org.kochab.partition.internal.tenant;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.kochab.api.model.CustomObject;
import org.kochab.api.model.Kind;
import org.kochab.api.model.TenantId;
import org.kochab.api.partition.Entry;
import org.kochab.api.partition.GoneException;
import org.kochab.api.partition.ListCursor;
import org.kochab.api.partition.Partition;
import org.kochab.api.resource.ResourceException;
import org.kochab.api.resource.ResourceException.Reason;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.ObjectKeys;

/** Objects of kinds that are not built in, as they are stored, whether their kind is served or not: nothing may go while there are such. */
final class StoredKinds {
    private StoredKinds() {}

    /** The kinds of which a tenant has objects. */
    static List<Kind> of(Partition partition, TenantId tenant, Decoded decoded) {
        List<Kind> kinds = new ArrayList<>();
        heads(partition, tenant + "/", entry -> {
            kind(entry, decoded).ifPresent(kinds::add);
            return false;
        });
        return kinds;
    }

    static Optional<Kind> kind(Entry entry, Decoded decoded) {
        return ObjectKeys.kind(entry.key(), (CustomObject) decoded.decode(entry, Kind.ANY_CUSTOM));
    }

    /**
     * One of the objects that are there.
     *
     * @param place what follows the kind in their keys
     */
    static Optional<String> first(Partition partition, String place) {
        List<String> found = new ArrayList<>();
        heads(partition, place, entry -> found.add(entry.key()));
        return found.stream().findFirst();
    }

    /** Asks with the first object in a place of each kind that has any there, until the answer is true. */
    private static void heads(Partition partition, String place, Function<Entry, Boolean> found) {
        long revision = partition.revision();
        for (String custom : ObjectKeys.CUSTOM) {
            String after = custom;
            while (true) {
                List<Entry> next = list(partition, custom, revision, after);
                if (next.isEmpty()) {
                    break;
                }
                String key = next.get(0).key();
                String head = key.substring(0, key.indexOf('/') + 1);
                List<Entry> there = list(partition, head + place, revision, head);
                if (!there.isEmpty() && found.apply(there.get(0))) {
                    return;
                }
                after = head + '\uffff';
            }
        }
    }

    private static List<Entry> list(Partition partition, String prefix, long revision, String after) {
        try {
            return partition.list(prefix, 1, new ListCursor(revision, after)).entries();
        } catch (GoneException e) {
            throw new ResourceException(Reason.GONE, e.getMessage());
        }
    }
}
