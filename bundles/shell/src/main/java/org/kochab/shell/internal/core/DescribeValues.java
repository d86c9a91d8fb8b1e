package org.kochab.shell.internal.core;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kochab.api.model.ConfigMap;
import org.kochab.api.model.Resource;
import org.kochab.api.model.Secret;
import org.kochab.resourcetext.ResourceTables;

/** Config maps at length, and of secrets how long their values are. */
final class DescribeValues {
    /** Clients keep in it all that they applied, values of secrets among it. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private static final int LONGEST = 200;

    private DescribeValues() {}

    static Map<String, String> shown(Map<String, String> annotations) {
        Map<String, String> shown = new TreeMap<>(annotations);
        shown.remove(LAST_APPLIED);
        return shown;
    }

    static void of(List<String> lines, Resource resource) {
        if (resource instanceof Secret secret) {
            lines.add(Facts.line("Type", ResourceTables.orNone(secret.type())));
            lines.add("Data:");
            secret.data().forEach((key, value) -> lines.add("  " + key + ": " + decoded(value) + " bytes"));
        } else if (resource instanceof ConfigMap map) {
            lines.add("Data:");
            map.data().forEach((key, value) -> lines.add("  " + key + ": " + text(value)));
            map.binaryData().forEach((key, value) -> lines.add("  " + key + ": " + decoded(value) + " bytes"));
        }
    }

    private static String text(String value) {
        return value.length() > LONGEST || value.strip().indexOf('\n') >= 0
                ? value.getBytes(StandardCharsets.UTF_8).length + " bytes"
                : value.strip();
    }

    /** How many bytes base64 stands for. */
    private static int decoded(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        return base64.length() / 4 * 3 - padding;
    }
}
