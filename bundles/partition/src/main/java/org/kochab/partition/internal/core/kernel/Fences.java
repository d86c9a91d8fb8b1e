package org.kochab.partition.internal.core.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A fence closes everything of one name: while the key {@code fence/NAME} is there, no transaction changes a key {@code ANYTHING/NAME} or
 * {@code ANYTHING/NAME/...} unless it names the fence's revision as a precondition. It is checked where commits are decided, so it holds for
 * every writer, whether it knows of fences or not. A watch of what is fenced gives all that came before the fence, then ends.
 */
public final class Fences {
    public static final String PREFIX = "fence/";

    private Fences() {}

    /** The fence that would close a key, or everything below a prefix; null if none can. */
    public static @Nullable String of(String key, boolean isPrefix) {
        int from = key.indexOf('/') + 1;
        if (from <= 1 || key.startsWith(PREFIX)) {
            return null;
        }
        int to = key.indexOf('/', from);
        if (to < 0) {
            to = isPrefix ? from : key.length();
        }
        return to == from ? null : PREFIX + key.substring(from, to);
    }
}
