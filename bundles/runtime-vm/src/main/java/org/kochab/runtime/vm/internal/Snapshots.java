package org.kochab.runtime.vm.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** QEMU's internal snapshots of a machine: of its memory and of all disks that can be written. */
final class Snapshots {
    /** Jobs of QEMU's monitor. */
    static final String SAVE = "snapshot-save";

    static final String LOAD = "snapshot-load";
    static final String DELETE = "snapshot-delete";

    /** That of a suspended machine; no name that an action can give. */
    static final String SUSPENDED = ".suspended";

    private Snapshots() {}

    /**
     * What of a machine can be written.
     *
     * @param names QEMU's own, of the memory's file and the disks
     * @param snapshots that people took, oldest first
     * @param suspended whether there is one of a suspended machine
     */
    record Disks(List<String> names, List<String> snapshots, boolean suspended) {}

    static Disks of(Qmp qmp) throws IOException {
        List<String> names = new ArrayList<>();
        List<String> snapshots = new ArrayList<>();
        for (JsonNode node : qmp.call("query-named-block-nodes", Map.of("flat", true))) {
            if (node.path("node-name").asText().equals(Qcow2Files.MEMORY)) {
                names.add(Qcow2Files.MEMORY);
                node.path("image")
                        .path("snapshots")
                        .forEach(s -> snapshots.add(s.path("name").asText()));
            }
        }
        for (JsonNode device : qmp.call("query-block")) {
            JsonNode inserted = device.path("inserted");
            if (device.path("device").asText().equals(Machine.DISK)) {
                names.add(inserted.path("node-name").asText());
            }
        }
        boolean suspended = snapshots.remove(SUSPENDED);
        return new Disks(names, snapshots, suspended);
    }

    /** Begins a job; QEMU keeps it, and how it ended, until it is dismissed. */
    static void begin(Qmp qmp, String what, String job, String name, Disks disks) throws IOException {
        qmp.call(
                what,
                what.equals(DELETE)
                        ? Map.of("job-id", job, "tag", name, "devices", disks.names)
                        : Map.of("job-id", job, "tag", name, "devices", disks.names, "vmstate", Qcow2Files.MEMORY));
    }
}
