/**
 * What is plugged into this member, and what vendors shipped for it.
 */
@Export
@Version("1.3.0")
@NullMarked
package org.kochab.api.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
