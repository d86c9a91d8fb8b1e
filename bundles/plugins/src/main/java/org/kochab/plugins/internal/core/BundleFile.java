package org.kochab.plugins.internal.core;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bundle before it is installed.
 *
 * @param file the jar
 * @param label what it is called in messages
 * @param headers of its manifest
 * @param dependency whether it is only needed if the member has no bundle of its name
 */
public record BundleFile(
        Path file, String label, String symbolicName, String version, Map<String, String> headers, boolean dependency) {
    public BundleFile {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
