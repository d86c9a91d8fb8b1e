package org.kochab.rm.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.Tenant;
import org.kochab.api.model.TenantId;
import org.kochab.api.node.Claim;
import org.kochab.api.partition.Entry;
import org.kochab.partition.internal.core.directory.Directory;
import org.kochab.partition.internal.core.directory.MoveRecord;
import org.kochab.partition.internal.core.kernel.Fences;
import org.kochab.partition.internal.core.tenant.Decoded;
import org.kochab.partition.internal.core.tenant.Fence;
import org.kochab.partition.internal.core.tenant.Home;
import org.kochab.partition.internal.core.tenant.ObjectKeys;
import org.kochab.partition.internal.core.tenant.Versions;

/** Where tenants are, by what is durable in the directory and in the tenant partitions; and what must hold of it at every moment. */
final class Homes {
    private final Decoded decoded = new Decoded(Rig.CODEC, 256, () -> 0);
    private final Map<String, TreeMap<String, Entry>> kept = new TreeMap<>();
    /** The partition of each tenant as the directory says. */
    private final Map<String, String> owners = new TreeMap<>();

    private final Map<String, MoveRecord> moves = new TreeMap<>();
    int moved;
    int givenUp;

    /** Whether what a partition has of a tenant is the tenant, and not a copy. */
    boolean isAt(String partition, @Nullable String tenant) {
        return partition.equals(owners.get(tenant));
    }

    void committed(String partition, List<Entry> puts, List<String> deletes) {
        if (partition.equals(Directory.ID.value())) {
            puts.forEach(this::said);
        } else if (partition.startsWith("tp")) {
            changed(partition, puts, deletes);
        }
    }

    private void said(Entry entry) {
        if (entry.key().startsWith(Directory.TENANTS)) {
            String tenant = entry.key().substring(Directory.TENANTS.length());
            String at = ((Tenant) decoded.decode(entry, Kind.TENANT)).spec().partition();
            String before = owners.put(tenant, at);
            if (before != null && !before.equals(at)) {
                moved++;
                checkCopy(tenant, before, at);
            }
            checkOpen(tenant);
        } else if (entry.key().startsWith(MoveRecord.PREFIX)) {
            MoveRecord move = MoveRecord.of(entry);
            moves.put(move.tenant(), move);
            givenUp += move.state() == org.kochab.api.partition.TenantMove.State.ABORTED ? 1 : 0;
        }
    }

    private void changed(String partition, List<Entry> puts, List<String> deletes) {
        TreeMap<String, Entry> all = kept.computeIfAbsent(partition, p -> new TreeMap<>());
        Map<String, @Nullable Entry> fences = new HashMap<>();
        List<String> keys = new ArrayList<>(deletes);
        puts.forEach(e -> keys.add(e.key()));
        for (String key : keys) {
            String fence = key.startsWith(Fences.PREFIX) ? key : Fences.of(key, false);
            if (fence != null) {
                fences.put(fence, all.get(fence));
            }
        }
        puts.forEach(e -> all.put(e.key(), e));
        deletes.forEach(all::remove);
        for (String key : keys) {
            String fence = Fences.of(key, false);
            if (fence != null && !key.startsWith(Home.PREFIX)) {
                checkChange(partition, key, fences.get(fence), all.get(fence));
            }
        }
        fences.keySet().forEach(fence -> checkOpen(fence.substring(Fences.PREFIX.length())));
    }

    private void checkChange(String partition, String key, @Nullable Entry before, @Nullable Entry after) {
        String tenant = key.split("/", 3)[1];
        if (isAt(partition, tenant)) {
            Truth.expect(
                    before == null || after == null || before.revision() != after.revision(),
                    key + " was changed in " + partition + ", where its tenant is closed: "
                            + (before == null ? "" : Fence.read(before.value())));
        } else {
            Truth.expect(
                    before != null || after != null,
                    key + " was changed in " + partition + ", but the tenant is in " + owners.get(tenant));
        }
    }

    private void checkOpen(String tenant) {
        TenantId id = new TenantId(tenant);
        kept.forEach((partition, all) -> Truth.expect(
                isAt(partition, tenant)
                        || all.containsKey(Fence.key(id))
                        || !all.containsKey(ObjectKeys.openTenant(id)),
                "tenant " + tenant + " is open in " + partition + ", but it is in " + owners.get(tenant)));
    }

    /** At the moment the directory says that a tenant is elsewhere, all of it is there. */
    private void checkCopy(String tenant, String from, String to) {
        Map<String, Entry> original = of(tenant, from);
        Map<String, Entry> copy = of(tenant, to);
        Set<String> keys = new TreeSet<>(original.keySet());
        keys.addAll(copy.keySet());
        for (String key : keys) {
            Entry left = original.get(key);
            Entry came = copy.get(key);
            Truth.expect(
                    left != null && came != null && Arrays.equals(Versions.moved(left), came.value()),
                    key + " is " + left + " in " + from + ", and came to " + to + " as " + came + ", where are "
                            + copy.keySet());
        }
    }

    private Map<String, Entry> of(String tenant, String partition) {
        String fence = Fences.PREFIX + tenant;
        Map<String, Entry> found = new TreeMap<>(kept.getOrDefault(partition, new TreeMap<>()));
        found.keySet()
                .removeIf(key -> !fence.equals(Fences.of(key, false)) || key.equals(Home.key(new TenantId(tenant))));
        return found;
    }

    /** As {@link Truth#unsettled}. */
    Optional<String> unsettled(Iterable<Claim> claims) {
        for (MoveRecord move : moves.values()) {
            if (!move.state().isOver()) {
                return Optional.of("tenant " + move.tenant() + " is still being moved: " + move);
            }
        }
        for (Map.Entry<String, String> owner : owners.entrySet()) {
            TenantId tenant = new TenantId(owner.getKey());
            for (String partition : kept.keySet()) {
                boolean isHere = partition.equals(owner.getValue());
                Map<String, Entry> there = of(owner.getKey(), partition);
                if (isHere
                        ? kept.get(partition).containsKey(Fence.key(tenant))
                                || !there.containsKey(ObjectKeys.openTenant(tenant))
                        : !there.isEmpty()) {
                    return Optional.of("tenant " + tenant + " is in " + owner.getValue() + ", and in " + partition
                            + " are its fence "
                            + Optional.ofNullable(kept.get(partition).get(Fence.key(tenant)))
                                    .map(e -> Fence.read(e.value()))
                            + " and " + there.keySet());
                }
            }
        }
        for (Claim c : claims) {
            if (c.releaseGraceSeconds() == null && !c.partition().equals(owners.get(c.tenant()))) {
                return Optional.of("the claim of " + c.podUid() + " is " + c.partition() + "'s, its tenant is in "
                        + owners.get(c.tenant()));
            }
        }
        return Optional.empty();
    }
}
