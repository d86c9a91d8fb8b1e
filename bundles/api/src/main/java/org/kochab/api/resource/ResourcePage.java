package org.kochab.api.resource;

import java.util.List;
import java.util.Optional;
import org.kochab.api.model.Resource;

/**
 * Part of a list; all pages show one revision.
 *
 * @param resourceVersion a watch from here misses nothing
 * @param items ordered by namespace and name
 * @param unreachable partitions that should have answered and did not: their items are missing, not gone
 */
public record ResourcePage(
        String resourceVersion, List<Resource> items, Optional<String> next, List<String> unreachable) {
    public ResourcePage {
        items = List.copyOf(items);
        unreachable = List.copyOf(unreachable);
    }
}
