package org.kochab.partition.internal.core.tenant;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kochab.api.model.Quantity;

/** What claims, volumes and their classes have in common. */
final class VolumeFields {
    static final String READ_WRITE_ONCE = "ReadWriteOnce";
    static final String STORAGE = "storage";

    private static final int MOST_PARAMETERS = 64;
    private static final int LONGEST_PARAMETER = 1024;
    private static final Pattern PROVISIONER = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    private VolumeFields() {}

    static void provisioner(@Nullable String name, String at, Problems problems) {
        problems.require(
                name != null && PROVISIONER.matcher(name).matches(),
                at,
                Problems.quoted(String.valueOf(name))
                        + " is not a provisioner; use local-path, local-loop, local-tmpfs or a vendor's: up to 63 lower-case letters, digits, '-' and '.'");
    }

    static void parameters(Map<String, String> parameters, String at, Problems problems) {
        problems.require(
                parameters.size() <= MOST_PARAMETERS, at, "are more than " + MOST_PARAMETERS + "; remove some");
        problems.require(
                parameters.values().stream().allMatch(v -> v != null && v.length() <= LONGEST_PARAMETER),
                at,
                "must all have values of at most " + LONGEST_PARAMETER + " characters");
    }

    static void modes(List<String> modes, String at, Problems problems) {
        problems.require(
                modes.equals(List.of(READ_WRITE_ONCE)),
                at,
                modes + " is not supported: a volume is on one node, and pods of that node can share it; use ["
                        + READ_WRITE_ONCE + "]");
    }

    static void volumeMode(@Nullable String mode, String at, Problems problems) {
        problems.require(
                mode == null || mode.equals("Filesystem"),
                at,
                Problems.quoted(String.valueOf(mode)) + " is not supported; use Filesystem");
    }

    /** Exactly one quantity, {@code storage}. */
    static void storage(Map<String, String> quantities, String at, Problems problems) {
        String path = at + "[" + STORAGE + "]";
        if (!quantities.keySet().equals(java.util.Collections.singleton(STORAGE))) {
            problems.add(at, "needs exactly one quantity, storage, for example storage: 1Gi");
        } else {
            ContainerRules.quantity(quantities.get(STORAGE), path, problems);
            problems.require(!problems.none() || bytes(quantities) > 0, path, "is 0; ask for at least one byte");
        }
    }

    /** @param quantities checked ones */
    static long bytes(Map<String, String> quantities) {
        return Quantity.parse(quantities.get(STORAGE)).units();
    }
}
