package org.kochab.partition.internal.core.tenant;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kochab.api.node.Claim;

/** The fields of a pod that its own variables can have. */
final class PodFields {
    static final String KNOWN =
            "metadata.name, metadata.namespace, metadata.uid, metadata.labels['KEY'] or spec.nodeName";

    private static final Pattern LABEL = Pattern.compile("metadata\\.labels\\['([^']+)'\\]");

    private PodFields() {}

    static boolean isKnown(String path) {
        return switch (path) {
            case "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName" -> true;
            default -> LABEL.matcher(path).matches();
        };
    }

    /** Empty if the pod has no such field; a label that it does not have is the empty text. */
    static Optional<String> of(Claim pod, String path) {
        return switch (path) {
            case "metadata.name" -> Optional.of(pod.pod());
            case "metadata.namespace" -> Optional.of(pod.namespace());
            case "metadata.uid" -> Optional.of(pod.podUid());
            case "spec.nodeName" -> Optional.of(pod.node());
            default -> {
                Matcher label = LABEL.matcher(path);
                yield label.matches() ? Optional.of(pod.labels().getOrDefault(label.group(1), "")) : Optional.empty();
            }
        };
    }
}
