package org.kochab.plugins.internal.core;

import java.util.List;

/**
 * What a vendor's file holds.
 *
 * @param bundles in the order in which they are to be started
 */
public record Contents(String name, String version, List<BundleFile> bundles) {
    public Contents {
        bundles = List.copyOf(bundles);
    }
}
