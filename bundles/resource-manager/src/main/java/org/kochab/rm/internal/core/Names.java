package org.kochab.rm.internal.core;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which names are taken from nodes and callers: nothing that could change the meaning of a key or a topic. */
final class Names {
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
    private static final Pattern QUALIFIED =
            Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private Names() {}

    static boolean isDnsLabel(@Nullable String text) {
        return text != null && DNS_LABEL.matcher(text).matches();
    }

    static boolean isUid(@Nullable String text) {
        return text != null && UID.matcher(text).matches();
    }

    /** As Kubernetes' label keys and resource names: {@code cpu}, {@code example.org/gpu}. */
    static boolean isQualified(@Nullable String text) {
        return text != null && text.length() <= 317 && QUALIFIED.matcher(text).matches();
    }

    static boolean isLabelValue(@Nullable String text) {
        return text != null && text.length() <= 63 && LABEL_VALUE.matcher(text).matches();
    }

    static boolean isDigest(@Nullable String text) {
        return text != null && DIGEST.matcher(text).matches();
    }
}
