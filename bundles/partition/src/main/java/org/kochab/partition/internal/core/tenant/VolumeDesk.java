package org.kochab.partition.internal.core.tenant;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Kind;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.api.model.PodSpec;
import org.kochab.api.model.PodSpec.ClaimedVolume;
import org.kochab.api.model.Resource;
import org.kochab.api.model.StorageClass;
import org.kochab.api.model.TenantId;
import org.kochab.partition.internal.core.tenant.PodRecord.Stage;

/**
 * Claims, volumes and their classes, as the pods of one tenant partition need them: on which node a pod's volumes are, and which are to be bound to the node that the scheduler chose. A volume is durably of
 * its node before a resource manager is asked for a pod with it: so two nodes never have it, whoever leads. Only a volume that this very leader has just bound, and with which
 * no pod has got its node, may go to another.
 *
 * <p>Not thread-safe.
 */
public final class VolumeDesk {
    /** What the desk has to know of. */
    public static final List<Kind> KINDS =
            List.of(Kind.STORAGE_CLASS, Kind.PERSISTENT_VOLUME, Kind.PERSISTENT_VOLUME_CLAIM);

    private final PodDesk desk;
    private final Map<String, Resource> objects = new HashMap<>();
    private final Map<String, LinkedHashSet<PodRecord>> users = new HashMap<>();
    /** Choices that are being written. */
    private final Map<String, Choice> moving = new LinkedHashMap<>();
    /** Those that nobody has taken to the writer. */
    private final Set<String> untaken = new LinkedHashSet<>();

    private final Map<String, String> troubles = new HashMap<>();
    /** Claims that this leader bound and with which no pod has got its node. */
    private final Set<String> fresh = new TreeSet<>();
    /** Those of them whose node refused the pod. */
    private final Set<String> lifted = new TreeSet<>();

    /**
     * A claim whose volume is to be on a node.
     *
     * @param key the claim's
     * @param former what was chosen before; null if the claim has no volume yet
     */
    public record Choice(
            String key, PersistentVolumeClaim claim, StorageClass sort, @Nullable String former, String node) {}

    VolumeDesk(PodDesk desk) {
        this.desk = desk;
    }

    /** Everything there is, before pods are put. */
    public void replace(Map<String, Resource> all) {
        objects.clear();
        objects.putAll(all);
        lookAgain(users.keySet());
    }

    public void put(String key, Resource object) {
        Resource former = objects.put(key, object);
        lookAgain(touched(key, former, object));
    }

    public void deleted(String key) {
        Resource former = objects.remove(key);
        if (former instanceof PersistentVolumeClaim) {
            fresh.remove(key);
            lifted.remove(key);
        }
        lookAgain(touched(key, former, null));
    }

    /** Whatever becomes of the tenant elsewhere: nothing is taken for certain when it is back. */
    void closed(String tenant) {
        for (Set<String> keys : List.of(objects.keySet(), moving.keySet(), untaken, troubles.keySet(), fresh, lifted)) {
            keys.removeIf(key -> ObjectKeys.tenantOf(key).equals(tenant));
        }
    }

    private Set<String> touched(String key, @Nullable Resource before, @Nullable Resource now) {
        Set<String> keys = new TreeSet<>();
        for (Resource object : java.util.Arrays.asList(before, now)) {
            if (object instanceof PersistentVolumeClaim) {
                keys.add(key);
            } else if (object instanceof PersistentVolume v
                    && v.spec() != null
                    && v.spec().claimRef() != null) {
                keys.add(claimKey(
                        ObjectKeys.tenantOf(key),
                        v.spec().claimRef().namespace(),
                        v.spec().claimRef().name()));
            } else if (object instanceof StorageClass) {
                String claims =
                        ObjectKeys.prefix(new TenantId(ObjectKeys.tenantOf(key)), Kind.PERSISTENT_VOLUME_CLAIM, null);
                users.keySet().stream().filter(k -> k.startsWith(claims)).forEach(keys::add);
            }
        }
        return keys;
    }

    private void lookAgain(Set<String> claims) {
        Set<PodRecord> pods = new LinkedHashSet<>();
        claims.forEach(key -> pods.addAll(users.getOrDefault(key, new LinkedHashSet<>())));
        pods.forEach(desk::volumesChanged);
    }

