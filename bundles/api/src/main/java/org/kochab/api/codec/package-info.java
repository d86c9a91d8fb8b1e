/**
 * Resources and messages as text: JSON and YAML.
 */
@Export
@Version("1.1.0")
@NullMarked
package org.kochab.api.codec;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
