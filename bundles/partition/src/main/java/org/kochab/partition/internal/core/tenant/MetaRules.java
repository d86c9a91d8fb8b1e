package org.kochab.partition.internal.core.tenant;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.ObjectMeta;
import org.kochab.api.model.ObjectMeta.OwnerReference;

/** What every object's metadata may say, and how changes to it are taken over. */
final class MetaRules {
    /** Random letters after a {@code generateName}. */
    static final int SUFFIX = 5;

    private static final int MOST_GENERATE = 253 - SUFFIX;

    private MetaRules() {}

    static void check(ObjectMeta meta, boolean labelName, Problems problems) {
        String at = "metadata";
        if (meta.name() == null && meta.generateName() != null) {
            problems.require(
                    meta.generateName().length() <= (labelName ? 63 - SUFFIX : MOST_GENERATE),
                    at + ".generateName",
                    "is too long");
            Names.subdomain(meta.generateName() + "x", at + ".generateName", problems);
        } else if (labelName) {
            Names.label(meta.name(), at + ".name", problems);
        } else {
            Names.subdomain(meta.name(), at + ".name", problems);
        }
        Names.labels(meta.labels(), at + ".labels", problems);
        Names.annotations(meta.annotations(), at + ".annotations", problems);
        checkOwners(meta.ownerReferences(), at + ".ownerReferences", problems);
        for (int i = 0; i < meta.finalizers().size(); i++) {
            Names.qualified(meta.finalizers().get(i), at + ".finalizers[" + i + "]", problems);
        }
    }

    private static void checkOwners(List<OwnerReference> owners, String at, Problems problems) {
        int controllers = 0;
        for (int i = 0; i < owners.size(); i++) {
            OwnerReference o = owners.get(i);
            String path = at + "[" + i + "]";
            require(o.apiVersion(), path + ".apiVersion", problems);
            require(o.kind(), path + ".kind", problems);
            require(o.name(), path + ".name", problems);
            require(o.uid(), path + ".uid", problems);
            controllers += Boolean.TRUE.equals(o.controller()) ? 1 : 0;
        }
        problems.require(
                controllers <= 1, at, "has " + controllers + " controllers; only one owner can be the controller");
    }

    private static void require(String value, String path, Problems problems) {
        problems.require(value != null && !value.isEmpty(), path, "is required");
    }

    /** Metadata after an apply: labels and annotations as the manifest has them, the rest as it was. */
    static ObjectMeta apply(ObjectMeta current, ObjectMeta wanted) {
        Map<String, String> annotations = new TreeMap<>(wanted.annotations());
        // The platform's own notes are not the manifest's to remove.
        current.annotations().forEach((key, value) -> {
            if (isPlatforms(key)) {
                annotations.putIfAbsent(key, value);
            }
        });
        return change(
                current,
                wanted.labels(),
                annotations,
                wanted.ownerReferences().isEmpty() ? current.ownerReferences() : wanted.ownerReferences(),
                wanted.finalizers().isEmpty() ? current.finalizers() : wanted.finalizers());
    }

    /** Metadata after an update: everything its author may change as in {@code wanted}. */
    static ObjectMeta update(ObjectMeta current, ObjectMeta wanted) {
        return change(current, wanted.labels(), wanted.annotations(), wanted.ownerReferences(), wanted.finalizers());
    }

    private static boolean isPlatforms(String key) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? "" : key.substring(0, slash);
        return domain.endsWith("kubernetes.io") || domain.endsWith("kochab.org");
    }

    private static ObjectMeta change(
            ObjectMeta m,
            Map<String, String> labels,
            Map<String, String> annotations,
            List<OwnerReference> owners,
            List<String> finalizers) {
        return new ObjectMeta(
                m.name(),
                m.generateName(),
                m.tenant(),
                m.namespace(),
                m.uid(),
                m.resourceVersion(),
                m.generation(),
                m.creationTimestamp(),
                m.deletionTimestamp(),
                m.deletionGracePeriodSeconds(),
                labels,
                annotations,
                owners,
                finalizers);
    }

    /** As first stored; the name is given by then. */
    static ObjectMeta created(ObjectMeta m, String name, String uid, Instant now) {
        return new ObjectMeta(
                name,
                m.generateName(),
                m.tenant(),
                m.namespace(),
                uid,
                null,
                1L,
                now,
                null,
                null,
                m.labels(),
                m.annotations(),
                m.ownerReferences(),
                m.finalizers());
    }

    static boolean same(ObjectMeta a, ObjectMeta b) {
        return a.labels().equals(b.labels())
                && a.annotations().equals(b.annotations())
                && a.ownerReferences().equals(b.ownerReferences())
                && a.finalizers().equals(b.finalizers());
    }
}
