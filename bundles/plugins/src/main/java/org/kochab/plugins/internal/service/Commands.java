package org.kochab.plugins.internal.service;

import java.util.List;
import org.osgi.framework.Bundle;

/** Which shell commands a bundle brings. Any thread. */
@FunctionalInterface
public interface Commands {
    /** There is no shell. */
    Commands NONE = bundle -> new Found(List.of(), List.of());

    /** @param bundle active */
    Found of(Bundle bundle);

    /**
     * Names as an operator types them, {@code SCOPE:NAME}.
     *
     * @param present can be called
     * @param missing cannot, though the bundle has them
     */
    record Found(List<String> present, List<String> missing) {}
}
