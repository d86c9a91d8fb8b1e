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

    private final Map<String, TreeSet<String>> byOwner = new HashMap<>();
    private final Map<String, List<String>> owners = new HashMap<>();

    public void put(String key, List<OwnerReference> references) {
        List<String> now = owners(references);
        List<String> before = owners.getOrDefault(key, List.of());
        if (now.equals(before)) {
            return;
        }
        remove(key);
        owners.put(key, now);
        now.forEach(uid -> byOwner.computeIfAbsent(uid, u -> new TreeSet<>()).add(key));
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
        List<String> before = owners.remove(key);
        if (before == null) {
            return;
        }
        for (String uid : before) {
            TreeSet<String> keys = byOwner.get(uid);
            if (keys != null) {
                keys.remove(key);
                if (keys.isEmpty()) {
                    byOwner.remove(uid);
                }
            }
        }
    }

    /** Keys of the objects of an owner that begin with a prefix, in key order. */
    public List<String> dependents(String ownerUid, String prefix) {
        TreeSet<String> keys = byOwner.get(ownerUid);
        return keys == null ? List.of() : new ArrayList<>(keys.subSet(prefix, prefix + Character.MAX_VALUE));
    }

    public void clear() {
        byOwner.clear();
        owners.clear();
    }
}
