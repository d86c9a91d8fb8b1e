package org.kochab.shell.internal.core;

import java.util.List;
import org.kochab.api.model.PersistentVolume;
import org.kochab.api.model.PersistentVolumeClaim;
import org.kochab.resourcetext.ResourceTables;

/** Lines about volumes and their claims. */
final class DescribeVolume {
    private DescribeVolume() {}

    static void claim(List<String> lines, PersistentVolumeClaim c) {
        lines.add(Facts.line(
                "Status",
                ResourceTables.orNone(c.status() == null ? null : c.status().phase())));
        lines.add(Facts.line("Volume", ResourceTables.orNone(c.volumeName())));
        lines.add(Facts.line(
                "StorageClass",
                ResourceTables.orNone(c.spec() == null ? null : c.spec().storageClassName())));
    }

    static void volume(List<String> lines, PersistentVolume v) {
        lines.add(Facts.line(
                "Status",
                ResourceTables.orNone(v.status() == null ? null : v.status().phase())));
        lines.add(Facts.line(
                "Message",
                ResourceTables.orNone(v.status() == null ? null : v.status().message())));
        lines.add(Facts.line("Node", ResourceTables.orNone(v.node().orElse(null))));
        lines.add(Facts.line(
                "Provisioner",
                ResourceTables.orNone(v.spec() == null ? null : v.spec().provisioner())));
        lines.add(Facts.line(
                "Reclaim policy",
                ResourceTables.orNone(v.spec() == null ? null : v.spec().persistentVolumeReclaimPolicy())));
    }
}
