package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.kochab.api.model.ObjectMeta.OwnerReference;

/** Which objects belong to which owner, by the owner's uid. Not thread-safe. */
public final class OwnerIndex {
    /** Stands for the owner of objects that no owner controls. */
    public static final String NOBODY = "";

    private final Map<String, Owner> byUid = new HashMap<>();
    private final Map<String, List<Owner>> owners = new HashMap<>();

    /** One object for all it owns. */
    private record Owner(String uid, TreeSet<String> keys) {}

    public void put(String key, List<OwnerReference> references) {
        List<Owner> before = owners.getOrDefault(key, List.of());
        List<String> now = owners(references);
        if (now.equals(before.stream().map(Owner::uid).toList())) {
            return;
        }
        remove(key);
        Owner[] mine = now.stream()
                .map(uid -> byUid.computeIfAbsent(uid, u -> new Owner(u, new TreeSet<>())))
                .toArray(Owner[]::new);
        for (Owner owner : mine) {
            owner.keys.add(key);
        }
        owners.put(key, List.of(mine));
    }

    private static List<String> owners(List<OwnerReference> references) {
        List<String> uids = new ArrayList<>(references.size() + 1);
        boolean controlled = false;
        for (OwnerReference reference : references) {
            uids.add(reference.uid());
            controlled |= Boolean.TRUE.equals(reference.controller());
        }
        if (!controlled) {
            uids.add(NOBODY);
        }
        return uids;
    }

    public void remove(String key) {
        List<Owner> before = owners.remove(key);
        if (before == null) {
            return;
        }
        for (Owner owner : before) {
            owner.keys.remove(key);
            if (owner.keys.isEmpty()) {
                byUid.remove(owner.uid);
            }
        }
    }

    /** Keys of the objects of an owner that begin with a prefix, in key order. */
    public List<String> dependents(String ownerUid, String prefix) {
        Owner owner = byUid.get(ownerUid);
        return owner == null ? List.of() : new ArrayList<>(owner.keys.subSet(prefix, prefix + Character.MAX_VALUE));
    }

    public void clear() {
        byUid.clear();
        owners.clear();
    }
}