    private static String claimKey(String tenant, String namespace, String name) {
        return ObjectKeys.prefix(new TenantId(tenant), Kind.PERSISTENT_VOLUME_CLAIM, namespace) + name;
    }

    private static List<String> keys(PodRecord r) {
        return r.asked == null
                ? List.of()
                : r.asked.volumes().stream()
                        .map(PodSpec.Volume::persistentVolumeClaim)
                        .filter(Objects::nonNull)
                        .map(c -> claimKey(r.shared.tenant, r.shared.namespace, c.claimName()))
                        .toList();
    }

    void known(PodRecord r) {
        keys(r).forEach(key ->
                users.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(r));
    }

    void forget(PodRecord r) {
        if (r.stage != Stage.WAITING) {
            // A manager was asked, and may yet grant it.
            used(r);
        }
        for (String key : keys(r)) {
            users.computeIfPresent(key, (k, pods) -> pods.remove(r) && pods.isEmpty() ? null : pods);
        }
    }

    /** Looks at a pod's volumes. @param placed whether it has its node: then it keeps what is being deleted */
    VolumeSight sight(String tenant, String namespace, PodSpec asked, boolean placed) {
        List<PodSpec.Volume> volumes = new ArrayList<>();
        List<String> open = new ArrayList<>();
        List<StorageClass> sorts = new ArrayList<>();
        String node = null;
        for (PodSpec.Volume v : asked.volumes()) {
            ClaimedVolume source = v.persistentVolumeClaim();
            if (source == null) {
                volumes.add(v);
                continue;
            }
            String key = claimKey(tenant, namespace, source.claimName());
            Found found = found(tenant, key, source.claimName(), placed);
            if (found.lacks != null) {
                return new VolumeSight(asked, List.of(), null, found.lacks);
            }
            if (found.volume == null) {
                open.add(key);
                sorts.add(Objects.requireNonNull(found.sort));
                volumes.add(v);
                continue;
            }
            String there = found.volume.node().orElse("");
            if (node != null && !node.equals(there)) {
                return new VolumeSight(
                        asked,
                        List.of(),
                        null,
                        "Its claims have volumes on different nodes, " + node + " and " + there + ".");
            }
            node = there;
            volumes.add(VolumeSight.resolved(v, source, found.volume));
        }
        PodSpec spec = VolumeSight.where(asked.toBuilder().volumes(volumes).build(), sorts);
        return new VolumeSight(node == null ? spec : VolumeSight.on(spec, node), open, node, null);
    }

    /** A claim's volume, or the class of which it is to get one, or why it has neither. */
    private record Found(@Nullable PersistentVolume volume, @Nullable StorageClass sort, @Nullable String lacks) {
        static Found none(String why) {
            return new Found(null, null, why);
        }
    }

    private Found found(String tenant, String key, String name, boolean placed) {
        String what = "PersistentVolumeClaim " + name;
        if (!(objects.get(key) instanceof PersistentVolumeClaim claim) || claim.spec() == null) {
            return Found.none(what + " does not exist.");
        }
        if (claim.metadata().deletionTimestamp() != null && !placed) {
            return Found.none(what + " is being deleted.");
        }
        String volumeName = claim.volumeName();
        Choice choice = moving.get(key);
        if (volumeName != null) {
            Resource object =
                    objects.get(ObjectKeys.prefix(new TenantId(tenant), Kind.PERSISTENT_VOLUME, null) + volumeName);
            if (!(object instanceof PersistentVolume volume)) {
                return Found.none("Volume " + volumeName + " of " + what + " does not exist.");
            }
            if (!volume.isOf(claim)) {
                return Found.none("Volume " + volumeName + " is not, or not yet, bound to " + what + ".");
            }
            if (choice != null && volume.node().filter(choice.node()::equals).isPresent()) {
                moving.remove(key);
                fresh.add(key);
                lifted.remove(key);
                return new Found(volume, null, null);
            }
            if (choice == null && !lifted.contains(key)) {
                return new Found(volume, null, null);
            }
        }
        if (choice != null) {
            return Found.none(
                    troubles.getOrDefault(key, what + " is being bound to a volume on node " + choice.node() + "."));
        }
        return sort(tenant, claim, what);
    }

    private Found sort(String tenant, PersistentVolumeClaim claim, String what) {
        String name = claim.spec() == null ? null : claim.spec().storageClassName();
        if (name != null && name.isEmpty()) {
            return Found.none(what + " has the StorageClass '' and no volume: give it a volumeName.");
        }
        String prefix = ObjectKeys.prefix(new TenantId(tenant), Kind.STORAGE_CLASS, null);
        if (name != null) {
            return objects.get(prefix + name) instanceof StorageClass sort
                    ? new Found(null, sort, null)
                    : Found.none("StorageClass " + name + " of " + what + " does not exist.");
        }
        return objects.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .map(e -> (StorageClass) e.getValue())
                .filter(StorageClass::isDefault)
                // The newest, as in Kubernetes.
                .max(Comparator.comparing(
                                (StorageClass c) -> c.metadata().creationTimestamp(),
                                Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(c -> String.valueOf(c.metadata().name())))
                .map(sort -> new Found(null, sort, null))
                .orElseGet(() -> Found.none(what + " names no StorageClass, and none is the default."));
    }

    /**
     * Whether a pod may be asked for at a node now. If claims of it are open they are to be bound to that node first, and the pod waits.
     *
     * @return why not; null if it may
     */
    @Nullable
    String before(PodRecord r, String node) {
        if (r.asked == null) {
            return null;
        }
        VolumeSight sight = sight(r.shared.tenant, r.shared.namespace, r.asked, r.node != null);
        if (sight.lacks() != null) {
            return sight.lacks();
        }
        if (sight.node() != null && !sight.node().equals(node)) {
            return "Its volumes are on node " + sight.node() + ", it is to be on node " + node + ".";
        }
        if (sight.open().isEmpty()) {
            return null;
        }
        for (String key : sight.open()) {
            PersistentVolumeClaim claim = (PersistentVolumeClaim) Objects.requireNonNull(objects.get(key));
            StorageClass sort = Objects.requireNonNull(sort(r.shared.tenant, claim, key).sort);
            moving.put(key, new Choice(key, claim, sort, claim.volumeName(), node));
            untaken.add(key);
        }
        lookAgain(new TreeSet<>(sight.open()));
        return "Its volumes are being bound to node " + node + ".";
    }

    /** Whether what the pod lacks is about to come: nobody needs to be told. */
    boolean isAboutToBind(PodRecord r) {
        List<String> claims = keys(r);
        return claims.stream().anyMatch(moving::containsKey) && claims.stream().noneMatch(troubles::containsKey);
    }

    /** What is to be written now; each is answered by the claim and the volume as they are then, or {@link #failed}. */
    public List<Choice> takeChoices() {
        if (untaken.isEmpty()) {
            return List.of();
        }
        List<Choice> taken =
                untaken.stream().map(moving::get).filter(Objects::nonNull).toList();
        untaken.clear();
        return taken;
    }

    /** A choice could not be written. @param again whether it is over, and another may be made; else only its pods say why they wait */
    public void failed(Choice choice, String why, boolean again) {
        if (moving.get(choice.key()) != choice) {
            return;
        }
        if (again) {
            moving.remove(choice.key());
            troubles.remove(choice.key());
        } else {
            troubles.put(choice.key(), why);
        }
        lookAgain(new TreeSet<>(List.of(choice.key())));
    }

    /** The pod has a claim at its manager: its volumes may have data by now. */
    void used(PodRecord r) {
        for (String key : keys(r)) {
            fresh.remove(key);
            lifted.remove(key);
            troubles.remove(key);
        }
    }

    /** The pod positively does not get the node that its volumes were just bound to: they may go elsewhere if no other pod has that node. */
    void refused(PodRecord r) {
        Set<String> free = new TreeSet<>();
        for (String key : keys(r)) {
            boolean alone = users.getOrDefault(key, new LinkedHashSet<>()).stream()
                    .allMatch(u -> u == r || u.stage == Stage.WAITING && u.claimNode == null);
            if (fresh.contains(key) && alone && lifted.add(key)) {
                free.add(key);
            }
        }
        lookAgain(free);
    }
}
